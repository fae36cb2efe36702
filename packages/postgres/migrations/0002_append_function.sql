-- A function, so that the plan of the statement is made once for each connection and not for each append, with any
-- driver. The plan is kept while the tables grow, so it must not be one that was good for empty ones: no sequential
-- scan, and the look-up by its unique key (`offset 0` keeps it a look-up). Older processes may still call this one:
-- a change of it is a function of another name.
CREATE FUNCTION "dialogue_append"(drafts json) RETURNS TABLE (
	"place" bigint, "is_new" boolean, "seq" float8, "timestamp" float8, "previous_tag" text, "room_id" text, "tag" text,
	"id" text, "event" text, "data" text, "sender" text, "meta" text, "hash" text, "redacted" boolean
)
LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off
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
			count(*) OVER (PARTITION BY draft.room_id) AS total,
			lag(draft.tag) OVER nth AS previous_tag
		FROM draft
		WHERE draft.place NOT IN (SELECT standing.place FROM standing)
		WINDOW nth AS (PARTITION BY draft.room_id ORDER BY draft.place)
	), head AS (
		INSERT INTO dialogue_heads AS h (room_id, seq, tag)
		SELECT fresh.room_id, fresh.total, fresh.tag FROM fresh WHERE fresh.n = fresh.total ORDER BY fresh.room_id
		ON CONFLICT (room_id) DO UPDATE SET seq = h.seq + excluded.seq, tag = excluded.tag, previous_tag = h.tag
		RETURNING h.room_id, h.seq, h.previous_tag
	), placed AS (
		SELECT fresh.*, head.seq - fresh.total + fresh.n AS seq, coalesce(fresh.previous_tag, head.previous_tag) AS before
		FROM fresh JOIN head ON head.room_id = fresh.room_id
	), appended AS (
		INSERT INTO dialogue_events (room_id, seq, tag, id, event, data, sender, meta, hash, accepted_at)
		SELECT p.room_id, p.seq, p.tag, p.id, p.event, p.data::json, p.sender, p.meta::json, p.hash, clock_timestamp()
		FROM placed p ORDER BY p.place
		RETURNING room_id, seq, accepted_at
	)
	SELECT p.place, true, a.seq::float8, (extract(epoch FROM a.accepted_at) * 1000)::float8, p.before,
		null, null, null, null, null, null, null, null, false
	FROM appended a JOIN placed p ON p.room_id = a.room_id AND p.seq = a.seq
	UNION ALL
	SELECT s.place, false, s.seq::float8, (extract(epoch FROM s.accepted_at) * 1000)::float8, null,
		s.room_id, s.tag, s.id, s.event, s.data::text, s.sender, s.meta::text, s.hash, s.redacted
	FROM standing s;
END $$;
