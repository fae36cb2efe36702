import {
  type Cursor,
  DialogueError,
  type DurableEnvelope,
  type Envelope,
  type Limits,
  type MessagesFrame,
} from "@dialogue/events";
import type { Clock } from "../clock.ts";
import type { Hub } from "../log/hub.ts";
import type { Frame } from "../log/sink.ts";
import type { Start } from "../log/start.ts";
import type { Report } from "../logger.ts";
import type { RoomStore } from "../ports/room-store.ts";
import type { Within } from "../time-limit.ts";
import { createClaim } from "./claim.ts";
import { createFeed, type Feed } from "./feed.ts";

export interface ConsumerOptions {
  readonly nodeId: string;
  readonly newId: () => string;
  readonly store: RoomStore;
  readonly hub: Hub;
  readonly clock: Clock;
  readonly within: Within;
  readonly limits: Limits;
  readonly report: Report;
}

/** What is consumed, by whom. */
export interface Consuming {
  readonly name: string;
  readonly roomId: string;
  readonly event: string;
  readonly handle: (event: Envelope) => unknown;
}

/** Hands each event of one kind to one function, in order, each until it succeeded. */
export interface Consumer {
  start(): void;
  /** Resolves when what is in hand has ended, or `limits.hookMs` have passed. */
  stop(): Promise<void>;
}

const firstPauseMs = 1_000;
const longestPauseMs = 30_000;
/** So long another node may take the place of one that cannot read what is next. */
const asideMs = 10_000;
/** So many events of other kinds pass before the place is kept. */
const skippedMost = 100;

export function createConsumer(options: ConsumerOptions, consuming: Consuming): Consumer {
  const { store, hub, clock, within, limits, report } = options;
  const { name, roomId } = consuming;
  const doing = `run consumer ${name} of room ${roomId}`;
  // Its own, not the node's: the next of its name on this node waits for the end of what is in hand, as another node does.
  const nodeId = `${options.nodeId}.${options.newId()}`;
  const claim = createClaim({ ...options, nodeId, name, roomId, ttlMs: limits.leaseMs, portMs: limits.portMs });
  let isStopped = false;
  let feed: Feed | undefined;
  let interrupt: () => void = () => undefined;
  let running: Promise<void> | undefined;
  let skipped = 0;
  /** The next event is one that this node cannot read as the handler expects it. */
  let isAside = false;

  function pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = clock.after(ms, resolve);
      interrupt = () => {
        cancel();
        resolve();
      };
      if (isStopped) interrupt();
    });
  }

  function isMine(): boolean {
    return !isStopped && claim.isHeld();
  }

  async function run(): Promise<void> {
    while (!isStopped) {
      try {
        if (await claim.take(() => feed?.close())) await work();
      } catch (error) {
        report(error, doing);
      }
      if (!isStopped) await pause(isAside ? asideMs : firstPauseMs);
    }
  }

  async function work(): Promise<void> {
    const mark = await within(limits.portMs, doing, store.readMark(name, roomId));
    let start: Start | undefined = mark === undefined ? { from: "floor" } : { from: "cursor", cursor: mark };
    while (start && isMine()) {
      feed = createFeed(hub, roomId, start);
      start = (await readOn(feed)) === "reset" ? { from: "floor" } : undefined;
      feed.close();
    }
  }

  async function readOn(from: Feed): Promise<"reset" | "over"> {
    for (let frame = await from.next(); frame && isMine(); frame = await from.next()) {
      // The place is void: everything that is kept is read again rather than anything missed.
      if (frame.data.type === "reset") return "reset";
      await take(frame);
    }
    return "over";
  }

  async function take({ cursor, data, isNewer }: Frame<MessagesFrame>): Promise<void> {
    if (cursor === undefined || !("event" in data)) return;
    if (data.type === "redacted" || data.event.event !== consuming.event) return skip(cursor);
    if (data.type === "unreadable" || isNewer) return stepAside(data.event);
    isAside = false;
    // Also when it was stopped meanwhile: what succeeded is not done again.
    if ((await handle(data.event)) && claim.isHeld()) await keepPlace(cursor);
  }

  async function skip(cursor: Cursor): Promise<void> {
    if (++skipped >= skippedMost) await keepPlace(cursor);
  }

  /** Leaves the place where it is, to a node that can read what is next; until there is one, nothing is lost. */
  async function stepAside({ id }: { readonly id: string }): Promise<void> {
    if (!isAside)
      report(new DialogueError("UNAVAILABLE", `cannot hand on event ${id}: this node cannot read it`), doing);
    isAside = true;
    feed?.close();
    await claim.release();
  }

  /** Answers whether it succeeded. */
  async function handle(event: DurableEnvelope): Promise<boolean> {
    for (let pauseMs = firstPauseMs; isMine(); pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
      try {
        await consuming.handle(event);
        return true;
      } catch (error) {
        report(error, doing);
      }
      await pause(pauseMs);
    }
    return false;
  }

  async function keepPlace(cursor: Cursor): Promise<void> {
    const kept = await within(limits.portMs, doing, store.setReadMark(name, roomId, nodeId, cursor));
    if (kept) skipped = 0;
    else feed?.close();
  }

  return {
    start() {
      running ??= run();
    },
    async stop() {
      isStopped = true;
      interrupt();
      feed?.close();
      try {
        await within(limits.hookMs, `stop consumer ${name} of room ${roomId}`, running);
      } catch (error) {
        report(error, doing);
      }
      if (running !== undefined) await claim.release();
    },
  };
}
