import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { DialogueError, type DurableEnvelope } from "@dialogue/events";
import { afterAll, expect, it } from "vitest";
import { enterAs, joinAs, type Member } from "../src/members.ts";
import { freePort, startServer } from "../src/server-process.ts";
import { type SignedIn, signedIn } from "../src/sign-in.ts";
import { temporaryFolder } from "../src/temporary-folder.ts";
import { eventually } from "./eventually.ts";

const kills = 20;
const people = 4;

const folder = await temporaryFolder();
afterAll(() => folder.remove());

/** A message that somebody wants to have said, and keeps on saying until it is accepted. */
interface Wish {
  readonly id: string;
  readonly text: string;
  /** The event, once the server has acknowledged it. */
  accepted?: DurableEnvelope;
}

/** Somebody who says one thing after the other, through servers that die. */
class Sender {
  readonly wishes: Wish[] = [];
  member: Member | undefined;
  readonly auth: SignedIn;

  constructor(auth: SignedIn) {
    this.auth = auth;
  }

  /** Sends until the connection ends. What had no answer then is sent again by the next call, under its id. */
  async sendOver(url: string): Promise<void> {
    const member = await joinAs(url, this.auth);
    this.member = member;
    for (let isUp = true; isUp; ) {
      const wish = this.#next();
      try {
        const data = { text: wish.text, senderId: this.auth.userId };
        wish.accepted = await member.room.trigger("message", data, { id: wish.id });
      } catch (error) {
        if (!(error instanceof DialogueError) || !error.retry) throw error;
        isUp = false;
      }
    }
  }

  #next(): Wish {
    const last = this.wishes.at(-1);
    if (last !== undefined && last.accepted === undefined) return last;
    const wish: Wish = { id: randomUUID(), text: `wish ${this.wishes.length + 1}` };
    this.wishes.push(wish);
    return wish;
  }
}

async function wholeLog({ room }: Member): Promise<readonly DurableEnvelope[]> {
  const events: DurableEnvelope[] = [];
  let page = await room.getHistory(undefined, { limit: 200 });
  events.unshift(...page.events);
  while (page.older !== undefined) {
    page = await room.getHistory(undefined, { before: page.older, limit: 200 });
    events.unshift(...page.events);
  }
  return events;
}

it("loses and doubles nothing that was acknowledged when it is killed twenty times while people send", {
  timeout: 600_000,
}, async () => {
  const settings = { PORT: String(await freePort()), DIALOGUE_DATA_DIR: join(folder.path, "data") };
  let server = await startServer(settings);
  const names = Array.from({ length: people }, (_, i) => `Sender ${i + 1}`);
  const senders = await Promise.all(names.map(async (name) => new Sender(await signedIn(server.url, name))));
  const accepted = () => senders.flatMap(({ wishes }) => wishes.flatMap((wish) => wish.accepted ?? []));

  for (let kill = 0; kill < kills; kill++) {
    // Each kill meets other messages on their way.
    const enough = accepted().length + people + (kill % 5);
    const sending = senders.map((sender) => sender.sendOver(server.url));
    // What a sender cannot go on from is told at once, not after a wait.
    await Promise.race([eventually(() => accepted().length).toBeGreaterThanOrEqual(enough), ...sending]);
    await server.end("SIGKILL");
    await Promise.all(senders.map(({ member }) => member?.client.disconnect()));
    await Promise.all(sending);
    server = await startServer(settings);
  }

  const reader = await enterAs(server.url, "Reader");
  const log = await wholeLog(reader);
  expect(log.map(({ seq }) => seq)).toEqual(log.map((_, i) => i + 1));
  for (const event of accepted()) expect(log[event.seq - 1]).toEqual(event);
  expect(accepted().length).toBeGreaterThan(4 * kills);
  for (const { auth, wishes } of senders) {
    const said = log.filter(({ from, event }) => from === auth.userId && event === "message").map(({ id }) => id);
    const wished = wishes.map(({ id }) => id);
    // The last wish of each may stand in the log without its acknowledgement having arrived.
    const isLastThere = said.length === wished.length;
    expect(said).toEqual(isLastThere ? wished : wished.slice(0, -1));
  }
  await reader.client.disconnect();
  expect((await server.end("SIGTERM")).code).toBe(0);
});
