import { join } from "node:path";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { enterAs, joinAs, type Member } from "../src/members.ts";
import { type ServerProcess, startServer } from "../src/server-process.ts";
import { temporaryFolder } from "../src/temporary-folder.ts";
import { eventually } from "./eventually.ts";

// A process takes its time to start on a busy machine; no test measures it.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const folder = await temporaryFolder();
let server: ServerProcess;

beforeAll(async () => {
  server = await startServer({ PORT: "0", DIALOGUE_DATA_DIR: join(folder.path, "data") });
});

afterAll(async () => {
  await server.end("SIGTERM");
  await folder.remove();
});

/** What the log holds about somebody, seen by somebody else. */
async function told(witness: Member, userId: string) {
  const { events } = await witness.room.getHistory(undefined, { limit: 200 });
  return events.filter(({ from }) => from === userId).map(({ event, meta }) => [event, meta?.name]);
}

it("announces a person once, whatever the number of their windows, and tells when the last is closed", async () => {
  const witness = await enterAs(server.url, "Witness");
  const first = await enterAs(server.url, "Ada");
  const second = await joinAs(server.url, first.auth);
  await second.say("from the second window");
  await first.client.disconnect();
  await second.say("still here");
  await second.client.disconnect();
  await eventually(() => told(witness, first.auth.userId)).toEqual([
    ["user:joined", "Ada"],
    ["message", "Ada"],
    ["message", "Ada"],
    ["user:left", "Ada"],
  ]);
  await witness.client.disconnect();
});

it("puts the verified name beside a message, not the one that its sender gives", async () => {
  const eve = await enterAs(server.url, "Eve");
  const data = { text: "I am Ada", senderId: eve.auth.userId };
  const accepted = await eve.room.trigger("message", data, { meta: { name: "Ada", role: "admin" } });
  expect(accepted.meta).toEqual({ name: "Eve" });
  await eve.client.disconnect();
});

it("lets nobody speak for somebody else", async () => {
  const [ada, eve] = await Promise.all([enterAs(server.url, "Ada"), enterAs(server.url, "Eve")]);
  const forged = eve.room.trigger("message", { text: "I am Ada", senderId: ada.auth.userId });
  await expect(forged).rejects.toMatchObject({ code: "VALIDATION_FAILED" });
  await Promise.all([ada.client.disconnect(), eve.client.disconnect()]);
});
