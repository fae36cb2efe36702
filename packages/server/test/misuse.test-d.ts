import type { Server } from "node:http";
import { createTRPCClient } from "@trpc/client";
import { type inferRouterOutputs, initTRPC } from "@trpc/server";
import { expectTypeOf } from "vitest";
import * as z from "zod";
import {
  type ConnectedClient,
  createDialogue,
  type Dialogue,
  type DialogueRouter,
  defineEvent,
  defineRoom,
  type Envelope,
  Message,
  type RouterContext,
  Typing,
} from "../src/index.ts";

const Meeting = defineEvent("meeting", {
  schema: z.object({ at: z.date(), title: z.string().transform((title) => title.length), note: z.string().optional() }),
});
const Wave = defineEvent("wave", { schema: z.object({ hand: z.enum(["left", "right"]) }), delivery: "ephemeral" });
const Poll = defineEvent("poll", { schema: z.object({ question: z.string() }) });

const dialogue = createDialogue({
  rooms: {
    general: { name: "General", events: [Message, Typing, Wave] },
    office: defineRoom({ name: "Office", events: [Meeting] }),
  },
  events: [Poll],
  hooks: {
    clients: {
      onConnected(client) {
        client.join("office");
        client.join({ id: "made-at-run-time" });
        // @ts-expect-error 1: no configured room has that id
        client.join("offise");
        // @ts-expect-error 2: a client has no such field
        client.name;
      },
      // @ts-expect-error 3: a join is refused by false, not by words
      beforeJoin: () => "no",
    },
  },
});

// trigger
dialogue.trigger("office", Meeting, { at: new Date(), title: "weekly" });
dialogue.trigger("office", Meeting, { at: new Date(), title: "weekly" }, { from: "ann", meta: { urgent: true } });
dialogue.trigger({ id: "made-at-run-time" }, Poll, { question: "tea?" });
// @ts-expect-error 5: no configured room has that id
dialogue.trigger("offise", Meeting, { at: new Date(), title: "weekly" });
// @ts-expect-error 6: the event is not of that room
dialogue.trigger("general", Meeting, { at: new Date(), title: "weekly" });
// @ts-expect-error 7: an event for rooms made at run time is not of a configured one
dialogue.trigger("general", Poll, { question: "tea?" });
// @ts-expect-error 8: a field is missing
dialogue.trigger("office", Meeting, { title: "weekly" });
// @ts-expect-error 9: a field has another type
dialogue.trigger("general", Wave, { hand: "both" });
// @ts-expect-error 10: what the schema makes of it is not what it takes
dialogue.trigger("office", Meeting, { at: new Date(), title: 6 });
// @ts-expect-error 11: an event is given by its definition
dialogue.trigger("general", "message", { text: "hi", senderId: "ann" });
// @ts-expect-error 12: who triggers is a user's id
dialogue.trigger("general", Wave, { hand: "left" }, 7);

// on and consume
dialogue.on("office", Meeting, (event) => {
  expectTypeOf(event.data).toEqualTypeOf<{ at: Date; title: number; note?: string | undefined }>();
  expectTypeOf(event.seq).toEqualTypeOf<number>();
  // @ts-expect-error 13: its data has no such field
  event.data.room;
});
dialogue.on("general", Wave, (event) => {
  // @ts-expect-error 14: an ephemeral event has no place in the log
  event.seq;
});
dialogue.consume("books", "office", Meeting, (event) => {
  expectTypeOf(event.data.at).toEqualTypeOf<string>();
  // @ts-expect-error 15: read from the log a date is a string
  event.data.at.getTime();
});
// @ts-expect-error 16: the event is not of that room
dialogue.on("general", Meeting, () => undefined);
// @ts-expect-error 17: a consumer has a name
dialogue.consume("office", Meeting, () => undefined);
// @ts-expect-error 18: what is ephemeral is in no log to be read from
dialogue.consume("waves", "general", Wave, () => undefined);

// room
const general = dialogue.room("general");
general.trigger(Message, { text: "hi", senderId: "ann" });
// @ts-expect-error 19: the event is not of that room
general.trigger(Meeting, { at: new Date(), title: "weekly" });
// @ts-expect-error 20: the payload is not the event's
general.trigger(Typing, { isTyping: "yes" });
// @ts-expect-error 21: no configured room has that id
dialogue.room("genera");
// @ts-expect-error 22: no configured room has that id
dialogue.deleteRoom("genera");
// @ts-expect-error 23: a room cannot change its events
dialogue.updateRoom("general", { events: [] });
// @ts-expect-error 24: there is no such role
dialogue.grant("general", "ann", "king");
expectTypeOf(general.trigger(Message, { text: "hi", senderId: "ann" })).resolves.toExtend<Envelope<"message">>();
expectTypeOf(dialogue.getClients("ann")[0]).toExtend<ConnectedClient | undefined>();

// the configuration
createDialogue({
  rooms: {
    // @ts-expect-error 25: a default subscription is one of the room's events
    general: { name: "General", events: [Message], defaultSubscriptions: ["massage"] },
  },
});
// @ts-expect-error 4: there is no such hook
createDialogue({ rooms: {}, hooks: { clients: { onArrived: () => undefined } } });
// @ts-expect-error 26: a room has a name
createDialogue({ rooms: { general: { events: [Message] } } });
// @ts-expect-error 27: there is no such option
createDialogue({ rooms: {}, prot: 3000 });
// @ts-expect-error 28: there is no such limit
createDialogue({ rooms: {}, limits: { bytesOfEvent: 1 } });
// @ts-expect-error 29: a user has an id
createDialogue({ rooms: {}, authenticate: () => ({ name: "ann" }) });

// the router, through an unmodified client
const client = createTRPCClient<typeof dialogue.router>({ links: [] });
const meeting = { roomId: "office", event: "meeting", data: { at: new Date(), title: "weekly" } } as const;
client.trigger.mutate(meeting);
client.trigger.mutate({ roomId: "any", event: "poll", data: { question: "tea?" }, id: "…", meta: { a: [1, null] } });
// @ts-expect-error 30: no event has that name
client.trigger.mutate({ roomId: "office", event: "meting", data: meeting.data });
// @ts-expect-error 31: the data is another event's
client.trigger.mutate({ roomId: "office", event: "meeting", data: { hand: "left" } });
// @ts-expect-error 32: a room is missing
client.trigger.mutate({ event: "meeting", data: meeting.data });
// @ts-expect-error 33: there is no such procedure
client.send.mutate(meeting);
// @ts-expect-error 34: history is a query
client.history.mutate({ roomId: "office" });
// @ts-expect-error 35: a page is asked for by cursor, not by number
client.history.query({ roomId: "office", page: 2 });
// @ts-expect-error 36: no event has that name
client.rooms.create.mutate({ id: "tea", name: "Tea", events: ["massage"] });
// @ts-expect-error 37: a client cannot say who made a room
client.rooms.create.mutate({ id: "tea", name: "Tea", createdById: "ann" });
client.messages.subscribe(
  { roomId: "office" },
  {
    onData({ id, data: frame }) {
      expectTypeOf(id).toEqualTypeOf<string>();
      if (frame.type !== "event") return;
      expectTypeOf(frame.event.event).toEqualTypeOf<"message" | "meeting" | "poll">();
      if (frame.event.event !== "meeting") return;
      expectTypeOf(frame.event.data.at).toEqualTypeOf<string>();
      expectTypeOf(frame.event.data.title).toEqualTypeOf<number>();
      expectTypeOf(frame.event.seq).toEqualTypeOf<number>();
      // @ts-expect-error 38: over the wire a date is a string
      frame.event.data.at.getTime();
    },
    onError(error) {
      expectTypeOf(error.data?.dialogue.retry).toEqualTypeOf<boolean | undefined>();
    },
  },
);
client.signals.subscribe(
  { roomId: "general" },
  {
    onData(signal) {
      expectTypeOf(signal.event).toEqualTypeOf<"typing" | "wave">();
      // @ts-expect-error 39: an ephemeral event has no place in the log
      signal.seq;
    },
  },
);
type Outputs = inferRouterOutputs<typeof dialogue.router>;
expectTypeOf<Outputs["connect"]["user"]["name"]>().toEqualTypeOf<string>();

// an application's own router
declare const server: Server;
const t = initTRPC.context<RouterContext & { db: string }>().create({ errorFormatter: dialogue.errorFormatter });
const app = t.router({ mine: t.procedure.query(({ ctx }) => ctx.db), chat: dialogue.router });
const createContext = dialogue.createContext;
dialogue.attach(server, { router: app, createContext: async (opts) => ({ ...(await createContext(opts)), db: "db" }) });
// @ts-expect-error 40: the context lacks what the application's procedures need
dialogue.attach(server, { router: app, createContext });
// @ts-expect-error 41: the context lacks Dialogue's part
dialogue.attach(server, { router: app, createContext: () => ({ db: "db" }) });
createTRPCClient<typeof app>({ links: [] }).chat.trigger.mutate(meeting);

// A Dialogue with any rooms can be handed on.
declare function audit(of: Dialogue<{ general: readonly [typeof Message] }>): void;
expectTypeOf(audit).toBeFunction();
expectTypeOf<DialogueRouter<{ general: readonly [typeof Message] }>>().toHaveProperty("trigger");
