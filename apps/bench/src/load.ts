import type { ContenderName } from "./contenders/contender.ts";
import { Client, type Crowd } from "./load/client.ts";
import { dialects } from "./load/dialect.ts";
import { Inspector } from "./load/inspector.ts";
import { Latencies } from "./load/latencies.ts";
import { type ClientSpeech, speak } from "./load/speech.ts";
import { stamp } from "./messages.ts";
import { serve } from "./peer.ts";

/** Clients that come: user n of `from` to `from + count` goes to room n modulo `rooms`. */
export interface Arrival {
  readonly contender: ContenderName;
  readonly port: number;
  readonly tokens: readonly string[];
  readonly rooms: number;
  readonly from: number;
  readonly count: number;
  /** Whether a client enters again when it is sent away, or cut off. Else that is a failure. */
  readonly comesBack: boolean;
}

/** A process that plays the clients, and sees that each gets every message once, whole and in order. */
const clients: Client[] = [];
const latencies = new Latencies();
const acks = new Latencies();
/** Whether messages come in the order of their numbers: not where clients say them. */
let isOrdered = true;
let failure: Error | undefined;
let deliveries = 0;
let awaited: Awaited | undefined;

/** Clients that have not yet got so many messages. */
interface Awaited {
  readonly upTo: number;
  missing: number;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

const stillnessSeconds = 20;

const calls = {
  async connect({ contender, port, tokens, rooms, from, count, comesBack }: Arrival): Promise<void> {
    const crowd = crowdOf(contender);
    const some = Array.from(
      { length: count },
      (_, index) =>
        new Client(crowd, { user: from + index, room: (from + index) % rooms, port, token: tokens[index], comesBack }),
    );
    clients.push(...some);
    await enter(some, 50);
  },
  /** Resolves, to the number of deliveries so far, when every client has got so many messages. Rejects when one is wrong. */
  async received(upTo: number): Promise<number> {
    if (failure) throw failure;
    const missing = clients.filter(({ arrived }) => arrived < upTo).length;
    if (missing > 0)
      await new Promise<void>((resolve, reject) => {
        awaited = { upTo, missing, resolve, reject };
        rejectWhenStill(awaited);
      });
    awaited = undefined;
    const tooMany = clients.find(({ arrived }) => arrived > upTo);
    if (tooMany) throw new Error(`a client got ${tooMany.arrived} messages where ${upTo} were said`);
    return deliveries;
  },
  /** Milliseconds between saying and hearing since the last call of this. */
  latencies: () => latencies.take(),
  acks: () => acks.take(),
  leave(): void {
    for (const client of clients) client.leave();
  },
  /** All come back at once, to where each was. Resolves when they are in their rooms. */
  comeBack: () => enter(clients, clients.length),
  /** How often clients were sent away or cut off, and came back. */
  returns: () => clients.reduce((sum, client) => sum + client.returns, 0),
  /** Messages that clients say. Resolves, to the seconds it took, when each is acknowledged. */
  async say(speech: ClientSpeech): Promise<number> {
    isOrdered = false;
    const began = stamp();
    await speak(clients, speech, (micros) => acks.add(micros));
    return (stamp() - began) / 1e6;
  },
};

/** What it can be asked. */
export type LoadCalls = typeof calls;

serve(calls);

async function enter(some: readonly Client[], atOnce: number): Promise<void> {
  for (let first = 0; first < some.length; first += atOnce)
    await Promise.all(some.slice(first, first + atOnce).map((client) => client.enter()));
  if (failure) throw failure;
}

function crowdOf(contender: ContenderName): Crowd {
  const dialect = dialects[contender];
  return {
    dialect,
    inspector: new Inspector((frame) => dialect.answer?.(frame)),
    fail,
    delivered(client, { n, saidAt }) {
      if (isOrdered && n !== client.arrived - 1) fail(new Error(`expected message ${client.arrived - 1}, got ${n}`));
      latencies.add(stamp() - saidAt);
      deliveries++;
      if (awaited && client.arrived === awaited.upTo && --awaited.missing === 0) awaited.resolve();
    },
  };
}

function fail(error: Error): void {
  failure ??= error;
  awaited?.reject(failure);
}

/** What has not come when nothing has come for a while is lost. */
function rejectWhenStill(waiting: Awaited): void {
  let before = deliveries;
  let still = 0;
  const timer = setInterval(() => {
    still = deliveries === before ? still + 1 : 0;
    before = deliveries;
    if (awaited !== waiting) clearInterval(timer);
    else if (still >= stillnessSeconds) {
      clearInterval(timer);
      waiting.reject(new Error(`${waiting.missing} clients lack messages, and nothing came for ${stillnessSeconds} s`));
    }
  }, 1_000).unref();
}
