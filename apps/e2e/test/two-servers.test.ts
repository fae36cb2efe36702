import { randomBytes } from "node:crypto";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { enterAs, joinAs, type Member } from "../src/members.ts";
import { type ServerProcess, startServer } from "../src/server-process.ts";
import { temporaryFolder } from "../src/temporary-folder.ts";
import { eventually } from "./eventually.ts";

const given = process.env.DATABASE_URL;

describe.skipIf(!given)(`two servers on one PostgreSQL${given ? "" : " (needs DATABASE_URL)"}`, () => {
  const schema = `dialogue_e2e_${randomBytes(6).toString("hex")}`;
  const ends: (() => Promise<unknown>)[] = [];
  let servers: readonly [ServerProcess, ServerProcess];
  let ada: Member;
  let ben: Member;

  async function run(statement: string): Promise<void> {
    const client = new pg.Client({ connectionString: given });
    await client.connect();
    await client.query(statement).finally(() => client.end());
  }

  beforeAll(async () => {
    await run(`create schema ${schema}`);
    ends.push(() => run(`drop schema ${schema} cascade`));
    const folder = await temporaryFolder();
    ends.push(folder.remove);
    const url = new URL(given ?? "");
    url.searchParams.set("options", `-c search_path=${schema}`);
    const settings = { PORT: "0", DIALOGUE_DATA_DIR: join(folder.path, "data"), DATABASE_URL: url.href };
    const secret = { DIALOGUE_SECRET: "a secret that both servers share" };
    const start = () => startServer({ ...settings, ...secret });
    servers = await Promise.all([start(), start()]);
    ends.push(
      () => servers[0].end("SIGKILL"),
      () => servers[1].end("SIGKILL"),
    );
    ada = await enterAs(servers[0].url, "Ada");
    ben = await enterAs(servers[1].url, "Ben");
    ends.push(ada.client.disconnect, ben.client.disconnect);
    // They are followed while somebody listens.
    for (const { room } of [ada, ben]) for (const who of [room.typing, room.presence]) who.subscribe(() => undefined);
  });

  afterAll(async () => {
    for (const end of ends.reverse()) await end();
  });

  const namesOf = (users: readonly { readonly name: string }[]) => users.map(({ name }) => name).sort();
  const both = () =>
    [
      [ada, ben],
      [ben, ada],
    ] as const;

  it("what is said on either is heard on the other, in one order", async () => {
    const heard = [ada, ben].map(({ room }) => {
      const texts: string[] = [];
      room.on("message", ({ data }) => texts.push(data.text));
      return texts;
    });
    const said = await Promise.all(
      Array.from({ length: 20 }, (_, turn) => (turn % 2 === 0 ? ada : ben).say(`message ${turn}`)),
    );
    const ordered = said.toSorted((a, b) => a.seq - b.seq).map(({ data }) => data.text);
    for (const texts of heard) await eventually(() => texts).toEqual(ordered);
  });

  it("who types on either is seen on the other, until the message comes", async () => {
    for (const [one, other] of both()) {
      await one.room.trigger("typing", { isTyping: true });
      await eventually(() => other.room.typing.current().map(({ id }) => id)).toEqual([one.auth.userId]);
      await one.say("done");
      await eventually(() => other.room.typing.current()).toEqual([]);
    }
  });

  it("who has a window on each is announced once, and not gone with the first of them", async () => {
    const [here, there] = servers;
    const cyd = await enterAs(here.url, "Cyd");
    const again = await joinAs(there.url, cyd.auth);
    await cyd.client.disconnect();
    // Whoever goes later on the same server is announced later.
    const dan = await enterAs(here.url, "Dan");
    await dan.client.disconnect();
    const told = async ({ auth }: Member) => {
      const { events } = await ben.room.getHistory(["user:joined", "user:left"], { limit: 200 });
      return events.filter(({ from }) => from === auth.userId).map(({ event }) => event);
    };
    await eventually(() => told(dan)).toEqual(["user:joined", "user:left"]);
    expect(await told(cyd)).toEqual(["user:joined"]);
    await again.client.disconnect();
    await eventually(() => told(cyd)).toEqual(["user:joined", "user:left"]);
  });

  it("who is on either is seen on both, and who goes by SIGKILL of a server is gone on the other", async () => {
    for (const { room } of [ada, ben]) await eventually(() => namesOf(room.presence.current())).toEqual(["Ada", "Ben"]);
    await servers[0].end("SIGKILL");
    await eventually(() => namesOf(ben.room.presence.current())).toEqual(["Ben"]);
  });
});
