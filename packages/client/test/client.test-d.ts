import {
  type DialogueError,
  type DialogueTypes,
  type DurableEnvelope,
  defineEvent,
  type Envelope,
  type HistoryPage,
  type Message,
  type PublicUser,
  type RoomInfo,
  type Typing,
  type UserJoined,
} from "@dialogue/events";
import { createDialogue } from "@dialogue/server";
import { WebSocket } from "ws";
import * as z from "zod";
import { createDialogueClient, type DialogueClient, type RoomContext } from "../src/index.ts";

const Meeting = defineEvent("meeting", {
  schema: z.object({ on: z.date(), place: z.string().optional(), seats: z.number().default(2) }),
});
const Ping = defineEvent("ping", { schema: z.object({ n: z.number() }), delivery: "ephemeral" });
declare const events: { message: typeof Message; typing: typeof Typing; joined: typeof UserJoined };
const dialogue = createDialogue({
  rooms: {
    general: { name: "General", events: [events.message, events.typing, events.joined] },
    plans: { name: "Plans", events: [Meeting, Ping] },
  },
});

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
function same<A, B>(_: Equal<A, B>): void {
  // Its argument's type is the test.
}

const client = createDialogueClient<typeof dialogue>({ url: "http://x", auth: { token: "t" }, WebSocket });
const general = await client.join("general");
const plans = await client.join("plans");
const den = await client.join({ id: "den" });

// What is inferred, without a generic written by the caller.
same<typeof general, RoomContext<typeof dialogue, "general">>(true);
general.on("message", (event) => {
  same<typeof event.data, { readonly text: string; readonly senderId: string; readonly replyTo?: string }>(true);
  same<typeof event.seq, number>(true);
  same<typeof event.event, "message">(true);
});
plans.on("meeting", ({ data }) => {
  same<typeof data, { readonly on: string; readonly place?: string; readonly seats: number }>(true);
});
const sent = await plans.trigger("meeting", { on: new Date() });
same<typeof sent, DurableEnvelope<"meeting", { readonly on: string; readonly place?: string; readonly seats: number }>>(
  true,
);
const signal = await plans.trigger("ping", { n: 1 });
same<typeof signal, Envelope<"ping", { readonly n: number }>>(true);
general.onAny((event) => {
  if (event.event === "typing") same<typeof event.data, { readonly isTyping: boolean }>(true);
  else same<typeof event.seq, number>(true);
});
const page = await general.getHistory("message", { limit: 10 });
same<typeof page, HistoryPage<DurableEnvelope<"message", Said>>>(true);
type Said = { readonly text: string; readonly senderId: string; readonly replyTo?: string };
const whole = await general.getHistory();
same<(typeof whole.events)[number]["event"], "message" | "user:joined">(true);
same<ReturnType<typeof general.presence.current>, readonly PublicUser[]>(true);
den.on("meeting", ({ data }) => same<typeof data.on, string>(true));
await den.trigger("message", { text: "x", senderId: "y" });

// The payload written out, as the seed does; optional fields either way.
interface ChatMessage {
  text: string;
  senderId: string;
  replyTo?: string;
}
general.on<ChatMessage>("message", (event) => same<typeof event.data, ChatMessage>(true));
general.on<{ text: string; replyTo?: string | undefined }>("message", ({ data }) => data.text);
general.on<{ userId: string; username: string }>("user:joined", ({ data }) => data.username);

// What must not compile.
// @ts-expect-error a misspelt room
await client.join("genral");
// @ts-expect-error a misspelt room
client.getRoom("plan");
// @ts-expect-error a room by number
await client.join(7);
// @ts-expect-error an event that is nowhere
general.on("mesage", () => undefined);
// @ts-expect-error an event of another room
general.on("meeting", () => undefined);
// @ts-expect-error an event of another room
await general.trigger("ping", { n: 1 });
// @ts-expect-error an event that is nowhere
await general.trigger("mesage", { text: "x", senderId: "y" });
// @ts-expect-error a missing field
await general.trigger("message", { text: "x" });
// @ts-expect-error a wrong type
await general.trigger("message", { text: 1, senderId: "y" });
// @ts-expect-error a field that is not there
await general.trigger("message", { text: "x", senderId: "y", color: "red" });
// @ts-expect-error no data
await general.trigger("typing");
// @ts-expect-error a string is not what the schema takes
await plans.trigger("meeting", { on: "2026-01-01" });
// @ts-expect-error the data of another event
await general.trigger("typing", { text: "x", senderId: "y" });
// @ts-expect-error a field that the event has not
general.on("message", ({ data }) => data.body);
// @ts-expect-error a Date is a string on the wire
plans.on("meeting", ({ data }) => data.on.getTime());
// @ts-expect-error an ephemeral event has no seq
plans.on("ping", (event) => event.seq);
// @ts-expect-error the field is optional
plans.on("meeting", ({ data }) => data.place.length);
// @ts-expect-error an explicit type that the event is not of
general.on<{ body: string }>("message", () => undefined);
// @ts-expect-error an explicit type with a wrong field
general.on<{ text: number; senderId: string }>("message", () => undefined);
// @ts-expect-error an explicit type of another event
general.on<{ isTyping: boolean }>("message", () => undefined);
// @ts-expect-error an optional field asked for as a required one
general.on<{ text: string; replyTo: string }>("message", () => undefined);
// @ts-expect-error a name that is nowhere
general.subscribe("mesage");
// @ts-expect-error a name of another room
general.unsubscribe("meeting");
// @ts-expect-error a name that is nowhere
await general.getHistory("mesage");
// @ts-expect-error a query that is none
await general.getHistory("message", { count: 3 });
general.on("message", (event) => {
  // @ts-expect-error an envelope cannot be changed
  event.data.text = "";
});
// @ts-expect-error the id of an event is a string
await general.trigger("message", { text: "x", senderId: "y" }, { id: 5 });
// @ts-expect-error an event that is nowhere, in a room made at run time
den.on("mesage", () => undefined);
// @ts-expect-error no token
createDialogueClient({ url: "http://x", auth: { userId: "ada" } });
// @ts-expect-error no url
createDialogueClient({ auth: { token: "t" } });
// @ts-expect-error not the types of a Dialogue
createDialogueClient<string>({ url: "http://x", auth: { token: "t" } });
// @ts-expect-error a room without a name
await client.createRoom({ id: "x" });
await client.createRoom({ id: "x", name: "X", events: ["message"] });
// @ts-expect-error a room of an event that is nowhere
await client.createRoom({ id: "x", name: "X", events: ["mesage"] });
// @ts-expect-error a state there is not
client.state === "open";
// @ts-expect-error a room of one kind is not a room of the other
const wrong: RoomContext<typeof dialogue, "plans"> = general;
// @ts-expect-error a misspelt room in a type
type Misspelt = RoomContext<typeof dialogue, "genral">;

// Without types: any name, unknown data, and the payload written out.
const untyped = createDialogueClient({ url: "http://x", auth: () => Promise.resolve({ token: "t" }) });
let room: RoomContext | null = null;
room = await untyped.join("anything");
room.on("whatever", ({ data }) => same<typeof data, unknown>(true));
room.on<ChatMessage>("message", (event) => same<typeof event.data, ChatMessage>(true));
await room.trigger("message", { text: "x", replyTo: undefined });
untyped.onError((error) => same<typeof error, DialogueError>(true));
const rooms = await untyped.listRooms();
same<typeof rooms, readonly RoomInfo[]>(true);
const wider: DialogueClient<DialogueTypes> = untyped;
export type Canary = [Misspelt, typeof wrong, typeof wider];
