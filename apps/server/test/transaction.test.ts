import { randomBytes, randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openLog, type ServerLog } from "@dialogue/postgres";
import { createDialogue, defineEvent, type MessagesFrame, Typing } from "@dialogue/server";
import { sql } from "drizzle-orm";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as z from "zod";

const Paid = defineEvent("paid", { schema: z.object({ order: z.string(), cents: z.coerce.number() }) });
const rooms = { orders: { name: "Orders", events: [Paid, Typing] } } as const;
const quiet = { debug() {}, info() {}, warn() {}, error() {} };

/** What a log of either kind offers: a transaction that runs SQL. */
type AnyLog = Pick<ServerLog, "events" | "rooms" | "transaction" | "close">;

promises("PGlite", async () => {
  const dataDir = await mkdtemp(join(tmpdir(), "dialogue-test-"));
  const log = await openLog({ dataDir });
  const end = () => log.close().then(() => rm(dataDir, { recursive: true }));
  // The same builder on another driver.
  return { log: log as unknown as AnyLog, end };
});

const given = process.env.DATABASE_URL;
describe.skipIf(!given)(given ? "with a server" : "with a server (needs DATABASE_URL)", () => {
  promises("PostgreSQL", async () => {
    const schema = `dialogue_test_${randomBytes(6).toString("hex")}`;
    const client = new pg.Client({ connectionString: given });
    await client.connect();
    await client.query(`create schema ${schema}`);
    const url = new URL(given ?? "");
    url.searchParams.set("options", `-c search_path=${schema}`);
    const log = await openLog({ url: url.href });
    const end = async () => {
      await log.close();
      await client.query(`drop schema ${schema} cascade`);
      await client.end();
    };
    return { log, end };
  });
});

it("a log without transactions refuses one", async () => {
  const dialogue = createDialogue({ rooms, logger: quiet });
  // @ts-expect-error the log in memory has no transactions
  const refused = dialogue.transaction(() => Promise.resolve());
  await expect(refused).rejects.toMatchObject({ code: "INVALID_REQUEST" });
});

function promises(name: string, open: () => Promise<{ readonly log: AnyLog; readonly end: () => Promise<void> }>) {
  describe(`dialogue.transaction on ${name}`, () => {
    let log: AnyLog;
    let end: () => Promise<void> = () => Promise.resolve();
    let asked = 0;

    beforeAll(async () => {
      ({ log, end } = await open());
      await log.transaction((tx) => tx.execute(sql`create table orders (id text primary key)`));
    });
    afterAll(() => end());

    function chat() {
      const told: string[] = [];
      const dialogue = createDialogue({
        rooms,
        log,
        logger: quiet,
        hooks: {
          events: {
            beforeEach: ({ data, from }) => {
              asked++;
              if (from === "mallory") throw new Error("no");
              return { data, meta: { checked: true } };
            },
            afterEach: ({ event }) => void told.push(`after ${event}`),
          },
        },
      });
      dialogue.on("orders", Paid, ({ data }) => void told.push(`paid ${data.cents + 1}`));
      const pay = (order: string) => ({ order, cents: "5" });
      const isOrdered = async (id: string) => {
        const found = await log.transaction((tx) => tx.execute(sql`select id from orders where id = ${id}`));
        return found.rows.length > 0;
      };
      const seqs = async () => (await dialogue.history("orders")).events.map(({ seq }) => seq);
      return { dialogue, told, pay, isOrdered, seqs };
    }

    it("commits the row and the event together, judged and parsed, and tells of it after the commit", async () => {
      const { dialogue, told, pay, isOrdered, seqs } = chat();
      const order = randomUUID();
      const before = await seqs();
      const event = await dialogue.transaction(async (tx, trigger) => {
        await tx.execute(sql`insert into orders values (${order})`);
        const accepted = await trigger("orders", Paid, pay(order), "ada");
        await trigger("orders", Typing, { isTyping: true }, "ada");
        expect(told).toEqual([]);
        return accepted;
      });
      expect(event).toMatchObject({ data: { order, cents: 5 }, from: "ada", meta: { checked: true } });
      await expect.poll(() => told.toSorted()).toEqual(["after paid", "after typing", "paid 6"]);
      expect(await isOrdered(order)).toBe(true);
      expect(await seqs()).toEqual([...before, before.length + 1]);
    });

    it("shows a subscriber the event after the commit and never before, and nothing of what is rolled back", async () => {
      const { dialogue, pay } = chat();
      const req = { headers: { authorization: `Bearer ${await dialogue.issueToken({ id: "eve" })}` } };
      const caller = dialogue.router.createCaller(await dialogue.createContext({ req }));
      const seen: string[] = [];
      const stream = await caller.messages({ roomId: "orders" });
      const reading = (async () => {
        for await (const [, frame] of stream as unknown as AsyncIterable<readonly [string, MessagesFrame]>) {
          if (frame.type === "ready") seen.push("ready");
          if (frame.type === "event") seen.push(frame.event.id);
          if (seen.length === 3) return;
        }
      })();
      await expect.poll(() => seen).toEqual(["ready"]);
      const within = async (end: () => void) => {
        const id = randomUUID();
        await dialogue.transaction(async (tx, trigger) => {
          await trigger("orders", Paid, pay("o"), { from: "ada", id });
          for (let turn = 0; turn < 5; turn++) await tx.execute(sql`select 1`);
          expect(seen).not.toContain(id);
          end();
        });
        return id;
      };
      const first = await within(() => undefined);
      const undone = within(() => {
        throw new Error("on purpose");
      });
      await expect(undone).rejects.toThrow("on purpose");
      const second = await within(() => undefined);
      await reading;
      expect(seen).toEqual(["ready", first, second]);
      await dialogue.stop();
    });

    it("leaves neither, tells nobody and keeps every seq when it is rolled back", async () => {
      const { dialogue, told, pay, isOrdered, seqs } = chat();
      const order = randomUUID();
      const before = await seqs();
      const own = new Error("on purpose");
      const failing = dialogue.transaction(async (tx, trigger) => {
        await tx.execute(sql`insert into orders values (${order})`);
        await trigger("orders", Paid, pay(order));
        throw own;
      });
      await expect(failing).rejects.toBe(own);
      expect(await isOrdered(order)).toBe(false);
      const next = await dialogue.trigger("orders", Paid, pay(order));
      expect(next.seq).toBe(before.length + 1);
      await expect.poll(() => told.toSorted()).toEqual(["after paid", "paid 6"]);
    });

    it.each([
      ["not awaited", false],
      ["caught", true],
    ])("a refused trigger rolls everything back, also one that is %s", async (_how, isCaught) => {
      const { dialogue, pay, isOrdered } = chat();
      const order = randomUUID();
      const failing = dialogue.transaction(async (tx, trigger) => {
        await tx.execute(sql`insert into orders values (${order})`);
        const refused = trigger("orders", Paid, pay(order), "mallory");
        if (isCaught) await refused.catch(() => "caught");
      });
      await expect(failing).rejects.toMatchObject({ code: "VALIDATION_FAILED" });
      expect(await isOrdered(order)).toBe(false);
    });

    it("a resend answers the first event, asks no hook and tells nobody again", async () => {
      const { dialogue, told, pay } = chat();
      const by = { from: "ada", id: randomUUID() };
      const first = await dialogue.trigger("orders", Paid, pay("o"), by);
      await expect.poll(() => told).toHaveLength(2);
      const before = asked;
      const again = await dialogue.transaction((_, trigger) => trigger("orders", Paid, pay("o"), by));
      expect(again).toEqual(first);
      expect(asked).toBe(before);
      const other = dialogue.transaction((_, trigger) => trigger("orders", Paid, pay("another"), by));
      await expect(other).rejects.toMatchObject({ code: "CONFLICT" });
      expect(told).toHaveLength(2);
    });

    it("triggers in a room that was made at run time, and not in one that is not there", async () => {
      const { dialogue, pay } = chat();
      const room = { id: `made-${randomUUID()}` };
      await dialogue.createRoom({ ...room, name: "Made", events: [Paid] });
      const event = await dialogue.transaction((_, trigger) => trigger(room, Paid, pay("o")));
      expect(event).toMatchObject({ roomId: room.id, seq: 1 });
      const nowhere = dialogue.transaction((_, trigger) => trigger({ id: "nowhere" }, Paid, pay("o")));
      await expect(nowhere).rejects.toMatchObject({ code: "ROOM_NOT_FOUND" });
    });

    it("its trigger is of no use once it is over", async () => {
      const { dialogue, pay } = chat();
      const trigger = await dialogue.transaction((_, inside) => Promise.resolve(inside));
      await expect(trigger("orders", Paid, pay("o"))).rejects.toMatchObject({ code: "INVALID_REQUEST" });
    });
  });
}
