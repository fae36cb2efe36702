import type { Ledger } from "./ledger.ts";

/** What is to be reached. */
export interface Bar {
  readonly what: string;
  readonly bar: string;
  /** Undefined where what it takes was not measured. */
  readonly judge: (ledger: Ledger) => Judgement | undefined;
}

interface Judgement {
  readonly measured: string;
  readonly isMet: boolean;
}

/** A bar, and how it stands. */
export interface Verdict {
  readonly what: string;
  readonly bar: string;
  readonly measured: string;
  readonly verdict: "met" | "missed" | "not measured";
}

/** How each bar stands. */
export function judge(ledger: Ledger): Verdict[] {
  return bars.map(({ what, bar, judge: judgeBar }) => {
    const judgement = judgeBar(ledger);
    if (!judgement) return { what, bar, measured: "", verdict: "not measured" };
    return { what, bar, measured: judgement.measured, verdict: judgement.isMet ? "met" : "missed" };
  });
}

const bars: readonly Bar[] = [
  {
    what: "CPU per delivery, 1 × 1,000, one message per turn",
    bar: "≤ 0.65 × Socket.IO and ≤ 1.15 × pre-framed",
    judge: (ledger) => {
      const [io, raw] = [ratio(ledger, "1x1000", "socket.io"), ratio(ledger, "1x1000", "pre-framed")];
      if (io === undefined || raw === undefined) return undefined;
      return { measured: `${io.toFixed(2)} × and ${raw.toFixed(2)} ×`, isMet: io <= 0.65 && raw <= 1.15 };
    },
  },
  {
    what: "the same unpaced, each message a write of its own",
    bar: "≤ 0.65 × Socket.IO and ≤ 1.15 × pre-framed",
    judge: (ledger) => {
      const [io, raw] = (["socket.io", "pre-framed"] as const).map((peer) =>
        ledger.ratio("1x1000", ["dialogue-unpaced", peer], "cpu"),
      );
      if (io === undefined || raw === undefined) return undefined;
      return { measured: `${io.toFixed(2)} × and ${raw.toFixed(2)} ×`, isMet: io <= 0.65 && raw <= 1.15 };
    },
  },
  {
    what: "CPU per delivery, 1 × 1,000, burst of 300",
    bar: "≤ 0.10 × Socket.IO",
    judge: (ledger) => atMost(ratio(ledger, "burst", "socket.io"), 0.1),
  },
  {
    what: "CPU per delivery, 100 × 10, memory log",
    bar: "≤ 0.60 × Socket.IO",
    judge: (ledger) => atMost(ratio(ledger, "100x10", "socket.io"), 0.6),
  },
  {
    what: "resident memory per idle connection",
    bar: "≤ 16 KB, and below Socket.IO",
    judge: (ledger) => {
      const [own, io] = (["dialogue", "socket.io"] as const).map((name) => ledger.median("idle", name, "rss"));
      if (own === undefined || io === undefined) return undefined;
      return { measured: `${own.toFixed(1)} KB, Socket.IO ${io.toFixed(1)} KB`, isMet: own <= 16 && own < io };
    },
  },
  {
    what: "durable triggers, one hot room, PostgreSQL",
    bar: "≥ 10 × one insert per transaction",
    judge: (ledger) => durable(ledger, "durable-postgres"),
  },
  {
    what: "durable triggers, 1,000 rooms, PGlite on disk",
    bar: "≥ 10 × one insert per transaction",
    judge: (ledger) => durable(ledger, "durable-pglite"),
  },
  {
    what: "trigger → ack → delivery, p99 at half load, PGlite",
    bar: "≤ 50 ms",
    judge: (ledger) => latency(ledger, "latency-pglite", 50),
  },
  {
    what: "trigger → ack → delivery, p99 at half load, PostgreSQL",
    bar: "≤ 25 ms",
    judge: (ledger) => latency(ledger, "latency-postgres", 25),
  },
  {
    what: "resume of 1,000 clients, 100 missed events each",
    bar: "≤ 1 log read per room, ≤ 2 s",
    judge: (ledger) => {
      const seconds = ledger.median("resume", "dialogue", "resumeSeconds");
      const reads = ledger.values("resume", "dialogue", "readsPerRoom").at(-1);
      if (seconds === undefined || reads === undefined) return undefined;
      return { measured: `${reads.toFixed(2)} reads, ${seconds.toFixed(2)} s`, isMet: reads <= 1 && seconds <= 2 };
    },
  },
  {
    what: "growth: CPU per delivery from 100 to 10,000 sockets",
    bar: "± 20 %",
    judge: (ledger) => {
      const costs = ["growth-100", "growth-1000", "growth-10000"].map((id) =>
        ledger.median(id, "dialogue-unpaced", "cpu"),
      );
      const known = costs.filter((cost) => cost !== undefined);
      const [first] = known;
      if (known.length < costs.length || first === undefined) return undefined;
      const changes = known.slice(1).map((cost) => (cost / first - 1) * 100);
      return {
        measured: known.map((cost) => `${cost.toFixed(2)} µs`).join(" → "),
        isMet: changes.every((change) => Math.abs(change) <= 20),
      };
    },
  },
  {
    what: "200 of 1,000 clients stopped for 60 s at 500 messages/s",
    bar: "< 250 MB, p99 of the others < 2 ×, all resume",
    judge: (ledger) => {
      const of = (metric: "growthMb" | "steadyP99" | "stoppedP99") => ledger.median("slow-readers", "dialogue", metric);
      const [growth, before, during] = [of("growthMb"), of("steadyP99"), of("stoppedP99")];
      if (growth === undefined || before === undefined || during === undefined) return undefined;
      return {
        measured: `${growth.toFixed(0)} MB, ${before.toFixed(1)} → ${during.toFixed(1)} ms, all resumed`,
        isMet: growth < 250 && during < 2 * before,
      };
    },
  },
  {
    what: "`@dialogue/client` in the browser, gzip",
    bar: "≤ 13.5 KB",
    judge: (ledger) => {
      const [own, io] = (["dialogue", "socket.io"] as const).map((name) => ledger.median("bundle", name, "gzip"));
      if (own === undefined) return undefined;
      const peer = io === undefined ? "" : `, socket.io-client ${io.toFixed(1)} KB`;
      return { measured: `${own.toFixed(1)} KB${peer}`, isMet: own <= 13.5 };
    },
  },
  {
    what: "`tsc` of a client of a server with 500 events",
    bar: "≤ 1.5 × with 5",
    judge: (ledger) => atMost(ledger.ratio("type-check", ["500 events", "5 events"], "tscSeconds"), 1.5),
  },
];

function ratio(ledger: Ledger, scenario: string, peer: string): number | undefined {
  return ledger.ratio(scenario, ["dialogue", peer], "cpu");
}

function atMost(measured: number | undefined, bar: number): Judgement | undefined {
  return measured === undefined ? undefined : { measured: `${measured.toFixed(2)} ×`, isMet: measured <= bar };
}

/** Against the better of the ways that insert one by one. */
function durable(ledger: Ledger, scenario: string): Judgement | undefined {
  const own = ledger.median(scenario, "dialogue", "eventsPerSecond");
  const single = ledger.median(scenario, "insert", "eventsPerSecond");
  if (own === undefined || single === undefined) return undefined;
  return { measured: `${(own / single).toFixed(1)} ×`, isMet: own >= 10 * single };
}

function latency(ledger: Ledger, scenario: string, ms: number): Judgement | undefined {
  const ack = ledger.median(scenario, "dialogue", "ackP99");
  const delivery = ledger.median(scenario, "dialogue", "deliveryP99");
  if (ack === undefined || delivery === undefined) return undefined;
  return {
    measured: `ack ${ack.toFixed(1)} ms, delivery ${delivery.toFixed(1)} ms`,
    isMet: ack <= ms && delivery <= ms,
  };
}
