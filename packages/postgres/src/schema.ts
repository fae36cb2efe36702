import type { JsonObject, JsonValue, PublicUser } from "@dialogue/events";
import { sql } from "drizzle-orm";
import {
  bigint,
  boolean,
  index,
  integer,
  json,
  pgTable,
  primaryKey,
  text,
  timestamp,
  unique,
} from "drizzle-orm/pg-core";

// No foreign keys: rooms may be configured in code, and drizzle-kit would write the schema's name into them.

/** Where each room's log ends and begins. The row lock on it puts the appends of a room in order. */
export const heads = pgTable("dialogue_heads", {
  roomId: text("room_id").primaryKey(),
  seq: bigint("seq", { mode: "number" }).notNull().default(0),
  tag: text("tag").notNull().default(""),
  /** The tag before the last append: an append answers it without another query. */
  previousTag: text("previous_tag").notNull().default(""),
  floorSeq: bigint("floor_seq", { mode: "number" }).notNull().default(0),
  floorTag: text("floor_tag").notNull().default(""),
  aclVersion: bigint("acl_version", { mode: "number" }).notNull().default(0),
});

/** The log. */
export const events = pgTable(
  "dialogue_events",
  {
    roomId: text("room_id").notNull(),
    seq: bigint("seq", { mode: "number" }).notNull(),
    tag: text("tag").notNull(),
    id: text("id").notNull(),
    event: text("event").notNull(),
    /** Of the definition that made the data. */
    version: integer("version").notNull().default(1),
    /** `json`, not `jsonb`: what is read is, to the character, what was appended. */
    data: json("data").$type<JsonValue>().notNull(),
    sender: text("sender").notNull(),
    meta: json("meta").$type<JsonObject>(),
    hash: text("hash").notNull(),
    redacted: boolean("redacted").notNull().default(false),
    acceptedAt: timestamp("accepted_at", { precision: 3, withTimezone: true }).notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.roomId, table.seq] }),
    unique("dialogue_events_room_id_id").on(table.roomId, table.id),
    /** Retention asks for the oldest and the newest of one kind, past what it has emptied already. */
    index("dialogue_events_standing").on(table.roomId, table.event, table.seq).where(sql`not redacted`),
    /** What a user has said, over all rooms: to hand it out, or to erase it. */
    index("dialogue_events_sender").on(table.sender, table.roomId, table.seq).where(sql`not redacted`),
  ],
);

/** Rooms made at run time. */
export const rooms = pgTable("dialogue_rooms", {
  id: text("id").primaryKey(),
  name: text("name").notNull(),
  description: text("description"),
  events: json("events").$type<readonly string[]>().notNull(),
  defaultSubscriptions: json("default_subscriptions").$type<readonly string[]>(),
  maxSize: bigint("max_size", { mode: "number" }),
  syncHistoryOnJoin: json("sync_history_on_join").$type<boolean | number>(),
  createdById: text("created_by_id"),
  visibility: text("visibility", { enum: ["public", "private"] }).notNull(),
  metadata: json("metadata").$type<JsonObject>(),
});

/** Who belongs to which room. */
export const members = pgTable(
  "dialogue_members",
  {
    roomId: text("room_id").notNull(),
    userId: text("user_id").notNull(),
    role: text("role", { enum: ["owner", "member"] }).notNull(),
  },
  (table) => [primaryKey({ columns: [table.roomId, table.userId] })],
);

/** How far each durable consumer of a room has come, and which node holds it. */
export const consumers = pgTable(
  "dialogue_consumers",
  {
    consumer: text("consumer").notNull(),
    roomId: text("room_id").notNull(),
    nodeId: text("node_id"),
    claimedUntil: timestamp("claimed_until", { withTimezone: true }),
    mark: text("mark"),
  },
  (table) => [primaryKey({ columns: [table.consumer, table.roomId] })],
);

// The two that follow are UNLOGGED, which Drizzle has no word for: the migration says it. What a crash of the database takes, nodes put back.

/** The nodes that serve, each with its lease. */
export const nodes = pgTable("dialogue_nodes", {
  nodeId: text("node_id").primaryKey(),
  leasedUntil: timestamp("leased_until", { withTimezone: true }).notNull(),
});

/** Who is in which room, through which node. */
export const attendees = pgTable(
  "dialogue_attendees",
  {
    roomId: text("room_id").notNull(),
    sessionId: text("session_id").notNull(),
    nodeId: text("node_id").notNull(),
    userId: text("user_id").notNull(),
    user: json("user").$type<PublicUser>().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.roomId, table.sessionId] }),
    index("dialogue_attendees_node_id").on(table.nodeId),
  ],
);
