import { randomUUID } from "node:crypto";
import { writeSync } from "node:fs";
import { openLog } from "../../dist/index.js";

// Says what it tries before, and what was acknowledged after; written at once, so that a kill takes no line with it.
const say = (...words) => writeSync(1, `${words.join(" ")}\n`);

const log = await openLog({ dataDir: process.argv[2] });

async function appendForever(roomIds) {
  for (;;) {
    const drafts = roomIds.map((roomId) => ({
      roomId,
      id: randomUUID(),
      event: "message",
      version: 1,
      data: { text: "x".repeat(200) },
      from: "ada",
      hash: "hash",
    }));
    for (const { roomId, id } of drafts) say("try", roomId, id);
    for (const { event } of await log.events.append(drafts)) say("ack", event.roomId, event.id, event.seq);
  }
}

await Promise.all([["one"], ["two", "one"], ["one", "two", "three", "one"]].map(appendForever));
