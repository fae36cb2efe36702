import { createDialogueClient } from "@dialogue/client";
import { defineEvent, Message, Typing } from "@dialogue/events";
import { createDialogue } from "@dialogue/server";
import { createElement } from "react";
import { expectTypeOf } from "vitest";
import * as z from "zod";
import { createDialogueHooks, type SentMessage } from "../src/index.ts";

const Meeting = defineEvent("meeting", { schema: z.object({ on: z.date(), where: z.string().optional() }) });
const Vote = defineEvent("vote", { schema: z.object({ yes: z.boolean() }) });
const Wave = defineEvent("wave", { schema: z.object({ to: z.string() }), delivery: "ephemeral" });

export const dialogue = createDialogue({
  rooms: {
    general: { name: "General", events: [Message, Typing, Vote] },
    plans: { name: "Plans", events: [Meeting, Wave] },
  },
});
const other = createDialogue({ rooms: { lobby: { name: "Lobby", events: [Vote] } } });

const hooks = createDialogueHooks<typeof dialogue>();
const { DialogueProvider, useMessages, useRoom, useTrigger, useTyping, usePresence, useRooms, useUnread, useDialogue } =
  hooks;

const client = createDialogueClient<typeof dialogue>({ url: "http://localhost", auth: { token: "" } });
createElement(DialogueProvider, { client });
// @ts-expect-error a client of another Dialogue
createElement(DialogueProvider, { client: createDialogueClient<typeof other>({ url: "", auth: { token: "" } }) });
// @ts-expect-error no client
createElement(DialogueProvider, {});
// @ts-expect-error not a Dialogue
createDialogueHooks<{ readonly $rooms: string }>();

declare const Row: (props: { readonly message: SentMessage<"vote", { readonly yes: boolean }> }) => null;

export async function useEverything() {
  // @ts-expect-error a misspelt room
  useRoom("genral");
  // @ts-expect-error a room of another Dialogue
  useMessages("lobby");
  // @ts-expect-error a room made at run time is an object
  useTyping("made-at-run-time" as string);
  // @ts-expect-error a misspelt room
  usePresence("plan");

  const state = useRoom("general");
  // @ts-expect-error not known before it is joined
  state.room.trigger("message", { text: "", senderId: "" });
  if (state.status === "joined") {
    void state.room.trigger("vote", { yes: true });
    // @ts-expect-error an event of another room
    void state.room.trigger("meeting", { on: new Date() });
  }
  // @ts-expect-error there is an error only in a failure
  state.error.code;
  if (state.status === "failed") state.error.code;

  const { messages } = useMessages("general");
  for (const message of messages) {
    expectTypeOf(message.event).toEqualTypeOf<"message" | "vote">();
    if (message.event === "vote") expectTypeOf(message.data.yes).toEqualTypeOf<boolean>();
    if (message.event === "message" && message.status === "sent")
      expectTypeOf(message.data.text).toEqualTypeOf<string>();
    // @ts-expect-error what is on its way has no seq
    message.seq;
    if (message.status === "sent") expectTypeOf(message.seq).toEqualTypeOf<number>();
    // @ts-expect-error only a failed message has an error
    message.error;
    if (message.status === "failed") message.error.code;
    // @ts-expect-error a list holds durable events
    message.event === "typing";
  }

  const votes = useMessages("general", { events: ["vote"] });
  expectTypeOf(votes.messages[0]?.event).toEqualTypeOf<"vote" | undefined>();
  expectTypeOf(votes.messages[0]?.data.yes).toEqualTypeOf<boolean | undefined>();
  // @ts-expect-error a misspelt event
  useMessages("general", { events: ["votes"] });
  // @ts-expect-error an event of another room
  useMessages("general", { events: ["meeting"] });
  // @ts-expect-error an ephemeral event is in no list
  useMessages("plans", { events: ["wave"] });
  // @ts-expect-error an unknown option
  useMessages("plans", { size: 3 });
  useMessages("general", { events: ["vote"], initial: await dialogue.history("general", { events: ["vote"] }) });
  // @ts-expect-error an ephemeral event is not counted
  useUnread("plans", 0, { events: ["wave"] });

  const [meeting] = useMessages("plans").messages;
  // What the log holds is JSON.
  if (meeting?.status === "sent") expectTypeOf(meeting.data.on).toEqualTypeOf<string>();
  expectTypeOf(useMessages({ id: "made" }).messages[0]?.event).toEqualTypeOf<
    "message" | "vote" | "meeting" | undefined
  >();

  const trigger = useTrigger("plans");
  void trigger("meeting", { on: new Date() });
  void trigger("wave", { to: "ada" }, { meta: { kind: "big" } });
  // @ts-expect-error the wrong form
  void trigger("meeting", { on: 1 });
  // @ts-expect-error a field is missing
  void trigger("meeting", { where: "here" });
  // @ts-expect-error an event of another room
  void trigger("vote", { yes: true });
  // @ts-expect-error an unknown option
  void trigger("wave", { to: "ada" }, { from: "bob" });
  expectTypeOf(await trigger("meeting", { on: new Date() })).toHaveProperty("seq");

  const { rooms, update, create } = useRooms();
  void update("general", { name: "All" });
  void update({ id: "made" }, { name: "Made" });
  // @ts-expect-error a misspelt room
  void update("generl", { name: "All" });
  // @ts-expect-error a room has an id
  void create({ name: "Made" });
  // @ts-expect-error what is listed is not to be changed
  rooms.push();
  expectTypeOf(useDialogue()).toEqualTypeOf<typeof client>();

  const untyped = createDialogueHooks();
  const [any] = untyped.useMessages("whatever", { events: ["anything"] }).messages;
  expectTypeOf(any?.data).toEqualTypeOf<unknown>();
  void untyped.useTrigger("whatever")("anything", { at: "all" });

  for (const message of votes.messages) if (message.status === "sent") createElement(Row, { message });
}
