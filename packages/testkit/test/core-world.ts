import { hash } from "node:crypto";
import {
  type Backplane,
  type Caller,
  type Core,
  type CoreOptions,
  createCore,
  type Frame,
  type Log,
  memoryBackplane,
  memoryLog,
  memoryPresenceStore,
  type PresenceStore,
  type Source,
  type User,
} from "@dialogue/core";
import {
  type DialogueError,
  defaultLimits,
  defineEvent,
  type Limits,
  Message,
  type MessagesFrame,
  type RoomDefinition,
  Typing,
} from "@dialogue/events";
import * as z from "zod";
import { freshId } from "../src/drafts.ts";
import { seededRandom } from "../src/seeded-random.ts";
import { createTestClock, type TestClock } from "../src/test-clock.ts";

export const Wave = defineEvent("wave", { delivery: "ephemeral", schema: z.object({ to: z.string() }) });
export const Note = defineEvent("note", { schema: z.object({ text: z.string() }) });

export interface WorldOptions extends Partial<Pick<CoreOptions, "events" | "hooks" | "can">> {
  readonly rooms?: Readonly<Record<string, RoomDefinition>>;
  readonly limits?: Partial<Limits>;
  readonly log?: Log;
  readonly presence?: PresenceStore;
  /** One handle for each node. Default: of one memory backplane. */
  readonly backplane?: () => Backplane;
  readonly clock?: TestClock;
  readonly nodes?: number;
  readonly seed?: number;
  /** Told of every line of the log at level info. */
  readonly told?: (facts: object) => void;
}

/** Nodes over one log, one backplane and one presence store, on one clock. */
export interface World {
  readonly clock: TestClock;
  readonly log: Log;
  readonly presence: PresenceStore;
  readonly cores: readonly Core[];
  /** The first node. */
  readonly core: Core;
  readonly reports: string[];
  /** Lets everything that is under way settle. */
  settle(): Promise<void>;
  stop(): Promise<void>;
}

/** Limits that no test meets unless it wants to. */
const wide: Partial<Limits> = {
  triggersPerUser: { perSecond: 10_000, burst: 10_000 },
  triggersPerRoom: { perSecond: 10_000, burst: 10_000 },
  callsPerUser: { perSecond: 10_000, burst: 10_000 },
};

export const general: RoomDefinition = { name: "General", events: [Message, Typing, Wave, Note] };

export async function createWorld(options: WorldOptions = {}): Promise<World> {
  const clock = options.clock ?? createTestClock();
  const random = seededRandom(options.seed ?? 1);
  const log = options.log ?? memoryLog({ clock, random });
  const presence = options.presence ?? memoryPresenceStore({ clock });
  const bus = memoryBackplane();
  const reports: string[] = [];
  const silent = () => undefined;
  const cores = Array.from({ length: options.nodes ?? 1 }, () =>
    createCore({
      rooms: options.rooms ?? { general },
      ...(options.events && { events: options.events }),
      ...(options.hooks && { hooks: options.hooks }),
      ...(options.can && { can: options.can }),
      log,
      presence,
      backplane: options.backplane?.() ?? bus.node(),
      clock,
      newId: freshId,
      random,
      sha256: (text) => hash("sha256", Buffer.from(text, "utf16le").swap16()),
      limits: { ...defaultLimits, ...wide, ...options.limits },
      logger: { debug: silent, info: options.told ?? silent, warn: silent, error: silent },
      report: (error, doing) => reports.push(`${doing}: ${String(error)}`),
    }),
  );
  const [core] = cores;
  if (!core) throw new Error("a world has a node at least");
  await Promise.all(cores.map((node) => node.start()));
  return {
    clock,
    log,
    presence,
    cores,
    core,
    reports,
    settle: () => clock.advance(0),
    async stop() {
      const stopping = Promise.all(cores.map((node) => node.stop()));
      await clock.advance(10_000);
      await stopping;
    },
  };
}

/** A connected client. */
export interface TestClient {
  readonly core: Core;
  readonly user: User;
  readonly session: NonNullable<Caller["session"]>;
  /** How its links were closed from the server's side. */
  readonly closed: number[];
  readonly caller: Caller & { readonly session: NonNullable<Caller["session"]> };
  unlink(): void;
}

export function connect(core: Core, user: User | string, sessionId?: string): TestClient {
  const who = typeof user === "string" ? { id: user } : user;
  const closed: number[] = [];
  const { session, unlink } = core.connect(who, { close: (code) => void closed.push(code) }, sessionId);
  return { core, user: who, session, closed, unlink, caller: { user: who, session } };
}

/** What a sink was given. */
export interface Watched<Data> {
  readonly frames: Frame<Data>[];
  readonly data: Data[];
  readonly ends: (DialogueError | undefined)[];
  /** From now on each write answers false until `drain`. */
  fill(): void;
  drain(): void;
  detach(): void;
}

export async function watch<Data>(world: World, source: Promise<Source<Data>>): Promise<Watched<Data>> {
  const frames: Frame<Data>[] = [];
  const data: Data[] = [];
  const ends: (DialogueError | undefined)[] = [];
  let isFull = false;
  let wake = (): void => undefined;
  const detach = (await source).attach({
    write(frame) {
      frames.push(frame);
      data.push(frame.data);
      return !isFull;
    },
    onWritable(resume) {
      wake = resume;
    },
    end: (error) => void ends.push(error),
  });
  await world.settle();
  return {
    frames,
    data,
    ends,
    detach,
    fill() {
      isFull = true;
    },
    drain() {
      isFull = false;
      wake();
    },
  };
}

/** The texts of the messages that were yielded. */
export function texts(watched: Watched<MessagesFrame>): readonly unknown[] {
  return watched.data.flatMap((frame) => (frame.type === "event" ? [textOf(frame.event.data)] : []));
}

export function textOf(data: unknown): unknown {
  return typeof data === "object" && data !== null && "text" in data ? data.text : undefined;
}

export function say(client: TestClient, text: string, facts: { roomId?: string; id?: string } = {}) {
  const { roomId = "general", ...rest } = facts;
  const data = { text, senderId: client.user.id };
  return client.core.trigger(client.caller, { roomId, event: "message", data, ...rest });
}

/** The code of the refusal a promise rejects with. */
export async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (error) {
    return typeof error === "object" && error !== null && "code" in error ? String(error.code) : String(error);
  }
  return "none";
}
