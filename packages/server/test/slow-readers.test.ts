import { connect } from "node:net";
import { memoryLog } from "@dialogue/core";
import { describe, expect, it } from "vitest";
import { Message } from "../src/index.ts";
import { systemClock } from "../src/system-clock.ts";
import { atEnd, type Served, serve } from "./support/chat.ts";
import { inbox } from "./support/inbox.ts";
import { skippingClock } from "./support/skipping-clock.ts";
import { openWire } from "./support/two-transports.ts";

const long = { text: "—".repeat(2_000), senderId: "ann" };
const ballast = { meta: { filler: "x".repeat(4_000) } };
const patience = { pingMs: 600_000, sendStuckMs: 600_000, ringEvents: 10, feedFrames: 10 };
/** More than the buffers of both ends take. */
const sent = 1_800;

const upTo = (last: number, first = 1) => Array.from({ length: last - first + 1 }, (_, index) => first + index);
const say = ({ dialogue }: Served, room: "general" | "small") =>
  dialogue.trigger(room, Message, long, { from: "ann", ...ballast });

async function follow(served: Served, user: string, roomId: string, lastEventId?: string) {
  const wire = await openWire(`${served.wsUrl}?connectionParams=1`);
  wire.socket.send(JSON.stringify({ method: "connectionParams", data: { token: await served.token(user) } }));
  const params = { path: "messages", input: { roomId }, ...(lastEventId === undefined ? {} : { lastEventId }) };
  await wire.say(2, { id: 1, method: "subscription", params });
  return wire;
}

const seqsOf = (texts: readonly string[]): readonly number[] =>
  texts.flatMap((text) => {
    const frame = JSON.parse(text).result?.data?.data;
    return frame?.type === "event" ? [frame.event.seq] : [];
  });

describe("a reader that stops reading", () => {
  it("delays no other reader of its room, nor of another room", async () => {
    const served = await serve({ limits: patience });
    const stuck = await follow(served, "stuck", "general");
    const [same, other] = [await follow(served, "bob", "general"), await follow(served, "cy", "small")];
    stuck.socket.pause();
    for (let n = 1; n <= sent; n++) {
      await say(served, "general");
      if (n % 100 === 0) await say(served, "small");
    }
    await same.texts.take(sent);
    await other.texts.take(sent / 100);
    expect(seqsOf(same.texts.all)).toEqual(upTo(sent));
    expect(seqsOf(other.texts.all)).toEqual(upTo(sent / 100));
    expect(seqsOf(stuck.texts.all).length).toBeLessThan(sent);
  });

  it("over an event stream is held back, becomes a cursor and loses nothing", async () => {
    const log = memoryLog({ clock: systemClock, random: Math.random });
    const reads: number[] = [];
    const read: typeof log.events.read = (room, asked) => {
      if ("after" in asked) reads.push(asked.after);
      return log.events.read(room, asked);
    };
    const served = await serve({ limits: patience, log: { ...log, events: { ...log.events, read } } });
    const socket = connect(served.dialogue.port, "localhost");
    atEnd(() => socket.destroy());
    const pieces = inbox<string>();
    socket.setEncoding("utf8").on("data", (piece: string) => pieces.push(piece));
    const input = encodeURIComponent(JSON.stringify({ roomId: "general" }));
    const head = [`GET /trpc/messages?input=${input} HTTP/1.1`, "host: localhost", "accept: text/event-stream"];
    socket.write([...head, `authorization: Bearer ${await served.token("ann")}`, "", ""].join("\r\n"));
    while (!pieces.all.join("").includes('"ready"')) await pieces.next();
    socket.pause();
    for (let n = 1; n <= sent; n++) await say(served, "general");
    const before = reads.length;
    socket.resume();
    let end = "";
    while (!end.includes(`id: ${sent}.`)) end = end.slice(-20) + (await pieces.next());
    const text = pieces.all.join("");
    const seqs = [...text.matchAll(/id: (\d+)\./g)].map(([, seq]) => Number(seq));
    expect(seqs.filter((seq) => seq > 0)).toEqual(upTo(sent));
    // What it had not got was in the log alone: nothing had waited for it in memory.
    expect(reads.length).toBeGreaterThan(before);
  });
});

describe("a reader that drips", () => {
  it("24: is closed with 4008 all the same, and resumes exactly", async () => {
    const clock = skippingClock();
    const served = await serve({ clock, limits: { ...patience, sendStuckMs: 30_000 } });
    const slow = await follow(served, "slow", "general");
    slow.socket.pause();
    for (let n = 1; n <= sent; n++) await say(served, "general");
    for (let drip = 0; drip < 3; drip++) {
      slow.socket.resume();
      await slow.texts.next();
      slow.socket.pause();
      clock.skip(15_000);
    }
    slow.socket.resume();
    expect(await slow.closed).toBe(4008);
    const got = seqsOf(slow.texts.all);
    expect(got).toEqual(upTo(got.length));
    expect(got.length).toBeLessThan(sent);
    const again = await follow(served, "slow", "general", JSON.parse(slow.texts.all.at(-1) ?? "").result.id);
    await again.texts.take(sent - got.length);
    expect(seqsOf(again.texts.all)).toEqual(upTo(sent, got.length + 1));
  });
});
