import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { createProxy } from "@dialogue/testkit/proof";
import { roomId } from "./messages.ts";
import { startPeer } from "./peer.ts";
import { SoakClient } from "./soak-client.ts";
import type { SoakServer } from "./soak-server.ts";

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "60" },
    clients: { type: "string", default: "2000" },
    seed: { type: "string", default: String(Date.now() % 1e9) },
  },
});
const [minutes, clients, seed] = [Number(values.minutes), Number(values.clients), Number(values.seed)];
if (!(minutes > 0 && clients > 0 && Number.isFinite(seed)))
  throw new Error("npm run soak [-- --minutes 60] [--clients 2000] [--seed 1]: each is a number");

const rooms = Math.max(1, Math.round(clients / 100));
/** After its last link a session is held so long, and then presence has its time. */
const settleMs = 6_000;
const heapSlack = 16 * 2 ** 20;
const complaints: string[] = [];
const random = seeded(seed);
const server = startPeer<SoakServer>("./soak-server.js", ["--expose-gc"]);
const { port, tokens } = await server.call("start", rooms, clients);
const proxy = await createProxy(port);
const all = tokens.map((token, n) => {
  const url = `ws://127.0.0.1:${n % 2 === 0 ? port : proxy.port}/trpc`;
  return new SoakClient({ url, token, room: roomId(n % rooms), complain: (what) => complaints.push(what), random });
});

function some(share: number, suffer: (client: SoakClient) => void): void {
  for (const client of all) if (random() < share) suffer(client);
}

const faults = {
  cuts: () => some(0.1, (client) => client.cut()),
  "cut of the network": () => proxy.cut(),
  freezes: () => some(0.1, (client) => client.freeze(8_000 * random())),
  "a pause of the network": async () => {
    proxy.pause();
    await sleep(3_000 * random());
    proxy.resume();
  },
  "a black hole": () => proxy.blackHole(),
  "leaves and joins": async () => {
    const gone: SoakClient[] = [];
    some(0.1, (client) => void gone.push(client));
    for (const client of gone) client.leave();
    await sleep(1_000 * random());
    for (const client of gone) client.join();
  },
  floods: () => some(0.02, (client) => client.flood(100)),
} as const;

process.stdout.write(`soak: ${clients} clients in ${rooms} rooms for ${minutes} min, seed ${seed}\n`);
await everyoneFor(all.slice(0, 50), 1_000);
const before = await server.call("holdings");
for (const [n, client] of all.entries()) {
  client.join();
  if (n % 50 === 49) await sleep(20);
}
const started = Date.now();
const untilMs = minutes * 60_000;
let warmHeap = 0;
let heap = 0;
for (let n = 0; Date.now() - started < untilMs; n++) {
  const names = Object.keys(faults) as (keyof typeof faults)[];
  const name = names[Math.floor(random() * names.length)] ?? "cuts";
  await Promise.all([faults[name](), server.call("say", `#${n}`)]);
  for (const client of all) client.mind();
  await sleep(1_000 + 2_000 * random());
  heap = await server.call("heap");
  if (Date.now() - started > untilMs / 3 && warmHeap === 0) warmHeap = heap;
  const done = Math.min(100, Math.round((100 * (Date.now() - started)) / untilMs));
  process.stderr.write(`\r\u001b[K${done} %, heap ${mb(heap)} MB, ${complaints.length} complaints, ${name}`);
}
process.stderr.write("\r\u001b[K");
await allCaughtUp();
await everyoneGone(all);
const after = await heldAtLast();
for (const name of leftOver(after)) complaints.push(`${name}: ${before[name]} before, ${after[name]} after`);
if (heap > warmHeap * 1.25 + heapSlack) complaints.push(`memory grew from ${mb(warmHeap)} to ${mb(heap)} MB`);
complaints.push(...(await server.call("failures")));
for (const complaint of complaints.slice(0, 20)) process.stdout.write(`  ${complaint}\n`);
process.stdout.write(
  `${JSON.stringify({ before, after, warmHeapMb: mb(warmHeap), heapMb: mb(heap), complaints: complaints.length })}\n`,
);
await proxy.close();
await server.end();
process.exit(complaints.length > 0 ? 1 : 0);

/** Waits until every client has seen the last event of its room. */
async function allCaughtUp(): Promise<void> {
  const deadline = Date.now() + 60_000;
  await server.call("say", "the last one");
  const heads = await server.call("heads");
  const late = () => all.filter((client, n) => client.seq !== heads[n % rooms]);
  while (late().length > 0 && Date.now() < deadline) {
    for (const client of all) client.mind();
    await sleep(500);
  }
  for (const client of late()) complaints.push(`${client.room}: stands at ${client.seq}, a minute after the end`);
}

/** What there is more of than before anybody came. */
function leftOver(now: typeof before): readonly (keyof typeof before)[] {
  return (Object.keys(before) as (keyof typeof before)[]).filter((name) => now[name] > before[name]);
}

/** What the server holds once nothing is left over, or half a minute is over: a round of its own may be under way. */
async function heldAtLast(): Promise<typeof before> {
  const deadline = Date.now() + 30_000;
  for (;;) {
    const held = await server.call("holdings");
    if (leftOver(held).length === 0 || Date.now() > deadline) return held;
    await server.call("heap");
    await sleep(500);
  }
}

async function everyoneFor(group: readonly SoakClient[], ms: number): Promise<void> {
  for (const client of group) client.join();
  await sleep(ms);
  await everyoneGone(group);
}

async function everyoneGone(group: readonly SoakClient[]): Promise<void> {
  for (const client of group) client.leave();
  await sleep(settleMs);
  for (let n = 0; n < 2; n++) {
    await server.call("heap");
    await sleep(1_000);
  }
}

function mb(bytes: number): number {
  return Math.round(bytes / 2 ** 20);
}

/** Mulberry32: the same for the same seed. */
function seeded(from: number): () => number {
  let state = from;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
