CREATE INDEX "dialogue_events_sender" ON "dialogue_events" USING btree ("sender","room_id","seq") WHERE not redacted;
