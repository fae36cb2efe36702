import { spawn } from "node:child_process";
import { once } from "node:events";
import { appendFile, mkdtemp, readFile, rm } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startJournal } from "../../src/proof/journal.ts";
import type { JournalEntry, JournalLine } from "../../src/proof/journal-entry.ts";
import { connectJournal } from "../../src/proof/journal-writer.ts";
import { readJournal } from "../../src/proof/read-journal.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "dialogue-journal-"));
});
afterAll(() => rm(folder, { recursive: true }));

const ack = (seq: number): JournalEntry => ({ type: "acked", roomId: "room", id: `id-${seq}`, seq });

async function linesOf(file: string): Promise<JournalLine[]> {
  const lines: JournalLine[] = [];
  for await (const line of readJournal(file)) lines.push(line);
  return lines;
}

test("keeps each writer's entries in order, and says which are whose", async () => {
  const journal = await startJournal(join(folder, "two"));
  const [one, two] = [await connectJournal(journal.port), await connectJournal(journal.port)];
  for (let seq = 1; seq <= 500; seq++) (seq % 2 ? one : two).write(ack(seq));
  await Promise.all([one.close(), two.close()]);
  await journal.close();
  const lines = await linesOf(journal.file);
  expect(lines).toHaveLength(500);
  for (const writer of [1, 2]) {
    const own = lines.filter((line) => line.writer === writer);
    expect(own).toEqual(Array.from({ length: 250 }, (_, at) => ({ writer, ...ack(2 * at + writer) })));
  }
});

test("what was flushed stands in the file at once, also when writer and journal are gone the next moment", async () => {
  const journal = await startJournal(join(folder, "flushed"));
  const writer = await connectJournal(journal.port);
  writer.write(ack(1));
  await writer.flush();
  expect(await readFile(journal.file, "utf8")).toBe(
    '{"writer":1,"type":"acked","roomId":"room","id":"id-1","seq":1}\n',
  );
  await journal.close();
  await expect(writer.flush()).rejects.toThrow();
});

test("survives the SIGKILL of a writer with all that it wrote before", async () => {
  const journal = await startJournal(join(folder, "killed"));
  const source = `
    import { connect } from "node:net";
    const socket = connect(${journal.port}, "127.0.0.1");
    let seq = 0;
    const write = () => {
      for (let n = 0; n < 20; n++) socket.write('{"type":"acked","roomId":"room","id":"x","seq":' + ++seq + '}\\n');
      socket.write("\\n");
    };
    socket.on("data", () => { process.stdout.write(seq + "\\n"); write(); });
    socket.on("connect", write);`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", source], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let told = "";
  for await (const chunk of child.stdout) {
    told += String(chunk);
    if (told.length > 200) child.kill("SIGKILL");
  }
  const flushed = Number(told.trim().split("\n").at(-1));
  await journal.close();
  const lines = await linesOf(journal.file);
  expect(lines.length).toBeGreaterThanOrEqual(flushed);
  expect(lines.map((line) => line.type === "acked" && line.seq)).toEqual(lines.map((_, at) => at + 1));
});

test("what a killed writer did not finish is no line", async () => {
  const journal = await startJournal(join(folder, "torn"));
  const socket = connect(journal.port, "127.0.0.1");
  socket.end('{"type":"marked","what":"whole"}\n{"type":"marked","what":"to');
  await once(socket, "close");
  await journal.close();
  expect(await linesOf(journal.file)).toEqual([{ writer: 1, type: "marked", what: "whole" }]);
});

test("a journal goes on where it was, and a line torn in its middle is told", async () => {
  const file = join(folder, "again");
  for (const seq of [1, 2]) {
    const journal = await startJournal(file);
    const writer = await connectJournal(journal.port);
    writer.write(ack(seq));
    await writer.close();
    await journal.close();
  }
  expect(await linesOf(file)).toHaveLength(2);
  await appendFile(file, '{"wri\n{"writer":1,"type":"marked","what":"after"}\n');
  await expect(linesOf(file)).rejects.toThrow(`cannot read the journal ${file}: a line is torn`);
});

test("a file that cannot be written is refused with the reason", async () => {
  await expect(startJournal(join(folder, "nowhere", "file"))).rejects.toThrow(/cannot keep a journal in .*ENOENT/s);
});
