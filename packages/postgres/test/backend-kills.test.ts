import { describe, expect, onTestFinished, test } from "vitest";
import { endBackends } from "./support/backend-kills.ts";
import { ownServer } from "./support/own-server.ts";
import { startWebSocketProxy } from "./support/web-socket-proxy.ts";

/** `npm run test:backend-kills -- --runs 20` asks for more. */
const runs = Number(process.env.BACKEND_KILLS_RUNS ?? 1);
const kills = 25;

describe("when all database connections of a process that writes end, again and again", () => {
  const server = ownServer();

  test.for(Array.from({ length: runs }, (_, at) => at + 1))(
    `with pg, the default, it goes on and nothing acknowledged is lost (run %i of ${runs})`,
    async (_run, { skip }) => {
      const { code, complaint, kills: seen } = await endBackends(server(skip).url, { driver: "pg", kills });
      expect({ code, complaint, seen }).toEqual({ code: 0, complaint: "", seen: kills });
    },
  );

  test("with a pool of the user's own, without a listener or a time-out, it goes on as well", async ({ skip }) => {
    const { code, complaint } = await endBackends(server(skip).url, { driver: "a pool of one's own", kills });
    expect({ code, complaint }).toEqual({ code: 0, complaint: "" });
  });

  test("with Neon's driver, through a WebSocket, it goes on as well", async ({ skip }) => {
    const { url } = server(skip);
    const proxy = await startWebSocketProxy(url);
    onTestFinished(proxy.close);
    const { code, complaint } = await endBackends(url, { driver: "Neon's", kills, proxy: proxy.host });
    expect({ code, complaint }).toEqual({ code: 0, complaint: "" });
  });

  // Two faults of this driver, each of which ends the process. When one is no longer seen, open decision 20 anew.
  test.for([
    ["nobody hears what it asks of a new connection", "postgres.js, appends alone", "unhandled rejection"],
    ["a transaction writes to a socket that is gone", "postgres.js, asking no types", "reading 'write'"],
  ] as const)("with postgres.js 3.4.9 it ends: %s", async ([, driver, words], { skip }) => {
    const { code, complaint } = await endBackends(server(skip).url, { driver, kills: 1_000 });
    expect({ code, complaint }).toEqual({ code: 1, complaint: expect.stringContaining(words) });
  });
});
