import { randomBytes } from "node:crypto";
import { chownSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Draft } from "@dialogue/core";
import { draftFor, freshRoomId } from "@dialogue/testkit";
import { describe, expect, onTestFinished, test } from "vitest";
import { openLog, type ServerLog } from "../src/index.ts";
import { ownServer } from "./support/own-server.ts";
import { mountSmallDisk } from "./support/small-disk.ts";
import { run } from "./support/test-database.ts";

describe("when the database does not do what it is asked", () => {
  const server = ownServer();

  async function open(url: string, connections?: number): Promise<ServerLog> {
    const log = await openLog(connections === undefined ? { url } : { url, connections });
    onTestFinished(() => log.close());
    return log;
  }

  async function seqsOf(log: ServerLog, roomId: string): Promise<readonly number[]> {
    return (await log.events.read(roomId, { after: 0, limit: 10_000 })).events.map(({ seq }) => seq);
  }

  /** Again and again, as clients do, with the same id. */
  async function appendAtLast(log: ServerLog, draft: Draft) {
    for (;;) {
      try {
        return await log.events.append([draft]);
      } catch (error) {
        expect(error).toMatchObject({ name: "DialogueError", retry: true });
      }
    }
  }

  test("a statement that takes too long is TIMEOUT, and has left nothing", async ({ skip }) => {
    const { url } = server(skip);
    const log = await open(url);
    const [slow, other] = [freshRoomId(), freshRoomId()];
    await run(
      url,
      `create function dawdle() returns trigger language plpgsql as $$ begin perform pg_sleep(60); return new; end $$;
       create trigger dawdle before insert on dialogue_events for each row when (new.room_id = '${slow}') execute function dawdle()`,
    );
    const message = "cannot append events: the database did not answer in time";
    const refused = expect(log.events.append([draftFor(slow)])).rejects.toMatchObject({ code: "TIMEOUT", message });
    // Of a later turn, so of another statement.
    await new Promise(setImmediate);
    await log.events.append([draftFor(other)]);
    await refused;
    await run(url, "drop trigger dawdle on dialogue_events; drop function dawdle()");
    await log.events.append([draftFor(slow)]);
    expect(await seqsOf(log, slow)).toEqual([1]);
  });

  test("a transaction that stalls is ended by the database: its room goes on elsewhere, and it is told so", async ({
    skip,
  }) => {
    const { url } = server(skip);
    const [stalled, other] = [await open(url), await open(url)];
    const roomId = freshRoomId();
    const [held, stall] = [signal(), signal()];
    const lost = stalled.transaction(async (_tx, { events }) => {
      await events.append([draftFor(roomId)]);
      held.give();
      await stall.given;
      await events.append([draftFor(roomId)]);
    });
    const refused = expect(lost).rejects.toMatchObject({ name: "DialogueError", retry: true });
    await held.given;
    expect(await appendAtLast(other, draftFor(roomId))).toMatchObject([{ event: { seq: 1 } }]);
    stall.give();
    await refused;
    await stalled.events.append([draftFor(roomId)]);
    expect(await seqsOf(other, roomId)).toEqual([1, 2]);
  });

  test("all connections in use: UNAVAILABLE, and all is well once one is free", async ({ skip }) => {
    const log = await open(server(skip).url, 1);
    const roomId = freshRoomId();
    let isOver = false;
    const holder = log.transaction(async (tx) => {
      // Never idle for long, or the database would end it.
      while (!isOver) await tx.execute("select pg_sleep(0.1)");
    });
    await expect(log.events.append([draftFor(roomId)])).rejects.toMatchObject({ code: "UNAVAILABLE", retry: true });
    isOver = true;
    await holder;
    await log.events.append([draftFor(roomId)]);
    expect(await seqsOf(log, roomId)).toEqual([1]);
  });

  test("a database that crashes is UNAVAILABLE while it is away; a retry then succeeds with its first id", async ({
    skip,
  }) => {
    const { url, crash, start } = server(skip);
    const log = await open(url);
    const roomId = freshRoomId();
    const drafts = Array.from({ length: 40 }, () => draftFor(roomId));
    const acked = await log.events.append(drafts.slice(0, 10));
    const underWay = drafts.slice(10, 20).map((draft) => appendAtLast(log, draft));
    await crash();
    await expect(log.events.append([draftFor(roomId)])).rejects.toMatchObject({ code: "UNAVAILABLE", retry: true });
    await expect(log.events.heads([roomId])).rejects.toMatchObject({ code: "UNAVAILABLE", retry: true });
    underWay.push(...drafts.slice(20).map((draft) => appendAtLast(log, draft)));
    await start();
    await Promise.all(underWay);
    expect(await log.events.append(drafts.slice(0, 10))).toEqual(
      acked.map((answer) => ({ status: "duplicate", event: "event" in answer && answer.event })),
    );
    expect(await seqsOf(log, roomId)).toEqual(drafts.map((_, at) => at + 1));
  });

  test("a disk that is full is UNAVAILABLE, and once there is room the retry succeeds with its first id", async ({
    skip,
  }) => {
    const { url } = server(skip);
    const { folder } = mountSmallDisk(8, skip);
    const [tables, ballast] = [join(folder, "tables"), join(folder, "ballast")];
    mkdirSync(tables);
    // Who may mount is root, and the server then is nobody's.
    chownSync(tables, 65_534, 65_534);
    const place = `small_${randomBytes(4).toString("hex")}`;
    await run(url, `create tablespace ${place} location '${tables}'`);
    await run(url, `create schema ${place}`);
    onTestFinished(() => run(url, `drop schema ${place} cascade`).then(() => run(url, `drop tablespace ${place}`)));
    const within = new URL(url);
    within.searchParams.set("options", `-c search_path=${place} -c default_tablespace=${place}`);
    const log = await open(within.href);
    writeFileSync(ballast, Buffer.alloc(2 ** 21));

    const roomId = freshRoomId();
    const data = () => ({ text: randomBytes(6_000).toString("base64") });
    let draft = draftFor(roomId, { data: data() });
    const refusal = await (async () => {
      for (;;) {
        try {
          await log.events.append([draft]);
          draft = draftFor(roomId, { data: data() });
        } catch (error) {
          return error;
        }
      }
    })();
    expect(refusal).toMatchObject({ code: "UNAVAILABLE", retry: true, cause: { code: "53100" } });
    expect(await log.events.heads([roomId])).toMatchObject([{ head: { seq: expect.any(Number) } }]);
    rmSync(ballast);
    expect(await log.events.append([draft])).toMatchObject([{ status: "appended" }]);
    const seqs = await seqsOf(log, roomId);
    expect(seqs).toEqual(seqs.map((_, at) => at + 1));
  });
});

/** Something to wait for, until it is given. */
function signal() {
  let give: () => void = () => undefined;
  const given = new Promise<void>((resolve) => {
    give = resolve;
  });
  return { given, give };
}
