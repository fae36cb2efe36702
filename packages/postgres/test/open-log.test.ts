import { createServer } from "node:net";
import { draftFor, freshRoomId } from "@dialogue/testkit";
import pg from "pg";
import { afterAll, describe, expect, onTestFinished, test } from "vitest";
import { openLog } from "../src/index.ts";
import { openTestDatabase, run } from "./support/test-database.ts";

test.each(["mysql://localhost/chat", "not a url", "postgres//localhost/chat"])(
  "refuses %s as no PostgreSQL URL",
  async (url) => {
    await expect(openLog({ url })).rejects.toMatchObject({
      code: "INVALID_REQUEST",
      message: "cannot open the database: its URL must be of the form postgres://user:password@host:5432/name",
    });
  },
);

test("says in one line that nobody listens, without the password", async () => {
  await expect(openLog({ url: "postgres://ada:hunter2@127.0.0.1:9/chat" })).rejects.toMatchObject({
    code: "UNAVAILABLE",
    message: "cannot reach the database at 127.0.0.1:9/chat: connect ECONNREFUSED 127.0.0.1:9",
  });
});

test("gives up on a server that never answers", async () => {
  const silent = createServer();
  await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void silent.close());
  const address = silent.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  await expect(openLog({ url: `postgres://127.0.0.1:${port}/chat` })).rejects.toMatchObject({ code: "UNAVAILABLE" });
});

const terminateOwnBackends = `
  select pg_terminate_backend(pid) from pg_stat_activity
  where application_name = current_setting('application_name') and pid <> pg_backend_pid()`;

const database = await openTestDatabase();

describe.skipIf("missing" in database)(`on PostgreSQL${"missing" in database ? ` (${database.missing})` : ""}`, () => {
  if ("missing" in database) return;
  const { url, close } = database;
  afterAll(close);

  async function open(report?: (error: unknown) => void) {
    const log = await openLog({ url }, report && { report });
    onTestFinished(() => log.close());
    return log;
  }

  test("several that start at once on an empty database all succeed", async () => {
    const logs = await Promise.all(Array.from({ length: 4 }, () => open()));
    const roomId = freshRoomId();
    await Promise.all(logs.map((log) => log.events.append([draftFor(roomId)])));
    expect((await logs[0]?.events.heads([roomId]))?.[0]?.head.seq).toBe(4);
  });

  test("refuses a database that answers before a commit is durable", async () => {
    const lossy = new URL(url);
    lossy.searchParams.set("options", `${lossy.searchParams.get("options")} -c synchronous_commit=off`);
    await expect(openLog({ url: lossy.href })).rejects.toMatchObject({
      code: "INVALID_REQUEST",
      message: expect.stringContaining("synchronous_commit = off"),
    });
  });

  test("says in one line that the database is not there", async () => {
    const other = new URL(url);
    other.pathname = "/no_such_database";
    await expect(openLog({ url: other.href })).rejects.toMatchObject({
      code: "UNAVAILABLE",
      message: `cannot reach the database at ${other.host}/no_such_database: database "no_such_database" does not exist`,
    });
  });

  test("a room whose head another holds answers TIMEOUT, and other rooms go on", async () => {
    const log = await open();
    const [held, free] = [freshRoomId(), freshRoomId()];
    await log.events.append([draftFor(held)]);
    const holder = new pg.Client({ connectionString: url });
    await holder.connect();
    await holder.query("begin");
    await holder.query("select from dialogue_heads where room_id = $1 for update", [held]);
    const waiting = log.events.append([draftFor(held)]);
    await log.events.append([draftFor(free)]);
    await expect(waiting).rejects.toMatchObject({ code: "TIMEOUT", retry: true });
    await holder.end();
    expect(await log.events.append([draftFor(held)])).toMatchObject([{ event: { seq: 2 } }]);
  });

  test("a held room fails alone, whatever goes in one statement with it", async () => {
    const log = await openLog({ url }, { batch: { writers: 1 } });
    onTestFinished(() => log.close());
    const [held, ...free] = Array.from({ length: 4 }, freshRoomId);
    if (held === undefined) throw new Error("four rooms expected");
    await log.events.append([draftFor(held)]);
    const holder = new pg.Client({ connectionString: url });
    await holder.connect();
    await holder.query("begin");
    await holder.query("select from dialogue_heads where room_id = $1 for update", [held]);
    const waiting = expect(log.events.append([draftFor(held)])).rejects.toMatchObject({ code: "TIMEOUT" });
    const others = free.map((roomId) => log.events.append([draftFor(roomId)]));
    for (const answer of await Promise.all(others)) expect(answer).toMatchObject([{ event: { seq: 1 } }]);
    await waiting;
    await holder.end();
    expect(await log.events.append([draftFor(held)])).toMatchObject([{ event: { seq: 2 } }]);
  });

  test("a draft that the database chokes on fails alone", async () => {
    const log = await open();
    await run(url, "alter table dialogue_events add constraint picky check (event <> 'poison')");
    onTestFinished(() => run(url, "alter table dialogue_events drop constraint picky"));
    const roomId = freshRoomId();
    const events = ["good", "poison", "good", "good"];
    const outcomes = await Promise.allSettled(events.map((event) => log.events.append([draftFor(roomId, { event })])));
    expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled", "fulfilled"]);
    const { events: stored } = await log.events.read(roomId, { after: 0, limit: 10 });
    expect(stored.map(({ seq }) => seq)).toEqual([1, 2, 3]);
  });

  test("losing every backend is reported, typed and healed, and no acknowledged event is lost", async () => {
    const reported: unknown[] = [];
    const log = await open((error) => reported.push(error));
    const roomId = freshRoomId();
    const acked: string[] = [];
    const refused: unknown[] = [];
    const tried: string[] = [];
    let isOver = false;
    const writers = Array.from({ length: 6 }, async () => {
      while (!isOver) {
        const draft = draftFor(roomId);
        tried.push(draft.id);
        await log.events.append([draft]).then(
          () => acked.push(draft.id),
          (error) => refused.push(error),
        );
      }
    });
    for (let turn = 0; turn < 5; turn++) {
      const before = acked.length;
      while (acked.length < before + 20) await new Promise(setImmediate);
      await run(url, terminateOwnBackends);
    }
    isOver = true;
    await Promise.all(writers);

    const { events } = await log.events.read(roomId, { after: 0, limit: 100_000 });
    const found = new Set(events.map(({ id }) => id));
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, place) => place + 1));
    expect(acked.filter((id) => !found.has(id))).toEqual([]);
    expect(refused.length + reported.length).toBeGreaterThan(0);
    for (const error of refused) expect(error).toMatchObject({ name: "DialogueError", code: "UNAVAILABLE" });
  });

  test("a log that was closed answers UNAVAILABLE", async () => {
    const log = await open();
    await log.close();
    await log.close();
    await expect(log.events.append([draftFor(freshRoomId())])).rejects.toMatchObject({ code: "UNAVAILABLE" });
  });

  test("a fault keeps its cause and tells nobody's words", async () => {
    const log = await open();
    await run(url, "alter table dialogue_members rename to dialogue_members_away");
    const error = await log.rooms
      .grant("general", { userId: "secret", role: "member" })
      .catch((thrown: unknown) => thrown);
    await run(url, "alter table dialogue_members_away rename to dialogue_members");
    expect(error).toMatchObject({ code: "INTERNAL", cause: { code: "42P01" } });
    expect(String(error)).not.toContain("secret");
  });
});
