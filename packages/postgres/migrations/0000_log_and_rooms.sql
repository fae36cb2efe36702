CREATE TABLE "dialogue_consumers" (
	"consumer" text NOT NULL,
	"room_id" text NOT NULL,
	"node_id" text,
	"claimed_until" timestamp with time zone,
	"mark" text,
	CONSTRAINT "dialogue_consumers_consumer_room_id_pk" PRIMARY KEY("consumer","room_id")
);
--> statement-breakpoint
CREATE TABLE "dialogue_events" (
	"room_id" text NOT NULL,
	"seq" bigint NOT NULL,
	"tag" text NOT NULL,
	"id" text NOT NULL,
	"event" text NOT NULL,
	"data" json NOT NULL,
	"sender" text NOT NULL,
	"meta" json,
	"hash" text NOT NULL,
	"redacted" boolean DEFAULT false NOT NULL,
	"accepted_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "dialogue_events_room_id_seq_pk" PRIMARY KEY("room_id","seq"),
	CONSTRAINT "dialogue_events_room_id_id" UNIQUE("room_id","id")
);
--> statement-breakpoint
CREATE TABLE "dialogue_heads" (
	"room_id" text PRIMARY KEY NOT NULL,
	"seq" bigint DEFAULT 0 NOT NULL,
	"tag" text DEFAULT '' NOT NULL,
	"previous_tag" text DEFAULT '' NOT NULL,
	"floor_seq" bigint DEFAULT 0 NOT NULL,
	"floor_tag" text DEFAULT '' NOT NULL,
	"acl_version" bigint DEFAULT 0 NOT NULL
);
--> statement-breakpoint
CREATE TABLE "dialogue_members" (
	"room_id" text NOT NULL,
	"user_id" text NOT NULL,
	"role" text NOT NULL,
	CONSTRAINT "dialogue_members_room_id_user_id_pk" PRIMARY KEY("room_id","user_id")
);
--> statement-breakpoint
CREATE TABLE "dialogue_rooms" (
	"id" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"description" text,
	"events" json NOT NULL,
	"default_subscriptions" json,
	"max_size" bigint,
	"sync_history_on_join" json,
	"created_by_id" text,
	"visibility" text NOT NULL,
	"metadata" json
);
