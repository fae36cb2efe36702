import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdir, writeFile } from "node:fs/promises";
import { arch, cpus, platform, release } from "node:os";
import { parseArgs } from "node:util";
import {
  type ContenderName,
  contenderNames,
  type FromLoad,
  type FromServer,
  type Scenario,
  type ToLoad,
  type ToServer,
} from "./fan-out-messages.ts";

const scenarios: readonly Scenario[] = [
  { name: "1 × 1,000, one message a turn", rooms: 1, socketsPerRoom: 1_000, messages: 100, pace: "turns" },
  { name: "1 × 1,000, burst of 300", rooms: 1, socketsPerRoom: 1_000, messages: 300, pace: "burst" },
  { name: "100 × 10, one message a turn", rooms: 100, socketsPerRoom: 10, messages: 100, pace: "turns" },
];
const warmUp = 30;
const patienceMs = 120_000;

const { values: asked } = parseArgs({
  options: {
    rounds: { type: "string", default: "3" },
    scenario: { type: "string" },
    contenders: { type: "string", default: contenderNames.join() },
  },
});
const rounds = Number(asked.rounds);
const chosen = contenderNames.filter((name) => asked.contenders.split(",").includes(name));
const results: { scenario: string; contender: ContenderName; cpuPerDelivery: number | string }[] = [];

for (const [index, scenario] of scenarios.entries()) {
  if (asked.scenario !== undefined && Number(asked.scenario) !== index + 1) continue;
  for (let round = 1; round <= rounds; round++) {
    for (const contender of chosen) {
      process.stderr.write(`\r\u001b[K${scenario.name}: round ${round} of ${rounds}, ${contender}`);
      const cpuPerDelivery = await measure(contender, scenario).catch((error: Error) => `no result: ${error.message}`);
      results.push({ scenario: scenario.name, contender, cpuPerDelivery });
    }
  }
}
process.stderr.write("\r\u001b[K");
print();
await save();

/** Server CPU per delivery in microseconds. Rejects when a delivery is missing or not what was sent. */
async function measure(contender: ContenderName, scenario: Scenario): Promise<number> {
  const server = fork(new URL("./fan-out-server.js", import.meta.url), [contender, JSON.stringify(scenario)]);
  const load = fork(new URL("./fan-out-load.js", import.meta.url));
  try {
    const { port, tokens } = await heard<FromServer, "listening">(server, "listening");
    const sockets = scenario.rooms * scenario.socketsPerRoom;
    tell<ToLoad>(load, { type: "connect", contender, port, tokens, scenario });
    await heard<FromLoad, "connected">(load, "connected");
    await say({ server, load, scenario }, 0, warmUp);
    const deliveries = await say({ server, load, scenario }, warmUp, scenario.messages);
    if (deliveries !== sockets * scenario.messages) throw new Error(`${deliveries} deliveries`);
    tell<ToServer>(server, { type: "usage" });
    const { cpu } = await heard<FromServer, "usage">(server, "usage");
    return cpu / deliveries;
  } finally {
    server.kill("SIGKILL");
    load.kill("SIGKILL");
  }
}

async function say(
  {
    server,
    load,
    scenario,
  }: { readonly server: ChildProcess; readonly load: ChildProcess; readonly scenario: Scenario },
  from: number,
  count: number,
): Promise<number> {
  tell<ToLoad>(load, { type: "expect", count });
  // Before anything is said, or what arrives early would not be counted.
  await heard<FromLoad, "expecting">(load, "expecting");
  const received = heard<FromLoad, "received">(load, "received");
  tell<ToServer>(server, { type: "say", scenario, from, count });
  return (await received).deliveries;
}

function tell<Message extends object>(child: ChildProcess, message: Message): void {
  child.send(message);
}

async function heard<Message extends { readonly type: string }, Type extends Message["type"]>(
  child: ChildProcess,
  type: Type,
): Promise<Extract<Message, { readonly type: Type }>> {
  for (;;) {
    const signal = AbortSignal.timeout(patienceMs);
    // What a process of this program sends is what its types say.
    const [message] = (await once(child, "message", { signal })) as [{ type: string; why?: string }];
    if (message.type === "failed") throw new Error(message.why);
    if (message.type === type) return message as unknown as Extract<Message, { readonly type: Type }>;
  }
}

function medianOf(scenario: string, contender: ContenderName): number | string {
  const all = results.filter((result) => result.scenario === scenario && result.contender === contender);
  const failure = all.find(({ cpuPerDelivery }) => typeof cpuPerDelivery === "string");
  if (failure) return failure.cpuPerDelivery;
  const sorted = all.map(({ cpuPerDelivery }) => Number(cpuPerDelivery)).sort((left, right) => left - right);
  return sorted[Math.floor(sorted.length / 2)] ?? "no result";
}

function print(): void {
  const lines = [
    "| scenario | contender | server CPU per delivery, µs | × Socket.IO | × pre-framed |",
    "|---|---|--:|--:|--:|",
  ];
  for (const scenario of new Set(results.map((result) => result.scenario))) {
    for (const contender of chosen) {
      const cpu = medianOf(scenario, contender);
      const [io, raw] = (["socket.io", "pre-framed"] as const).map((peer) => ratio(cpu, medianOf(scenario, peer)));
      lines.push(`| ${scenario} | ${contender} | ${typeof cpu === "number" ? cpu.toFixed(2) : cpu} | ${io} | ${raw} |`);
    }
  }
  process.stdout.write(`${lines.join("\n")}\n`);
}

function ratio(own: number | string, peer: number | string): string {
  return typeof own === "number" && typeof peer === "number" ? (own / peer).toFixed(2) : "–";
}

async function save(): Promise<void> {
  const folder = new URL("../results/", import.meta.url);
  const at = new Date().toISOString();
  const machine = { cpu: cpus()[0]?.model, cores: cpus().length, system: `${platform()} ${release()} ${arch()}` };
  await mkdir(folder, { recursive: true });
  await writeFile(
    new URL(`fan-out-${at.replaceAll(":", "-")}.json`, folder),
    `${JSON.stringify({ at, node: process.version, machine, rounds, command: process.argv.slice(2), results }, null, 2)}\n`,
  );
}
