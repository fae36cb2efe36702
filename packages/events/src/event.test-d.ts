import { expectTypeOf, test } from "vitest";
import * as z from "zod";
import { Message, Typing, UserJoined } from "./chat.ts";
import type { DurableEnvelope, Envelope, EnvelopeOf } from "./envelope.ts";
import { type DataOf, defineEvent, type EventDefinition, type InputOf, type WireOf } from "./event.ts";
import type { Wire } from "./json.ts";
import { defineRoom, type EnvelopeIn, type EventNameIn, type InputIn, type RoomRef } from "./room.ts";

const Meeting = defineEvent("meeting:planned", {
  schema: z.object({ at: z.coerce.date(), title: z.string().default("untitled"), note: z.string().optional() }),
});

test("input, data and wire form of one event are three types", () => {
  expectTypeOf<InputOf<typeof Meeting>>().toEqualTypeOf<{
    at: unknown;
    title?: string | undefined;
    note?: string | undefined;
  }>();
  expectTypeOf<DataOf<typeof Meeting>>().toEqualTypeOf<{ at: Date; title: string; note?: string | undefined }>();
  expectTypeOf<WireOf<typeof Meeting>>().toEqualTypeOf<{
    readonly at: string;
    readonly title: string;
    readonly note?: string;
  }>();
});

test("a transform changes the type between input and data", () => {
  const Counted = defineEvent("counted", { schema: z.object({ text: z.string().transform((text) => text.length) }) });
  expectTypeOf<InputOf<typeof Counted>>().toEqualTypeOf<{ text: string }>();
  expectTypeOf<WireOf<typeof Counted>>().toEqualTypeOf<{ readonly text: number }>();
});

test("the wire form is what JSON leaves", () => {
  expectTypeOf<Wire<Date>>().toEqualTypeOf<string>();
  expectTypeOf<Wire<bigint>>().toEqualTypeOf<never>();
  expectTypeOf<Wire<{ f: () => void; x: 1 | undefined }>>().toEqualTypeOf<{ readonly x: 1 }>();
  expectTypeOf<Wire<[Date, number]>>().toEqualTypeOf<readonly [string, number]>();
  expectTypeOf<Wire<(string | undefined)[]>>().toEqualTypeOf<readonly (string | null)[]>();
  expectTypeOf<Wire<unknown>>().toEqualTypeOf<unknown>();
  expectTypeOf<Wire<"a" | Date>>().toEqualTypeOf<string>();
});

test("names are literal, and delivery follows them", () => {
  expectTypeOf(Message.name).toEqualTypeOf<"message">();
  expectTypeOf(Message.delivery).toEqualTypeOf<"durable">();
  expectTypeOf(Typing.delivery).toEqualTypeOf<"ephemeral">();
  expectTypeOf(UserJoined.name).toEqualTypeOf<"user:joined">();
});

test("durable envelopes have a seq, ephemeral ones have none", () => {
  expectTypeOf<EnvelopeOf<typeof Message>>().toExtend<DurableEnvelope>();
  expectTypeOf<EnvelopeOf<typeof Typing>>().toEqualTypeOf<Envelope<"typing", { readonly isTyping: boolean }>>();
  // @ts-expect-error an ephemeral event has no place in the log
  expectTypeOf<EnvelopeOf<typeof Typing>["seq"]>();
});

test("author names a field that holds a string", () => {
  const schema = z.object({ by: z.string(), count: z.number() });
  defineEvent("ok", { schema, author: "by" });
  // @ts-expect-error there is no such field
  defineEvent("bad", { schema, author: "sender" });
  // @ts-expect-error a number is no user id
  defineEvent("bad", { schema, author: "count" });
});

test("a definition needs a schema, and knows two deliveries", () => {
  // @ts-expect-error no schema
  defineEvent("bad", {});
  // @ts-expect-error not a schema
  defineEvent("bad", { schema: { type: "object" } });
  // @ts-expect-error no such delivery
  defineEvent("bad", { schema: z.object({}), delivery: "sometimes" });
  // @ts-expect-error a misspelt option
  defineEvent("bad", { schema: z.object({}), histroy: { limit: 1 } });
});

const general = defineRoom({ name: "General", events: [Message, Typing], defaultSubscriptions: ["message"] });
type Rooms = { readonly general: typeof general.events; readonly news: readonly [typeof Meeting] };

test("a room knows its events by name", () => {
  expectTypeOf<EventNameIn<Rooms, "general">>().toEqualTypeOf<"message" | "typing">();
  expectTypeOf<InputIn<Rooms, "general", "typing">>().toEqualTypeOf<{ isTyping: boolean }>();
  expectTypeOf<EnvelopeIn<Rooms, "news", "meeting:planned">["data"]["at"]>().toEqualTypeOf<string>();
  expectTypeOf<EventNameIn<Rooms, { readonly id: string }>>().toEqualTypeOf<"message" | "typing" | "meeting:planned">();
});

test("default subscriptions are names of the room's own events", () => {
  // @ts-expect-error misspelt
  defineRoom({ name: "x", events: [Message], defaultSubscriptions: ["mesage"] });
  // @ts-expect-error an event of another room
  defineRoom({ name: "x", events: [Message], defaultSubscriptions: ["typing"] });
});

test("a room is named by a configured id or by an object", () => {
  expectTypeOf<"general">().toExtend<RoomRef<Rooms>>();
  expectTypeOf<{ id: string }>().toExtend<RoomRef<Rooms>>();
  // @ts-expect-error misspelt
  const misspelt: RoomRef<Rooms> = "genral";
  expectTypeOf(misspelt).toEqualTypeOf<RoomRef<Rooms>>();
});

test("every definition is an EventDefinition", () => {
  expectTypeOf([Message, Typing, Meeting]).toExtend<readonly EventDefinition[]>();
});
