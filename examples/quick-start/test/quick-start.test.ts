import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { WebSocket } from "ws";
import { chat } from "../src/client.ts";
import { dialogue } from "../src/server.ts";

const server = createServer();

beforeAll(async () => {
  vi.stubGlobal("WebSocket", WebSocket);
  dialogue.attach(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});

afterAll(async () => {
  await dialogue.stop();
  server.close();
  vi.unstubAllGlobals();
});

it("lets two people talk", async () => {
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const seen: string[] = [];
  const ada = await chat(url, await dialogue.issueToken({ id: "ada" }), (line) => seen.push(line));
  const bob = await chat(url, await dialogue.issueToken({ id: "bob" }), () => undefined);
  const first = await ada("Hello");
  expect(first).toMatchObject({ seq: 1, from: "ada", data: { text: "Hello", senderId: "ada" } });
  await bob("Hi Ada");
  await vi.waitFor(() => expect(seen).toEqual(["ada: Hello", "bob: Hi Ada"]));
});
