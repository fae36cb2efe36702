-- A function, so that the plan of the statement is made once for each connection and not for each append, with any
-- driver. The plan is kept while the tables grow, so it must not be one that was good for empty ones: no sequential
-- scan, the look-up by its unique key (`offset 0` keeps it a look-up), and no other nested loop, which for 500 drafts
-- takes as long as all the rest. What is switched off this way looks so dear that a plan would be compiled each time:
-- not that either. Older processes may still call this function: a change of it bears another name.
CREATE OR REPLACE FUNCTION "dialogue_append"(drafts json) RETURNS TABLE (
	"place" bigint, "is_new" boolean, "seq" float8, "timestamp" float8, "previous_tag" text, "room_id" text, "tag" text,
	"id" text, "event" text, "data" text, "sender" text, "meta" text, "hash" text, "redacted" boolean
)
LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off
SET enable_nestloop = off
SET jit = off
AS $$
#variable_conflict use_column
BEGIN
	-- Look up what stands, raise the heads of the rooms in id order, insert. The update of a head holds its row until
	-- commit, so seqs become visible in order. An insert that meets an id which was committed after the look-up fails
	-- on the unique key and takes the raise of the head with it: never a hole.
	RETURN QUERY
	WITH draft AS (
		SELECT * FROM ROWS FROM (json_to_recordset(drafts) AS (
			tag text, room_id text, id text, event text, data text, sender text, meta text, hash text
		)) WITH ORDINALITY AS d(tag, room_id, id, event, data, sender, meta, hash, place)
	), standing AS (
		SELECT draft.place, e.*
		FROM draft CROSS JOIN LATERAL (
			SELECT * FROM dialogue_events e WHERE e.room_id = draft.room_id AND e.id = draft.id OFFSET 0
		) e
	), fresh AS (
		SELECT draft.*,
			row_number() OVER nth AS n,
			count(*) OVER (PARTITION BY draft.room_id) AS total
		FROM draft
		WHERE draft.place NOT IN (SELECT standing.place FROM standing)
		WINDOW nth AS (PARTITION BY draft.room_id ORDER BY draft.place)
	), head AS (
		INSERT INTO dialogue_heads AS h (room_id, seq, tag)
		SELECT fresh.room_id, fresh.total, fresh.tag FROM fresh WHERE fresh.n = fresh.total ORDER BY fresh.room_id
		ON CONFLICT (room_id) DO UPDATE SET seq = h.seq + excluded.seq, tag = excluded.tag, previous_tag = h.tag
		-- One moment for all of a room's drafts, taken when its row is held: no later event of the room bears an earlier one.
		RETURNING h.room_id, h.seq, h.previous_tag, date_trunc('milliseconds', clock_timestamp()) AS at
	), appended AS (
		INSERT INTO dialogue_events (room_id, seq, tag, id, event, data, sender, meta, hash, accepted_at)
		SELECT f.room_id, head.seq - f.total + f.n, f.tag, f.id, f.event, f.data::json, f.sender, f.meta::json, f.hash,
			head.at
		FROM fresh f JOIN head ON head.room_id = f.room_id
	)
	-- For what was appended one row a room: the caller knows the rest.
	SELECT null::bigint, true, h.seq::float8, (extract(epoch FROM h.at) * 1000)::float8, h.previous_tag, h.room_id,
		null, null, null, null, null, null, null, false
	FROM head h
	UNION ALL
	SELECT s.place, false, s.seq::float8, (extract(epoch FROM s.accepted_at) * 1000)::float8, null,
		s.room_id, s.tag, s.id, s.event, s.data::text, s.sender, s.meta::text, s.hash, s.redacted
	FROM standing s;
END $$;
