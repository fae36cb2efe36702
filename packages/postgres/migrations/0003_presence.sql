CREATE UNLOGGED TABLE "dialogue_attendees" (
	"room_id" text NOT NULL,
	"session_id" text NOT NULL,
	"node_id" text NOT NULL,
	"user_id" text NOT NULL,
	"user" json NOT NULL,
	CONSTRAINT "dialogue_attendees_room_id_session_id_pk" PRIMARY KEY("room_id","session_id")
);
--> statement-breakpoint
CREATE UNLOGGED TABLE "dialogue_nodes" (
	"node_id" text PRIMARY KEY NOT NULL,
	"leased_until" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE INDEX "dialogue_attendees_node_id" ON "dialogue_attendees" USING btree ("node_id");
--> statement-breakpoint
-- Whoever races for the last place waits for the other: what is counted then holds until the end of the statement.
CREATE FUNCTION "dialogue_enter"(room text, session text, node text, who text, facts json, max_users bigint)
RETURNS boolean
LANGUAGE plpgsql
AS $$
BEGIN
	IF max_users IS NOT NULL THEN
		PERFORM pg_advisory_xact_lock(hashtextextended(room, 5318008437));
		IF (
			SELECT NOT coalesce(bool_or(a.user_id = who), false) AND count(DISTINCT a.user_id) >= max_users
			FROM dialogue_attendees a JOIN dialogue_nodes n ON n.node_id = a.node_id
			WHERE a.room_id = room AND n.leased_until > clock_timestamp()
		) THEN
			RETURN false;
		END IF;
	END IF;
	INSERT INTO dialogue_attendees AS a (room_id, session_id, node_id, user_id, "user")
	VALUES (room, session, node, who, facts)
	ON CONFLICT (room_id, session_id) DO UPDATE
	SET node_id = excluded.node_id, user_id = excluded.user_id, "user" = excluded."user";
	RETURN true;
END $$;
--> statement-breakpoint
-- What a lapsed lease held goes before the lease is taken up again, so that none of it comes back with it.
CREATE FUNCTION "dialogue_renew"(node text, ttl_ms float8) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
	lapsed text[];
BEGIN
	SELECT array_agg(d.node_id) INTO lapsed FROM (
		SELECT n.node_id FROM dialogue_nodes n WHERE n.leased_until <= clock_timestamp() FOR UPDATE SKIP LOCKED
	) d;
	IF lapsed IS NOT NULL THEN
		DELETE FROM dialogue_attendees a WHERE a.node_id = ANY (lapsed);
		DELETE FROM dialogue_nodes n WHERE n.node_id = ANY (lapsed);
	END IF;
	INSERT INTO dialogue_nodes AS n (node_id, leased_until)
	VALUES (node, clock_timestamp() + ttl_ms * interval '1 millisecond')
	ON CONFLICT (node_id) DO UPDATE SET leased_until = excluded.leased_until;
END $$;
