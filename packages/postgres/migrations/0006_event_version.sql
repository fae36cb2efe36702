-- A constant default: no row is written anew. What stands was made by definitions without a version, which are the first.
ALTER TABLE "dialogue_events" ADD COLUMN "version" integer DEFAULT 1 NOT NULL;
--> statement-breakpoint
-- As `dialogue_append`, with the version: older processes still call that one, and what they append is of the first.
-- That one says why each of the settings is there.
CREATE FUNCTION "dialogue_append_version"(drafts json) RETURNS TABLE (
	"place" bigint, "is_new" boolean, "seq" float8, "timestamp" float8, "previous_tag" text, "room_id" text, "tag" text,
	"id" text, "event" text, "data" text, "sender" text, "meta" text, "hash" text, "redacted" boolean,
	"version" integer
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
			tag text, room_id text, id text, event text, data text, sender text, meta text, hash text,
			version integer
		)) WITH ORDINALITY AS d(tag, room_id, id, event, data, sender, meta, hash, version, place)
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
		INSERT INTO dialogue_events (room_id, seq, tag, id, event, data, sender, meta, hash, version, accepted_at)
		SELECT f.room_id, head.seq - f.total + f.n, f.tag, f.id, f.event, f.data::json, f.sender, f.meta::json, f.hash,
			f.version, head.at
		FROM fresh f JOIN head ON head.room_id = f.room_id
	)
	-- For what was appended one row a room: the caller knows the rest.
	SELECT null::bigint, true, h.seq::float8, (extract(epoch FROM h.at) * 1000)::float8, h.previous_tag, h.room_id,
		null, null, null, null, null, null, null, false, null::integer
	FROM head h
	UNION ALL
	SELECT s.place, false, s.seq::float8, (extract(epoch FROM s.accepted_at) * 1000)::float8, null,
		s.room_id, s.tag, s.id, s.event, s.data::text, s.sender, s.meta::text, s.hash, s.redacted, s.version
	FROM standing s;
END $$;
