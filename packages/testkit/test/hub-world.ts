import { createHub, type Detach, type Frame, type Hub, type Sink, type Start } from "@dialogue/core";
import {
  type Cursor,
  type DialogueError,
  defaultLimits,
  type Limits,
  type MessagesFrame,
  type Position,
  parseCursor,
} from "@dialogue/events";
import { seededRandom } from "../src/seeded-random.ts";
import { createTestClock, type TestClock } from "../src/test-clock.ts";
import { createUnrulyBackplane, type Fate, type UnrulyNode } from "../src/unruly-backplane.ts";
import { createUnrulyLog, type Trouble, type UnrulyLog } from "../src/unruly-log.ts";

/** Several nodes over one log and one backplane, on one clock. */
export class World {
  readonly clock: TestClock = createTestClock();
  readonly log: UnrulyLog;
  readonly nodes: readonly { readonly hub: Hub; readonly bus: UnrulyNode }[];
  readonly random: () => number;
  readonly reports: string[] = [];
  fate: Fate = () => [0];
  subscribingMs = 0;
  trouble: (call: string) => Trouble | undefined = () => undefined;
  private readonly previousTags = new Map<string, string>();
  private made = 0;

  constructor(options: { nodes?: number; seed?: number; limits?: Partial<Limits>; framesPerTurn?: number } = {}) {
    this.random = seededRandom(options.seed ?? 1);
    const { clock, random } = this;
    this.log = createUnrulyLog({ clock, random, trouble: (call) => this.trouble(call) });
    const backplane = createUnrulyBackplane({
      clock,
      fate: (news) => this.fate(news),
      subscribingMs: () => this.subscribingMs,
    });
    const limits = { ...defaultLimits, ...options.limits };
    const framesPerTurn = options.framesPerTurn ?? 1_000;
    this.nodes = Array.from({ length: options.nodes ?? 1 }, () => {
      const bus = backplane.node();
      const report = (error: unknown, doing: string) => this.reports.push(`${doing}: ${String(error)}`);
      const hub = createHub({ log: this.log, backplane: bus, clock, random, limits, report, framesPerTurn });
      return { hub, bus };
    });
  }

  /** The first node's hub. */
  get hub(): Hub {
    return this.node(0).hub;
  }

  node(index: number): { readonly hub: Hub; readonly bus: UnrulyNode } {
    const node = this.nodes[index % this.nodes.length];
    if (!node) throw new Error("there is no node");
    return node;
  }

  /** Appends as a node does: commit, its own bell, then the backplane's. */
  append(node = 0, options: { roomId?: string; event?: string; crashes?: boolean; data?: string } = {}): Position {
    const { roomId = "room", event = "message", crashes = false, data = "x" } = options;
    const id = `id-${++this.made}`;
    const { stored, previousTag } = this.log.add({ roomId, id, event, version: 1, data, from: "ann", hash: id });
    this.previousTags.set(`${stored.seq}.${stored.tag}`, previousTag);
    if (crashes) return stored;
    const bell = { type: "bell", seq: stored.seq, tag: stored.tag, previousTag, event: stored } as const;
    const { hub, bus } = this.node(node);
    hub.ring(roomId, bell);
    bus.publish(roomId, bell).catch(() => this.reports.push("a bell was not published"));
    return stored;
  }

  appendMany(count: number): void {
    for (let n = 0; n < count; n++) this.append();
  }

  /** The tag of the event that stood before the one at this cursor when it was appended. */
  previousTag(cursor: Cursor): string | undefined {
    return this.previousTags.get(cursor);
  }

  head(roomId = "room"): Cursor {
    const { seq, tag } = this.log.headOf(roomId).head;
    return `${seq}.${tag}`;
  }

  async close(): Promise<void> {
    await Promise.all(this.nodes.map(({ hub }) => hub.close()));
  }
}

/** How a witness takes frames. */
export interface Manner {
  /** Frames it takes before it is full; it is woken by `drain`. */
  readonly capacity?: number;
  /** Throws at the n-th frame. */
  readonly throwsAt?: number;
  readonly roomId?: string;
}

/** A subscriber that judges every frame: what comes must be the one event that follows what it has. */
export class Witness implements Sink<MessagesFrame> {
  readonly frames: Frame<MessagesFrame>[] = [];
  readonly faults: string[] = [];
  cursor: Cursor | undefined;
  ended: { readonly error: DialogueError | undefined } | undefined;
  /** The log does not hold what this one has read: one reset is due. */
  hasCause = false;
  isAllowed = true;
  private readonly world: World;
  private readonly manner: Manner;
  private wake: (() => void) | undefined;
  private isFull = false;
  private waiting = 0;
  private detachment: Detach | undefined;
  private isReady = false;
  private attachments = 0;
  private written = 0;

  constructor(world: World, manner: Manner = {}) {
    this.world = world;
    this.manner = manner;
  }

  get roomId(): string {
    return this.manner.roomId ?? "room";
  }

  get isAttached(): boolean {
    return this.detachment !== undefined && !this.ended;
  }

  /** The seqs of the events it got, in order; a reset as "reset". */
  get story(): readonly (number | string)[] {
    return this.frames.flatMap(({ data }) => {
      if (data.type === "ready" || data.type === "redaction") return [];
      return [data.type === "reset" ? `reset ${data.reason}` : data.event.seq];
    });
  }

  /** The events whose data it was told, and not that they have lost it. */
  readonly shown = new Set<number>();

  attach(start: Start = { from: "head" }, node = 0): this {
    this.isReady = false;
    this.isFull = false;
    this.waiting = 0;
    const attachment = ++this.attachments;
    let isAttaching = true;
    const guard = (): void => {
      if (isAttaching) this.fault("called within attach");
      if (attachment !== this.attachments || !this.detachment) this.fault("called after it was detached");
    };
    const sink: Sink<MessagesFrame> = {
      write: (frame) => {
        guard();
        return this.write(frame);
      },
      onWritable: (wake) => {
        this.wake = wake;
      },
      end: (error) => {
        guard();
        this.end(error);
      },
    };
    this.detachment = this.world.node(node).hub.subscribe(this.roomId, start, sink, async () => this.isAllowed);
    isAttaching = false;
    return this;
  }

  detach(): void {
    this.detachment?.();
    this.detachment = undefined;
    // What happens while it is away it is not told of.
    this.shown.clear();
  }

  /** Goes on from the last cursor, on another node. */
  move(node: number): void {
    this.detach();
    this.attach(this.cursor === undefined ? { from: "floor" } : { from: "cursor", cursor: this.cursor }, node);
  }

  /** Makes room in a full sink. */
  drain(): void {
    this.waiting = 0;
    if (!this.isFull) return;
    this.isFull = false;
    this.wake?.();
  }

  write(frame: Frame<MessagesFrame>): boolean {
    if (this.isFull) this.fault("written to while full");
    if (this.ended) this.fault("written to after its end");
    this.judge(frame);
    this.frames.push(frame);
    if (++this.written === this.manner.throwsAt) throw new Error("this sink is broken");
    this.isFull = ++this.waiting >= (this.manner.capacity ?? Number.POSITIVE_INFINITY);
    return !this.isFull;
  }

  onWritable(wake: () => void): void {
    this.wake = wake;
  }

  end(error?: DialogueError): void {
    if (this.ended) this.fault("ended twice");
    this.ended = { error };
  }

  /** Called whenever the log may have lost what this one has read. */
  notice(): void {
    if (this.cursor !== undefined && !this.isHeld(this.cursor)) this.hasCause = true;
  }

  private judge({ cursor, data }: Frame<MessagesFrame>): void {
    if (cursor === undefined) return this.fault("a frame without a cursor");
    if ((data.type === "ready") === this.isReady) return this.fault(`${data.type} out of place`);
    if (data.type === "ready") return this.judgeReady(cursor);
    if (data.type === "reset") return this.judgeReset(cursor, data.head);
    if (data.type === "redaction") return this.judgeRedaction(cursor, data.seqs);
    const { seq } = data.event;
    if (data.type === "event") this.shown.add(seq);
    else this.shown.delete(seq);
    const previous = `${seq - 1}.${this.world.previousTag(cursor)}`;
    if (previous !== this.cursor) this.fault(`${cursor} after ${this.cursor}, not after ${previous}`);
    this.cursor = cursor;
    this.notice();
  }

  private judgeReady(cursor: Cursor): void {
    this.isReady = true;
    if (this.cursor !== undefined && cursor !== this.cursor) this.fault(`ready at ${cursor}, not ${this.cursor}`);
    this.cursor = cursor;
    this.notice();
  }

  private judgeRedaction(cursor: Cursor, seqs: readonly number[]): void {
    if (cursor !== this.cursor) this.fault(`a redaction at ${cursor}, not ${this.cursor}`);
    const ahead = seqs.filter((seq) => seq > (parseCursor(cursor)?.seq ?? 0));
    if (ahead.length > 0) this.fault(`a redaction of ${ahead}, ahead of ${cursor}`);
    for (const seq of seqs) this.shown.delete(seq);
  }

  private judgeReset(cursor: Cursor, head: Cursor): void {
    if (cursor !== head) this.fault("a reset that is not tracked at the head");
    if (!this.hasCause) this.fault(`a reset without cause at ${this.cursor}`);
    this.hasCause = false;
    this.cursor = cursor;
    this.shown.clear();
    this.notice();
  }

  private isHeld(cursor: Cursor): boolean {
    const place = parseCursor(cursor);
    return place !== undefined && this.world.log.holds(this.roomId, place);
  }

  private fault(what: string): void {
    this.faults.push(what);
  }
}
