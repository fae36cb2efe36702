import { join } from "node:path";
import { afterAll, expect, it, vi } from "vitest";
import { enterAs, joinAs } from "../src/members.ts";
import { startServer } from "../src/server-process.ts";
import { temporaryFolder } from "../src/temporary-folder.ts";

// A process takes its time to start on a busy machine; no test measures it.
vi.setConfig({ testTimeout: 120_000 });

const folder = await temporaryFolder();
afterAll(() => folder.remove());

it.each(["SIGTERM", "SIGINT"] as const)(
  "ends with 0 on %s under an open connection, and a restart keeps all",
  async (signal) => {
    const settings = { PORT: "0", DIALOGUE_DATA_DIR: join(folder.path, signal) };
    const first = await startServer(settings);
    const ada = await enterAs(first.url, "Ada");
    const sent = await ada.say("a word of Ada's");

    const ended = await first.end(signal);
    expect(ended.code).toBe(0);
    expect(ended.stderr).toBe("");
    expect(ended.stdout.join("\n")).not.toMatch(/a word of Ada's|Ada|eyJ/);
    await ada.client.disconnect();

    const second = await startServer(settings);
    // The token outlives the server that signed it.
    const again = await joinAs(second.url, ada.auth);
    expect((await again.room.getHistory("message")).events).toEqual([sent]);
    await again.client.disconnect();
    expect((await second.end(signal)).code).toBe(0);
  },
);
