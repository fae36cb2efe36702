import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createDialogueClient } from "@dialogue/client";
import { type Log, memoryLog } from "@dialogue/core";
import { defineEvent, defineRoom } from "@dialogue/events";
import { openLog } from "@dialogue/postgres";
import { createDialogue } from "@dialogue/server";
import { createTestClock } from "@dialogue/testkit";
import pg from "pg";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { WebSocket } from "ws";
import * as z from "zod";
import { board, Note } from "../src/index.ts";

const secret = "a secret of more than thirty-two characters";
const nothing = () => undefined;
const quiet = { debug: nothing, info: nothing, warn: nothing, error: nothing };

/** The application as it was a year ago. */
const OldNote = defineEvent("note", { author: "by", schema: z.object({ body: z.string(), by: z.string() }) });
const oldBoard = defineRoom({ name: "Board", events: [OldNote], syncHistoryOnJoin: true });

async function serveLastYear(log: Log) {
  const dialogue = createDialogue({ port: 0, rooms: { board: oldBoard }, log, secret, logger: quiet });
  await dialogue.start();
  return dialogue;
}

async function serveToday(log: Log) {
  const dialogue = createDialogue({ port: 0, rooms: { board }, log, secret, logger: quiet });
  await dialogue.start();
  return dialogue;
}

type LastYear = Awaited<ReturnType<typeof serveLastYear>>;
type Today = Awaited<ReturnType<typeof serveToday>>;

async function optionsOf({ url, issueToken }: Pick<Today, "url" | "issueToken">) {
  return { url, auth: { token: await issueToken({ id: "ada" }) }, WebSocket };
}

async function lastYearsPage(dialogue: LastYear | Today) {
  const client = createDialogueClient<LastYear>(await optionsOf(dialogue));
  onTestFinished(() => client.disconnect());
  await client.connect();
  return client.join("board");
}

async function todaysPage(dialogue: Today, show: (text: string) => void) {
  const client = createDialogueClient<Today>(await optionsOf(dialogue));
  onTestFinished(() => client.disconnect());
  await client.connect();
  const room = await client.join("board");
  room.on("note", ({ data }) => show(`${data.format} ${data.pinned} ${data.author}: ${data.text}`));
  return room;
}

/** What every log must bear. */
async function aYearPasses(log: Log): Promise<void> {
  const lastYear = await serveLastYear(log);
  const id = "00000000-0000-4000-8000-000000000001";
  const page = await lastYearsPage(lastYear);
  await page.trigger("note", { body: "Buy seeds", by: "ada" }, { id });
  await lastYear.stop();

  const today = await serveToday(log);
  onTestFinished(() => today.stop());
  const shown: string[] = [];
  const room = await todaysPage(today, (line) => shown.push(line));
  await vi.waitFor(() => expect(shown).toContain("plain false ada: Buy seeds"));

  const openSince = await lastYearsPage(today);
  await openSince.trigger("note", { body: "From a page that was never reloaded", by: "ada" });
  await room.trigger("note", { text: "*Sow*", author: "ada", format: "markdown" });
  await vi.waitFor(() => expect(shown.at(-1)).toBe("markdown false ada: *Sow*"));
  expect(shown).toContain("plain false ada: From a page that was never reloaded");

  const again = await openSince.trigger("note", { body: "Buy seeds", by: "ada" }, { id });
  expect(again).toMatchObject({ seq: 1, data: { text: "Buy seeds", format: "plain" } });

  const { events } = await room.getHistory("note");
  expect(events.map(({ data }) => data.text)).toEqual(["Buy seeds", "From a page that was never reloaded", "*Sow*"]);
  const exported: unknown[] = [];
  for await (const { data } of today.exportUser("ada")) exported.push(data);
  expect(exported).toEqual(events.map(({ data }) => data));

  const consumed: string[] = [];
  onTestFinished(today.consume("mailer", "board", Note, ({ data }) => void consumed.push(data.text)));
  await vi.waitFor(() => expect(consumed).toHaveLength(3));
  const stored = await log.events.read("board", { after: 0, limit: 10 });
  expect(stored.events.map(({ version }) => version)).toEqual([1, 3, 3]);
}

describe("a year-old note is read as one of today", () => {
  test("in memory", async () => {
    await aYearPasses(memoryLog({ clock: createTestClock(), random: Math.random }));
  });

  test("on PGlite", async () => {
    const folder = await mkdtemp(join(tmpdir(), "dialogue-notes-"));
    onTestFinished(() => rm(folder, { recursive: true }));
    const log = await openLog({ dataDir: folder });
    onTestFinished(() => log.close());
    await aYearPasses(log);
  });

  test("on PostgreSQL", async ({ skip }) => {
    const { DATABASE_URL } = process.env;
    if (!DATABASE_URL) return skip("needs DATABASE_URL");
    const schema = `dialogue_test_${randomBytes(6).toString("hex")}`;
    await run(DATABASE_URL, `create schema ${schema}`);
    onTestFinished(() => run(DATABASE_URL, `drop schema ${schema} cascade`));
    const url = new URL(DATABASE_URL);
    url.searchParams.set("options", `-c search_path=${schema}`);
    const log = await openLog({ url: url.href });
    onTestFinished(() => log.close());
    await aYearPasses(log);
  });
});

async function run(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(statement);
  await client.end();
}
