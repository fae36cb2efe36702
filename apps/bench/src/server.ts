import { setTimeout as sleep } from "node:timers/promises";
import type { Contender, Setting } from "./contenders/contender.ts";
import { roomId, stamp, textOf } from "./messages.ts";
import { serve } from "./peer.ts";

/** What is said: messages `from` to `from + count` to each of the first rooms. */
export interface Speech {
  readonly rooms: number;
  readonly from: number;
  readonly count: number;
  /** Each message has a turn of the event loop, all have one, or so many messages to each room are said in a second. */
  readonly pace: "turns" | "burst" | { readonly perSecond: number };
}

/** A process that serves one contender, and says what that costs. */
let contender: Contender;
let before = process.cpuUsage();

const calls = {
  async start(setting: Setting) {
    contender = await start(setting);
    return { port: contender.port, tokens: contender.tokens };
  },
  /** Resolves when all is said, whoever may have heard it. CPU counts from here. */
  async say(speech: Speech): Promise<void> {
    before = process.cpuUsage();
    if (typeof speech.pace === "object") return sayByTheClock(speech, speech.pace.perSecond);
    for (let n = speech.from; n < speech.from + speech.count; n++) {
      sayTo(speech.rooms, n);
      if (speech.pace === "turns") await new Promise((resolve) => setImmediate(resolve));
    }
  },
  /** Microseconds of CPU since the last `say` began. */
  cpu(): number {
    const { user, system } = process.cpuUsage(before);
    return user + system;
  },
  /** Bytes in use, after two collections. */
  async memory() {
    for (let round = 0; round < 2; round++) {
      await sleep(200);
      global.gc?.();
    }
    const { rss, heapUsed, external } = process.memoryUsage();
    return { rss, heap: heapUsed + external };
  },
  rss: (): number => process.memoryUsage.rss(),
  logReads: (): number => contender.logReads?.() ?? 0,
};

/** What it can be asked. */
export type ServerCalls = typeof calls;

serve(calls);

/** Each loads what it needs, and no more. */
async function start(setting: Setting): Promise<Contender> {
  switch (setting.contender) {
    case "dialogue":
    case "dialogue-unpaced":
      return (await import("./contenders/dialogue.ts")).startDialogue(setting);
    case "trpc":
      return (await import("./contenders/trpc.ts")).startTrpc();
    case "socket.io":
    case "socket.io-recovery":
    case "socket.io-acks":
      return (await import("./contenders/socket-io.ts")).startSocketIo(setting.contender);
    case "ws":
      return (await import("./contenders/ws.ts")).startWs();
    case "pre-framed":
      return (await import("./contenders/pre-framed.ts")).startPreFramed();
  }
}

function sayTo(rooms: number, n: number): void {
  for (let room = 0; room < rooms; room++) contender.say(roomId(room), textOf(n));
}

/** What a late timer left out is said at once, so that the rate holds on the whole. */
async function sayByTheClock({ rooms, from, count }: Speech, perSecond: number): Promise<void> {
  const began = stamp();
  for (let said = 0; said < count; ) {
    const due = Math.min(count, Math.ceil(((stamp() - began) / 1e6) * perSecond));
    for (; said < due; said++) sayTo(rooms, from + said);
    await sleep(1);
  }
}
