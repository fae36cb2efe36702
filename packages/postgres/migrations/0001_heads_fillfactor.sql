-- Every append updates its room's row: with room left on the page, the update stays out of the index.
ALTER TABLE "dialogue_heads" SET (fillfactor = 50);
