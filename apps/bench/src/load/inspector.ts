import { readText } from "../messages.ts";

/** A message as the first client of a room got it. */
export interface Message {
  /** How many came before it in its room. */
  readonly place: number;
  readonly n: number;
  readonly saidAt: number;
  readonly bytes: Buffer;
  /** What its client has to answer. */
  readonly answer: string | undefined;
}

const kept = 1_024;
const begin = '"text":"';

/** What is known of a room. */
interface Room {
  /** Which message came at each place. */
  readonly order: number[];
  readonly seen: Set<number>;
  readonly recent: (Message | undefined)[];
}

/**
 * Sees that every message is intact, that none comes twice, and that all clients of a room get the same ones in the same
 * order. The first that comes to a room is read; the others are compared with it byte for byte.
 */
export class Inspector {
  private readonly rooms = new Map<number, Room>();
  private readonly answer: (frame: string) => string | undefined;

  /** `answer` is what a client says to a message. */
  constructor(answer: (frame: string) => string | undefined) {
    this.answer = answer;
  }

  /** The message at that place of the room; undefined for what is none. Throws for one that is not as it should be. */
  inspect(room: number, place: number, bytes: Buffer): Message | undefined {
    const { order, seen, recent } = this.roomOf(room);
    const known = recent[place % kept];
    if (known?.place === place && bytes.equals(known.bytes)) return known;
    const frame = bytes.toString();
    if (!frame.includes(begin)) return undefined;
    const { n, saidAt } = read(frame);
    if (order[place] === undefined && seen.has(n)) throw new Error(`message ${n} came twice`);
    order[place] ??= n;
    if (order[place] !== n) throw new Error(`message ${n} came where another client got ${order[place]}`);
    seen.add(n);
    const message = { place, n, saidAt, bytes: Buffer.from(bytes), answer: this.answer(frame) };
    recent[place % kept] = message;
    return message;
  }

  private roomOf(room: number): Room {
    const known = this.rooms.get(room);
    if (known) return known;
    const fresh = { order: [], seen: new Set<number>(), recent: new Array<undefined>(kept).fill(undefined) };
    this.rooms.set(room, fresh);
    return fresh;
  }
}

function read(frame: string): { readonly n: number; readonly saidAt: number } {
  // Engine.IO and Socket.IO put digits before the JSON.
  JSON.parse(frame.slice(frame.search(/[[{]/)));
  const start = frame.indexOf(begin) + begin.length;
  const text = readText(frame.slice(start, frame.indexOf('"', start)));
  if (!text) throw new Error("a message is not intact");
  return text;
}
