import type { Results } from "./results.ts";
import { barTable, measurementTable } from "./table.ts";

const kinds = {
  full: "A whole run",
  quick: "A quick run: one round of few messages, good for a look and for no claim",
  smoke: "A smoke run: it shows that everything runs, and its figures say nothing",
} as const;

/** docs/benchmarks.md. */
export function pageOf(results: Results): string {
  const { at, command, size, rounds, machine, versions } = results;
  const { cpu, cores, memory, system, load } = machine;
  return `# Benchmarks

Made by \`${command}\`; do not edit. The figures are in [benchmarks.json](benchmarks.json) as well.

![What the server spends on a delivery, by contender](benchmarks.svg)

${kinds[size]}: ${at.slice(0, 16).replace("T", " ")} UTC, ${rounds === 1 ? "one round" : `${rounds} rounds`}, ${cores} × ${cpu}, ${memory}, ${system}, load ${load}.
${Object.entries(versions)
  .map(([name, version]) => `${name} ${version}`)
  .join(", ")}.

## What is to be reached

${barTable(results)}
## Everything that was measured

${measurementTable(results)}
## How it is measured

- Each server is a process of its own, loaded from another. The load is a client of our own on a bare socket, so that it is not in
  the way. It sees that **every** message reaches every client of its room once, whole, and in one order for all of them. One that
  is missing, doubled or changed leaves its contender without a result.
- CPU per delivery is what \`process.cpuUsage()\` of the server gives, user and system, over the deliveries that were counted. On
  a shared machine it swings far less than the clock does, and its ratios less still.
- Contenders take turns (A B C, A B C …), so that whatever else the machine does falls on all of them alike. A figure is the median of the rounds.
- A message is about 300 bytes of JSON for each. Nothing is compressed.

| contender | what it is |
|---|---|
| dialogue | Dialogue as it comes, its log in memory where nothing else is said: parsed, checked, kept, numbered, resumable |
| dialogue-unpaced | the same with \`flushMs: 0\`: each message leaves in a write of its own, as it does with the others |
| trpc | tRPC's own WebSocket handler and a generator for each subscriber, as its documentation shows |
| socket.io | \`io.to(room).emit\`, WebSocket alone, no compression, first request let go; what its pages on performance and memory advise |
| socket.io-recovery | the same with \`connectionStateRecovery\`: each message numbered and kept |
| socket.io-acks | the same with an acknowledgement from each client |
| ws | \`ws\`: one string made for each message, \`send\` to each socket |
| pre-framed | one frame made for each message and written to each bare socket: the least that Node can do without gathering writes |

*A delivery may cost less than the pre-framed write*, because Dialogue gathers what is said within 5 ms on a busy server into one write
for each socket. Where each message is a write of its own, compare \`dialogue-unpaced\`.

- *Idle memory* is what one more connection adds between two counts of sockets, after two collections: what a server needs for the first
  ones is not in it. Resident memory is what the machine pays, heap and buffers are what the garbage collector sees. A KB is 1,024 bytes
  there, and 1,000 in the bundle's size.
- *Growth* keeps rooms at 100 sockets and makes as many deliveries at each step. It is unpaced, since what is gathered is cheaper the less there is to do.
- *Half load* is half of the rate that was reached with 200 triggers under way on the same server a moment before. Both are driven by clients over
  their sockets, and a delivery's time begins when its client asks for it. Machine, server, database and load share the cores.
- *Coming back* counts from the first connect of the herd to the last event that was missed, handshakes and tokens included.
- *Stopped clients* are processes under SIGSTOP. When they go on, each must get every message, in order, however often the server sent
  it away in the meantime. The memory includes the log, which is in memory there.
`;
}
