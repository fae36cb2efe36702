import { setTimeout as sleep } from "node:timers/promises";
import { stamp, textOf } from "../messages.ts";
import type { Client } from "./client.ts";

/** Messages `from` to `from + count` of each room. */
export interface ClientSpeech {
  readonly rooms: number;
  readonly from: number;
  readonly count: number;
  /** So many a second over all rooms, or as many as so many outstanding answers allow. */
  readonly pace: { readonly perSecond: number } | { readonly outstanding: number };
}

/** The clients of each room say its messages in turn. Resolves when all are answered; `answered` is told how long each took. */
export async function speak(
  clients: readonly Client[],
  { rooms, from, count, pace }: ClientSpeech,
  answered: (micros: number) => void,
): Promise<void> {
  const total = rooms * count;
  let asked = 0;
  const trigger = async (): Promise<void> => {
    const n = asked++;
    // Clients stand in their rooms in turn: so their own numbers say the room.
    const speaker = clients[n % clients.length];
    if (speaker) answered(await speaker.trigger(textOf(from + Math.floor(n / rooms))));
  };
  if ("outstanding" in pace) {
    const line = async (): Promise<void> => {
      while (asked < total) await trigger();
    };
    await Promise.all(Array.from({ length: pace.outstanding }, line));
    return;
  }
  const began = stamp();
  const answers: Promise<void>[] = [];
  while (asked < total) {
    const due = Math.min(total, Math.ceil(((stamp() - began) / 1e6) * pace.perSecond));
    while (asked < due) answers.push(trigger());
    await sleep(1);
  }
  await Promise.all(answers);
}
