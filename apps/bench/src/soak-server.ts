import { createHook } from "node:async_hooks";
import { createDialogue, defineEvent, defineRoom, Message } from "@dialogue/server";
import { roomId, userId } from "./messages.ts";
import { serve } from "./peer.ts";

/** The process that is soaked: it says what it holds. */
export type SoakServer = typeof calls;

/** What must be back where it was once everybody has gone. */
export interface Holdings {
  readonly sockets: number;
  readonly timers: number;
  readonly listeners: number;
  readonly sessions: number;
  readonly attended: number;
}

const timers = new Set<number>();
createHook({
  init: (id, type) => void (type === "Timeout" && timers.add(id)),
  destroy: (id) => void timers.delete(id),
}).enable();

const Said = defineEvent("message", { schema: Message.schema, history: { limit: 50 } });
const failures: string[] = [];
const log = (facts: object, message: string) => void failures.push(`${message} ${JSON.stringify(facts)}`);
let dialogue: ReturnType<typeof make> | undefined;
let ids: readonly string[] = [];

function make(rooms: number) {
  ids = Array.from({ length: rooms }, (_, room) => roomId(room));
  return createDialogue({
    port: 0,
    host: "127.0.0.1",
    rooms: Object.fromEntries(ids.map((id) => [id, defineRoom({ name: id, events: [Said] })])),
    logger: { debug() {}, info() {}, warn() {}, error: log },
    limits: {
      ...{ pingMs: 5_000, pongMs: 5_000, graceMs: 2_000, retentionMs: 5_000, resendMs: 60_000 },
      upgrades: { perSecond: 1e6, burst: 1e6 },
    },
  });
}

const calls = {
  async start(rooms: number, users: number) {
    dialogue = make(rooms);
    await dialogue.start();
    const issue = dialogue.issueToken;
    const tokens = await Promise.all(Array.from({ length: users }, (_, user) => issue({ id: userId(user) })));
    return { port: dialogue.port, tokens };
  },
  async say(text: string): Promise<void> {
    for (const id of ids) await dialogue?.trigger(id, Said, { text, senderId: "soak" }, "soak");
  },
  async heads(): Promise<readonly number[]> {
    const pages = await Promise.all(ids.map((id) => dialogue?.history(id, { limit: 1 })));
    return pages.map((page) => page?.events.at(-1)?.seq ?? 0);
  },
  async holdings(): Promise<Holdings> {
    const all = await Promise.all(ids.map((id) => dialogue?.room(id).attendees()));
    return {
      sockets: process.getActiveResourcesInfo().filter((type) => type === "TCPSocketWrap").length,
      timers: timers.size,
      listeners: process.eventNames().reduce((sum, name) => sum + process.listenerCount(name), 0),
      sessions: dialogue?.getAllClients().length ?? 0,
      attended: all.reduce((sum, attendees) => sum + (attendees?.length ?? 0), 0),
    };
  },
  /** Bytes of heap after a collection of garbage. */
  heap(): number {
    globalThis.gc?.();
    return process.memoryUsage().heapUsed;
  },
  failures: (): readonly string[] => failures.splice(0),
};

serve(calls);
