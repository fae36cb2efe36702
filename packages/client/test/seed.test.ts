import { afterEach, beforeEach, expect, test } from "vitest";
import type { DialogueClient } from "../src/dialogue-client.ts";
import { clientOf, collect, say, serve, type TestDialogue, textOf, until } from "./harness.ts";

let dialogue: TestDialogue;
let clients: DialogueClient[];

beforeEach(async () => {
  dialogue = await serve();
  clients = await Promise.all(["ada", "bob", "cyd"].map((userId) => clientOf(dialogue, userId)));
});

afterEach(async () => {
  await Promise.all(clients.map((client) => client.disconnect()));
  await dialogue.stop();
});

test("three clients see each other's messages, each once and in one order", async () => {
  await Promise.all(clients.map((client) => client.connect()));
  const rooms = await Promise.all(clients.map((client) => client.join("general")));
  const seen = rooms.map((room) => collect(room));
  await Promise.all(
    rooms.flatMap((room, who) => [1, 2, 3].map((n) => say(clients[who] as DialogueClient, room, `${who}-${n}`))),
  );
  await until(() => seen.every((events) => events.length === 9));
  const [first = []] = seen;
  expect(first.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  for (const events of seen) expect(events).toEqual(first);
  const own = first.filter(({ from }) => from === "ada").map(textOf);
  expect(own).toEqual(["0-1", "0-2", "0-3"]);
});
