import { expect, test } from "vitest";
import { socketUrl } from "../src/options.ts";

test.each([
  ["http://chat.example", "ws://chat.example/trpc"],
  ["https://chat.example/", "wss://chat.example/trpc"],
  ["ws://127.0.0.1:3000", "ws://127.0.0.1:3000/trpc"],
  ["wss://chat.example/api/trpc", "wss://chat.example/api/trpc"],
  ["https://chat.example/api?x=1#top", "wss://chat.example/api?x=1"],
])("%s is reached at %s", (url, socket) => {
  expect(socketUrl(url)).toBe(socket);
});
