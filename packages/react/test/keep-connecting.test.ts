import "./dom.ts";

import { createDialogueClient } from "@dialogue/client";
import { waitFor } from "@testing-library/react";
import { afterEach, expect, test } from "vitest";
import { WebSocket } from "ws";
import { keepConnecting } from "../src/keep-connecting.ts";
import { endAll, serve } from "./harness.tsx";

afterEach(endAll);

/** A client of a server that can be away, and the tries that wait for their time. */
async function clientOf(isAway: boolean, token?: string) {
  const dialogue = await serve();
  const valid = await dialogue.issueToken({ id: "ada", name: "Ada" });
  const road = { isAway };
  class Road extends WebSocket {
    constructor(url: string | URL, protocols?: string | string[]) {
      super(road.isAway ? "ws://127.0.0.1:1" : url, protocols);
    }
  }
  const client = createDialogueClient({
    url: dialogue.url,
    auth: { userId: "ada", token: token ?? valid },
    WebSocket: Road,
    connectMs: 250,
  });
  client.onError(() => undefined);
  const waits: number[] = [];
  const due = new Set<() => void>();
  const stop = keepConnecting(client, {
    after(ms, callback) {
      waits.push(ms);
      due.add(callback);
      return () => due.delete(callback);
    },
    random: () => 0.5,
  });
  const pass = (): void => {
    for (const callback of [...due]) {
      due.delete(callback);
      callback();
    }
  };
  return { client, road, waits, due, pass, stop };
}

test("where nobody answers the first connect it is tried again, later each time, until somebody does", async () => {
  const { client, road, waits, due, pass, stop } = await clientOf(true);
  await waitFor(() => expect(waits).toEqual([2_500]));
  expect(client.connection.current()).toMatchObject({ state: "disconnected", reason: { code: "TIMEOUT" } });
  pass();
  await waitFor(() => expect(waits).toEqual([2_500, 5_000]));
  road.isAway = false;
  // A busy machine may need more than one.
  await waitFor(() => {
    pass();
    expect(client.state).toBe("connected");
  });
  await client.disconnect();
  expect(due.size).toBe(0);
  stop();
});

test("once stopped nothing is tried any more", async () => {
  const { due, stop } = await clientOf(true);
  await waitFor(() => expect(due.size).toBe(1));
  stop();
  expect(due.size).toBe(0);
});

test("a refusal is not tried again", async () => {
  const { client, waits, stop } = await clientOf(false, "no token");
  await waitFor(() => expect(client.connection.current().reason?.code).toBe("UNAUTHENTICATED"));
  expect(waits).toEqual([]);
  stop();
});
