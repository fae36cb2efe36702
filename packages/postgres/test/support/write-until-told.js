// Writes through one driver until its input ends, and tries again with the same id what was refused. Then it waits for
// what is under way, and says so. Says "ack <room> <id> <seq>" for each event that was acknowledged.
import { randomUUID } from "node:crypto";
import { writeSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";

const [door, driver, url, proxy] = process.argv.slice(2);
const { openLog, postgresLog, timeOuts } = await import(door);

const drivers = {
  pg: () => openLog({ url }),
  "a pool of one's own": async () => {
    const [{ default: pg }, { drizzle }] = await Promise.all([import("pg"), import("drizzle-orm/node-postgres")]);
    return postgresLog(drizzle(new pg.Pool({ connectionString: url })));
  },
  "Neon's": async () => {
    const [{ neonConfig, Pool }, { drizzle }] = await Promise.all([
      import("@neondatabase/serverless"),
      import("drizzle-orm/neon-serverless"),
    ]);
    const { WebSocket } = await import("ws");
    const plain = { useSecureWebSocket: false, pipelineTLS: false, pipelineConnect: false };
    Object.assign(neonConfig, plain, { webSocketConstructor: WebSocket, wsProxy: proxy });
    return postgresLog(drizzle(new Pool({ connectionString: url })));
  },
  "postgres.js, appends alone": () => onPostgresJs({}),
  "postgres.js, asking no types": () => onPostgresJs({ fetch_types: false }),
};

async function onPostgresJs(options) {
  const [{ default: postgres }, { drizzle }] = await Promise.all([
    import("postgres"),
    import("drizzle-orm/postgres-js"),
  ]);
  const { searchParams } = new URL(url);
  const search_path = /search_path=(\w+)/.exec(searchParams.get("options") ?? "")?.[1];
  const connection = { ...timeOuts, application_name: searchParams.get("application_name"), search_path };
  return postgresLog(drizzle(postgres(url.split("?")[0], { ...options, connection })));
}

process.on("unhandledRejection", (error) => {
  writeSync(2, `unhandled rejection: ${error.stack}\n`);
  process.exit(1);
});

const log = await drivers[driver]();
let isOver = false;
process.stdin.resume().once("end", () => {
  isOver = true;
});

function draftFor(roomId) {
  return { roomId, id: randomUUID(), event: "message", version: 1, data: { text: "hello" }, from: "ada", hash: "hash" };
}

// A driver that never answers is found out: far longer than any time-out.
const silence = setTimeout(() => {
  writeSync(2, "no answer for 30 s\n");
  process.exit(3);
}, 30_000);

async function write(roomId, append) {
  while (!isOver) {
    const draft = draftFor(roomId);
    for (let answer; !answer; ) {
      try {
        [answer] = await append(draft);
        writeSync(1, `ack ${roomId} ${draft.id} ${answer.event.seq}\n`);
        silence.refresh();
      } catch (error) {
        if (!error.retry) throw error;
        await pause(10);
      }
    }
  }
}

const alone = (draft) => log.events.append([draft]);
const inTransaction = (draft) => log.transaction((_tx, { events }) => events.append([draft]));

await Promise.all([
  ...["one", "one", "one", "two", "two", "three"].map((roomId) => write(roomId, alone)),
  ...(driver.endsWith("alone") ? [] : ["one", "four", "five"]).map((roomId) => write(roomId, inTransaction)),
]);
writeSync(1, "done\n");
await log.close();
process.exit();
