import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { LogInTransaction, TransactionalLog } from "@dialogue/core";
import { appendedEvent, draftFor, freshId, freshRoomId } from "@dialogue/testkit";
import { sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/postgres-js";
import postgres from "postgres";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Database } from "../src/database.ts";
import { query } from "../src/database.ts";
import { openLog, postgresLog } from "../src/index.ts";
import { openTestDatabase } from "./support/test-database.ts";

type Tx = Pick<Database, "execute">;

interface Opened {
  readonly log: TransactionalLog<Tx>;
  readonly end: () => Promise<void>;
}

const database = await openTestDatabase();
const url = "missing" in database ? undefined : database.url;
afterAll(async () => {
  if ("close" in database) await database.close();
});

promises("PGlite", async () => {
  const dataDir = await mkdtemp(join(tmpdir(), "dialogue-test-"));
  const log = await openLog({ dataDir });
  return { log, end: () => log.close().then(() => rm(dataDir, { recursive: true, force: true })) };
});

describe.skipIf(url === undefined)("with a server", () => {
  if (url === undefined) return;
  promises("PostgreSQL with pg", async () => {
    const log = await openLog({ url });
    return { log, end: log.close };
  });
  promises("PostgreSQL with postgres.js", async () => {
    const client = postgres(url, { max: 10, onnotice: () => undefined });
    return { log: await postgresLog(drizzle(client)), end: () => client.end() };
  });
  beside(url);
});

function promises(name: string, open: () => Promise<Opened>): void {
  describe(`a transaction on ${name}`, () => {
    let held: Opened;
    beforeAll(async () => {
      held = await open();
      await held.log.transaction((tx) => query(tx, sql`create table if not exists orders (id text)`));
    });
    afterAll(() => held.end());

    function opened() {
      const { log } = held;
      const roomId = freshRoomId();
      const run = <T>(work: (tx: Tx, inside: LogInTransaction) => Promise<T>) => log.transaction(work);
      const ordered = async (id: string) =>
        (await run((tx) => query(tx, sql`select id from orders where id = ${id}`))).length > 0;
      const seqs = async () =>
        (await log.events.read(roomId, { after: 0, limit: 100 })).events.map((event) => event.seq);
      return { log, roomId, run, ordered, seqs };
    }

    test("1. what was done beside and what was appended are there together", async () => {
      const { log, roomId, run, ordered } = opened();
      const order = freshId();
      const event = await run(async (tx, { events }) => {
        await query(tx, sql`insert into orders values (${order})`);
        const [answer] = await events.append([draftFor(roomId)]);
        expect(await events.find(roomId, appendedEvent(answer).id)).toEqual(appendedEvent(answer));
        return appendedEvent(answer);
      });
      expect(await ordered(order)).toBe(true);
      expect((await log.events.read(roomId, { after: 0, limit: 10 })).events).toEqual([event]);
    });

    test("2. what is rolled back never was, and leaves no hole", async () => {
      const { log, roomId, run, ordered, seqs } = opened();
      const order = freshId();
      const own = new Error("on purpose");
      await log.events.append([draftFor(roomId)]);
      const failing = run(async (tx, { events }) => {
        await query(tx, sql`insert into orders values (${order})`);
        await events.append([draftFor(roomId)]);
        throw own;
      });
      await expect(failing).rejects.toBe(own);
      expect(await ordered(order)).toBe(false);
      await log.events.append([draftFor(roomId)]);
      expect(await seqs()).toEqual([1, 2]);
    });

    test("an id that stands is answered as ever, and a conflict is no end of the transaction", async () => {
      const { log, roomId, run, seqs } = opened();
      const standing = draftFor(roomId);
      const [first] = await log.events.append([standing]);
      const fresh = draftFor(roomId);
      const answers = await run((_, { events }) =>
        events.append([standing, { ...standing, from: "bob" }, fresh, fresh]),
      );
      expect(answers.map(({ status }) => status)).toEqual(["duplicate", "conflict", "appended", "duplicate"]);
      expect(answers[0]).toMatchObject({ event: { seq: appendedEvent(first).seq } });
      expect(await seqs()).toEqual([1, 2]);
    });

    test("4. appends that begin together come in the order of their calls", async () => {
      const { roomId, run } = opened();
      const calls = [3, 1, 2, 1].map((length) => Array.from({ length }, () => draftFor(roomId)));
      const answers = await run((_, { events }) => Promise.all(calls.map((drafts) => events.append(drafts))));
      expect(answers.flat().map((answer) => appendedEvent(answer).seq)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    });

    test("appends beside it, of the same ids as well, wait for its end or go before, and leave the room whole", async () => {
      const { log, roomId, run, seqs } = opened();
      const drafts = Array.from({ length: 12 }, () => draftFor(roomId));
      const inside = drafts.map((draft) => run((_, { events }) => events.append([draft])));
      const beside = drafts.map((draft) => log.events.append([draft]));
      const statuses = (await Promise.all([...inside, ...beside])).flat().map(({ status }) => status);
      expect(statuses.filter((status) => status === "appended")).toHaveLength(12);
      expect(statuses.filter((status) => status === "duplicate")).toHaveLength(12);
      expect(await seqs()).toEqual(drafts.map((_, at) => at + 1));
    });

    test("text that the database cannot store is refused", async () => {
      const { roomId, run, seqs } = opened();
      const failing = run((_, { events }) => events.append([draftFor(roomId, { event: "\0" })]));
      await expect(failing).rejects.toMatchObject({ code: "INVALID_REQUEST" });
      expect(await seqs()).toEqual([]);
    });

    test("a room made at run time is found in it", async () => {
      const { log, roomId, run } = opened();
      const room = { id: roomId, name: "Made", events: ["message"], visibility: "public" } as const;
      await log.rooms.create(room);
      expect(await run((_, { rooms }) => rooms.get(roomId))).toEqual(room);
    });

    test("a database that is away is UNAVAILABLE", async () => {
      const { log, end } = held;
      await end();
      await expect(log.transaction(() => Promise.resolve())).rejects.toMatchObject({ code: "UNAVAILABLE" });
    });
  });
}

/** Where transactions do not run one at a time. */
function beside(serverUrl: string): void {
  describe("beside a transaction", () => {
    let one: TransactionalLog<Tx>;
    let other: TransactionalLog<Tx>;
    beforeAll(async () => {
      one = await openLog({ url: serverUrl }, { batch: { writers: 1 } });
      other = await openLog({ url: serverUrl });
    });
    afterAll(() => Promise.all([one.close(), other.close()]));

    test("nobody sees what is not committed; its room waits on this node, other rooms go on", async () => {
      const [roomId, elsewhere] = [freshRoomId(), freshRoomId()];
      let waiting: Promise<unknown> = Promise.resolve();
      await one.transaction(async (_, { events }) => {
        await events.append([draftFor(roomId)]);
        waiting = one.events.append([draftFor(roomId)]);
        for (let turn = 0; turn < 3; turn++) await one.events.append([draftFor(elsewhere)]);
        for (const { events: seen } of [one, other]) {
          expect((await seen.heads([roomId]))[0]?.head.seq).toBe(0);
          expect((await seen.read(roomId, { after: 0, limit: 10 })).events).toEqual([]);
        }
      });
      expect(await waiting).toMatchObject([{ status: "appended", event: { seq: 2 } }]);
    });

    test("the same id on another node waits for the commit and is a duplicate", async () => {
      const draft = draftFor(freshRoomId());
      let racing: Promise<unknown> = Promise.resolve();
      await one.transaction(async (_, { events }) => {
        await events.append([draft]);
        racing = other.events.append([draft]);
      });
      expect(await racing).toMatchObject([{ status: "duplicate", event: { seq: 1 } }]);
    });
  });
}
