import type { DialogueError, MessagesFrame } from "@dialogue/events";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { DialogueClient } from "../src/dialogue-client.ts";
import type { UntypedRoom } from "../src/room-context.ts";
import { clientOf, collect, say, serve, type TestDialogue, textOf, until } from "./harness.ts";

let dialogue: TestDialogue;
let ada: DialogueClient;
let bob: DialogueClient;
let there: UntypedRoom;

beforeEach(async () => {
  dialogue = await serve();
  ada = await clientOf(dialogue, "ada");
  bob = await clientOf(dialogue, "bob");
  await Promise.all([ada.connect(), bob.connect()]);
  there = await bob.join("general");
});

afterEach(async () => {
  await Promise.all([ada.disconnect(), bob.disconnect()]);
  await dialogue.stop();
});

test("a join from where a page ends brings what came after it, and nothing else", async () => {
  for (const text of ["a", "b"]) await say(bob, there, text);
  const page = await there.getHistory();
  for (const text of ["c", "d"]) await say(bob, there, text);
  const room = await ada.join("general", page.end === undefined ? {} : { cursor: page.end });
  const seen = collect(room);
  await until(() => seen.length === 2);
  expect(seen.map(textOf)).toEqual(["c", "d"]);
});

test("frames tell the whole log whatever is subscribed, and the room how far", async () => {
  const room = await ada.join("general");
  room.unsubscribe("message");
  const frames: string[] = [];
  room.onFrame((frame: MessagesFrame, cursor) => {
    frames.push(frame.type === "event" ? frame.event.event : frame.type);
    expect(room.cursor).toBe(cursor);
  });
  await say(bob, there, "a");
  await there.trigger("user:left", { userId: "bob" });
  await until(() => frames.length === 3);
  expect(frames).toEqual(["ready", "message", "user:left"]);
  expect(room.cursor).toMatch(/^2\./);
});

test("a room that is over says so once, and why", async () => {
  const reasons: (DialogueError | undefined)[] = [];
  const left = await ada.join("general");
  left.onClose((reason) => void reasons.push(reason));
  await left.leave();
  const lost = await ada.join("plans");
  lost.onClose((reason) => void reasons.push(reason));
  await ada.disconnect();
  expect(reasons.map((reason) => reason?.code)).toEqual([undefined, "UNAVAILABLE"]);
});

test("a page holds several kinds of events when asked", async () => {
  await say(bob, there, "a");
  await there.trigger("user:joined", { userId: "bob", username: "Bob" });
  await there.trigger("user:left", { userId: "bob" });
  const { events } = await there.getHistory(["message", "user:left"]);
  expect(events.map(({ event }) => event)).toEqual(["message", "user:left"]);
});
