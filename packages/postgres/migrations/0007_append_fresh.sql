-- As `dialogue_append_version` for drafts of which none stands already, which is what nearly all are: that look-up and the
-- counting of the drafts are half of its work. The caller says how many there are of each room (`shares`: room_id, total,
-- and the tag of the last) and how many of its room come behind each draft (`behind`). Where one does stand, the unique key
-- refuses it, and the raise of the heads goes with it: never a hole. The caller then asks the one that looks up.
CREATE FUNCTION "dialogue_append_fresh"(shares json, drafts json) RETURNS TABLE (
	"room_id" text, "seq" float8, "timestamp" float8, "previous_tag" text
)
LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan
SET enable_nestloop = off
SET jit = off
AS $$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	WITH head AS (
		INSERT INTO dialogue_heads AS h (room_id, seq, tag)
		SELECT share.room_id, share.total, share.tag
		FROM json_to_recordset(shares) AS share (room_id text, total bigint, tag text)
		ORDER BY share.room_id
		ON CONFLICT (room_id) DO UPDATE SET seq = h.seq + excluded.seq, tag = excluded.tag, previous_tag = h.tag
		-- One moment for all of a room's drafts, taken when its row is held: no later event of the room bears an earlier one.
		RETURNING h.room_id, h.seq, h.previous_tag, date_trunc('milliseconds', clock_timestamp()) AS at
	), appended AS (
		INSERT INTO dialogue_events (room_id, seq, tag, id, event, data, sender, meta, hash, version, accepted_at)
		SELECT d.room_id, head.seq - d.behind, d.tag, d.id, d.event, d.data::json, d.sender, d.meta::json, d.hash,
			d.version, head.at
		FROM json_to_recordset(drafts) AS d (
			behind bigint, tag text, room_id text, id text, event text, data text, sender text, meta text, hash text,
			version integer
		) JOIN head ON head.room_id = d.room_id
	)
	SELECT head.room_id, head.seq::float8, (extract(epoch FROM head.at) * 1000)::float8, head.previous_tag FROM head;
END $$;
