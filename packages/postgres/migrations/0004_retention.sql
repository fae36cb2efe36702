CREATE INDEX "dialogue_events_standing" ON "dialogue_events" USING btree ("room_id","event","seq") WHERE not redacted;
