import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createDialogueClient } from "@dialogue/client";
import { dialogue, record } from "@dialogue/example-sensors";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { WebSocket } from "ws";
import { keepTally, type Tally, watchGreenhouse } from "../src/dashboard.ts";

const server = createServer();
let url = "";

beforeAll(async () => {
  vi.stubGlobal("WebSocket", WebSocket);
  dialogue.attach(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(async () => {
  await dialogue.stop();
  server.close();
  vi.unstubAllGlobals();
});

it("shows the last ten readings and each new one, with the date as the string it is on the wire", async () => {
  for (let n = 1; n <= 12; n++) await record("north", n);
  const shown: number[] = [];
  const stop = await watchGreenhouse(url, await dialogue.issueToken({ id: "gardener" }), (reading) => {
    expect(reading.data.at).toMatch(/^\d{4}-\d\d-\d\dT/);
    shown.push(reading.data.celsius);
  });
  await record("north", 13);
  await vi.waitFor(() => expect(shown).toEqual([3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13]));
  stop();
});

it("counts every reading once, over pages that end at any moment", async () => {
  let kept: Tally | undefined;
  const storage = {
    load: () => kept,
    save(tally: Tally | undefined) {
      kept = tally;
    },
  };
  const token = await dialogue.issueToken({ id: "gardener" });
  const before = (await dialogue.history("greenhouse", { limit: 200 })).events.length;
  const open = async () => {
    const client = createDialogueClient<typeof dialogue>({ url, auth: { token } });
    await client.connect();
    await keepTally(client, storage);
    return client;
  };
  for (let round = 1; round <= 4; round++) {
    const page = await open();
    await record("north", round);
    if (round % 2 === 0) await vi.waitFor(() => expect(kept?.readings).toBe(before + 2 * round - 1));
    await page.disconnect();
    await record("south", round);
  }
  const last = await open();
  await vi.waitFor(() => expect(kept?.readings).toBe(before + 8));
  await last.disconnect();
});
