import { memoryLog } from "@dialogue/core";
import { describe, expect, it } from "vitest";
import { Message } from "../src/index.ts";
import { systemClock } from "../src/system-clock.ts";
import { Dice, type Served, serve, Wave } from "./support/chat.ts";
import { clientFrame, openRawSocket } from "./support/raw-socket.ts";
import { skippingClock } from "./support/skipping-clock.ts";
import { openWire } from "./support/two-transports.ts";

const general = { roomId: "general" };
const call = (id: unknown, method: string, path: string, input?: unknown, more: object = {}) => ({
  ...{ id, method, params: { path, input, ...more } },
});

async function wireOf(served: Served, userId = "ann") {
  const wire = await openWire(`${served.wsUrl}?connectionParams=1`);
  wire.socket.send(JSON.stringify({ method: "connectionParams", data: { token: await served.token(userId) } }));
  return wire;
}

const errorOf = (text: string | undefined) => JSON.parse(text ?? "{}").error?.data?.dialogue?.code;

const dataOf = (text: string) => JSON.parse(text).result?.data;

const seqsOf = (texts: readonly string[]): readonly number[] =>
  texts.flatMap((text) => {
    const data = text === "PONG" ? undefined : dataOf(text)?.data;
    return data?.type === "event" ? [data.event.seq] : [];
  });

const upTo = (last: number, first = 1) => Array.from({ length: last - first + 1 }, (_, index) => first + index);

/** Meta of nearly the largest size. */
const ballast = { meta: { filler: "x".repeat(4_000) } };
const long = { text: "—".repeat(2_000), senderId: "ann" };
/** A machine that is slow shall not look like a reader that is. */
const patience = { pingMs: 600_000, sendStuckMs: 30_000 };
const heavy = { hand: "x".repeat(15_000) };

describe("a reader that stops reading", () => {
  it("costs a bounded backlog, is closed with 4008 after a while, and resumes exactly", async () => {
    const clock = skippingClock();
    const served = await serve({ clock, limits: { ...patience, ringEvents: 10 } });
    const { dialogue } = served;
    const [slow, quick] = [await wireOf(served, "slow"), await wireOf(served, "quick")];
    await slow.say(2, call(1, "subscription", "messages", general));
    await quick.say(2, call(1, "subscription", "messages", general));
    slow.socket.pause();
    const sent = 1_800;
    for (let n = 1; n <= sent; n++) await dialogue.trigger("general", Message, long, { from: "ann", ...ballast });
    await quick.texts.take(sent);
    expect(seqsOf(quick.texts.all)).toEqual(upTo(sent));
    clock.skip(patience.sendStuckMs);
    slow.socket.resume();
    expect(await slow.closed).toBe(4008);
    const got = seqsOf(slow.texts.all);
    expect(got).toEqual(upTo(got.length));
    expect(got.length).toBeLessThan(sent);
    const lastEventId = JSON.parse(slow.texts.all.at(-1) ?? "").result.id;
    const again = await wireOf(served, "slow");
    await again.say(2 + sent - got.length, call(1, "subscription", "messages", general, { lastEventId }));
    expect(seqsOf(again.texts.all)).toEqual(upTo(sent, got.length + 1));
  });

  it("is held back and goes on where it was, when it reads again in time", async () => {
    const served = await serve({ limits: { ...patience, sendStuckMs: 600_000, ringEvents: 10 } });
    const slow = await wireOf(served);
    await slow.say(2, call(1, "subscription", "messages", general));
    slow.socket.pause();
    const sent = 1_800;
    for (let n = 1; n <= sent; n++)
      await served.dialogue.trigger("general", Message, long, { from: "ann", ...ballast });
    slow.socket.resume();
    await slow.texts.take(sent);
    expect(seqsOf(slow.texts.all)).toEqual(upTo(sent));
  });

  it("loses ephemeral events before anything else, but for the newest", async () => {
    const served = await serve({ limits: patience });
    const slow = await wireOf(served);
    await slow.say(1, call(1, "subscription", "signals", general));
    // The answer to it comes after the signals are attached.
    await slow.say(1, call(2, "query", "rooms.list"));
    slow.socket.pause();
    const sent = 1_500;
    for (let n = 1; n <= sent; n++) await served.dialogue.trigger("general", Wave, { hand: `${n} ${heavy.hand}` });
    slow.socket.resume();
    const heard: number[] = [];
    while (heard.at(-1) !== sent) {
      const data = dataOf((await slow.texts.take(1))[0] ?? "{}");
      if (data?.event === "wave") heard.push(Number.parseInt(data.data.hand, 10));
    }
    expect(heard.length).toBeLessThan(sent);
    expect(heard).toEqual([...new Set(heard)].sort((left, right) => left - right));
    expect(heard.slice(-32)).toEqual(upTo(sent, sent - 31));
  });

  it("that asks for more and more is closed with 4008", async () => {
    const served = await serve({ limits: { ...patience, callsPerUser: { perSecond: 1_000, burst: 1_000 } } });
    for (let n = 1; n <= 200; n++) await served.dialogue.trigger("general", Dice, { sides: 6 }, ballast);
    const greedy = await wireOf(served);
    greedy.socket.pause();
    // Each is answered with 800 KB, and at most so many are answered at once.
    for (let id = 1; id <= 32; id++)
      greedy.socket.send(JSON.stringify(call(id, "query", "history", { ...general, limit: 200 })));
    const other = await wireOf(served, "bob");
    await other.say(1, call(1, "query", "rooms.list"));
    for (let id = 33; id <= 64; id++)
      greedy.socket.send(JSON.stringify(call(id, "query", "history", { ...general, limit: 200 })));
    await other.say(1, call(2, "query", "rooms.list"));
    greedy.socket.resume();
    expect(await greedy.closed).toBe(4008);
  });
});

describe("what a socket sends", () => {
  it("keeps its order: a PONG comes after all that was sent before it", async () => {
    const served = await serve({ limits: { flushMs: 100 } });
    const wire = await wireOf(served);
    await wire.say(2, call(1, "subscription", "messages", general));
    for (let n = 1; n <= 20; n++) {
      await served.dialogue.trigger("general", Dice, { sides: 6 });
      if (n % 5 === 0) wire.socket.send("PING");
    }
    await wire.texts.take(24);
    const texts = wire.texts.all.slice(2);
    const before = texts.flatMap((text, index) => (text === "PONG" ? [seqsOf(texts.slice(0, index)).length] : []));
    expect(before).toHaveLength(4);
    for (const [index, count] of before.entries()) expect(count).toBeGreaterThanOrEqual(index * 5);
    expect(seqsOf(texts)).toEqual(upTo(20));
  });

  it("leaves before it is closed", async () => {
    const served = await serve({ limits: { flushMs: 60_000 } });
    const wire = await wireOf(served);
    await wire.say(2, call(1, "subscription", "messages", general));
    for (let n = 1; n <= 20; n++) await served.dialogue.trigger("general", Dice, { sides: 6 });
    await served.dialogue.stop();
    expect(await wire.closed).toBe(4001);
    expect(seqsOf(wire.texts.all)).toEqual(upTo(20));
  });
});

describe("a client that asks for too much", () => {
  it("has no more calls under way than it may, and its others are answered", async () => {
    const log = memoryLog({ clock: systemClock, random: Math.random });
    let release = () => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    const read: typeof log.events.read = async (...asked) => {
      await released;
      return log.events.read(...asked);
    };
    const served = await serve({ log: { ...log, events: { ...log.events, read } } });
    const wire = await wireOf(served);
    const calls = upTo(33).map((id) => call(id, "query", "history", general));
    const [refused] = await wire.say(1, JSON.stringify(calls));
    expect(JSON.parse(refused ?? "")).toMatchObject({ id: 33, error: { data: { code: "TOO_MANY_REQUESTS" } } });
    release();
    const answers = (await wire.texts.take(32)).map((text) => JSON.parse(text));
    expect(answers.map(({ id }) => id).sort((left, right) => left - right)).toEqual(upTo(32));
    for (const { result } of answers) expect(result.data.events).toEqual([]);
    expect(errorOf((await wire.say(1, call(40, "query", "rooms.list")))[0])).toBeUndefined();
  });

  it("14: is refused a frame of too many as one, and closed with 4429 for the third", async () => {
    const served = await serve();
    const wire = await wireOf(served);
    const [one] = await wire.say(1, `[${"1,".repeat(19_999)}1]`);
    expect(JSON.parse(one ?? "")).toMatchObject({ id: null, error: { data: { dialogue: { code: "RATE_LIMITED" } } } });
    const many = upTo(161).map((id) => call(id, "mutation", "rooms.join", general));
    const refused = await wire.say(161, JSON.stringify(many));
    expect(refused.map((text) => JSON.parse(text).id)).toEqual(upTo(161));
    expect(new Set(refused.map(errorOf))).toEqual(new Set(["RATE_LIMITED"]));
    expect(await served.dialogue.isInRoom("ann", "general")).toBe(false);
    wire.socket.send(`[${"1,".repeat(19_999)}1]`);
    expect(await wire.closed).toBe(4429);
  });

  it("23: gets an error for one subscription too many, and all of them anew in one frame", async () => {
    const served = await serve({ limits: { subscriptionsPerSession: 8 } });
    const subscriptions = upTo(8).map((id) => call(id, "subscription", "messages", general));
    const first = await wireOf(served);
    await first.say(16, JSON.stringify(subscriptions));
    const [refused] = await first.say(1, call(9, "subscription", "messages", general));
    expect(errorOf(refused)).toBe("RATE_LIMITED");
    first.socket.terminate();
    const second = await wireOf(served);
    expect((await second.say(16, JSON.stringify(subscriptions))).map(errorOf).filter(Boolean)).toEqual([]);
  });

  it("23: may subscribe and stop as often as it likes, and nothing is left of it", async () => {
    const served = await serve({ limits: { callsPerUser: { perSecond: 10_000, burst: 10_000 } } });
    const wire = await wireOf(served);
    wire.socket.send(JSON.stringify({ id: 1, method: "subscription.stop" }));
    for (let id = 1; id <= 300; id++) {
      wire.socket.send(JSON.stringify(call(id, "subscription", "messages", general)));
      wire.socket.send(JSON.stringify({ id, method: "subscription.stop" }));
    }
    // Those beyond what one socket may have at once are refused, since a stop takes a turn or two.
    const over = new Set<number>();
    while (over.size < 300) {
      const { id, result, error } = JSON.parse((await wire.texts.take(1))[0] ?? "{}");
      if (error) expect(error.data.dialogue.code).toBe("RATE_LIMITED");
      if (error || result.type === "stopped") over.add(id);
    }
    await served.dialogue.trigger("general", Dice, { sides: 6 });
    await wire.say(1, "PING");
    expect(wire.texts.all.at(-1)).toBe("PONG");
    expect(seqsOf(wire.texts.all)).toEqual([]);
    expect(await served.dialogue.isInRoom("ann", "general")).toBe(false);
  });
});

describe("a client that sends what no client sends", () => {
  it.each([
    ["8: a frame that claims 2^40 bytes", Buffer.from([0x81, 0xff, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0]), 1009],
    ["8: a frame of 65,537 bytes", Buffer.from([0x81, 0xff, 0, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0]), 1009],
    [
      "9: one fragment after another",
      Buffer.concat([clientFrame(0x01, "x"), ...upTo(300).map(() => clientFrame(0x00, "x"))]),
      1008,
    ],
    ["10: reserved bits", clientFrame(0xf1, "x"), 1002],
    ["10: an unmasked frame", Buffer.from([0x81, 1, 0x41]), 1002],
    ["10: a ping of 126 bytes", clientFrame(0x89, "x".repeat(126)), 1002],
    ["10: a close code that does not exist", clientFrame(0x88, Buffer.from([0x03, 0xec])), 1002],
    ["11: bytes that are no UTF-8", clientFrame(0x81, Buffer.from([0xc3, 0x28])), 1007],
    ["11: a binary frame", clientFrame(0x82, "{}"), 1003],
  ])("is closed, and others do not notice: %s", async (_, bytes, code) => {
    const served = await serve();
    const raw = await openRawSocket(served.wsUrl, await served.token("ann"));
    raw.write(bytes);
    expect(await raw.closed).toBe(code);
    const bob = await wireOf(served, "bob");
    expect(errorOf((await bob.say(1, call(1, "query", "rooms.list")))[0])).toBeUndefined();
    expect(served.logged.filter(({ level }) => level === "error")).toEqual([]);
  });

  it("12: is not granted a compression that it offers", async () => {
    const served = await serve();
    const raw = await openRawSocket(served.wsUrl, await served.token("ann"), [
      "sec-websocket-extensions: permessage-deflate; client_max_window_bits",
    ]);
    expect(raw.head).toMatch(/^HTTP\/1\.1 101/);
    expect(raw.head.toLowerCase()).not.toContain("extensions");
  });

  it("13, 15: is told so each time, and closed with 4509 when it does not stop", async () => {
    const served = await serve();
    const wire = await wireOf(served);
    const faulty = [
      "{",
      "",
      "null",
      "5",
      "[]",
      "[[]]",
      call({ an: "object" }, "query", "rooms.list"),
      { method: "query" },
    ];
    const answers = await wire.say(faulty.length, ...faulty);
    for (const text of answers) expect(JSON.parse(text)).toMatchObject({ id: null, error: { code: -32700 } });
    for (let n = faulty.length; n <= 20; n++) wire.socket.send("{");
    expect(await wire.closed).toBe(4509);
  });

  it("17: cannot reach a prototype, nor nest without end", async () => {
    const served = await serve();
    const wire = await wireOf(served);
    for (const input of [
      '{"roomId":"general","__proto__":{"admin":true}}',
      '{"roomId":"general","event":"dice","data":{"sides":6,"constructor":{"prototype":{"admin":true}}}}',
      `{"roomId":"general","event":"dice","data":${"[".repeat(100)}${"]".repeat(100)}}`,
      `${'{"a":'.repeat(8_000)}1${"}".repeat(8_000)}`,
    ]) {
      const [answer] = await wire.say(1, `{"id":7,"method":"mutation","params":{"path":"trigger","input":${input}}}`);
      expect(JSON.parse(answer ?? "")).toMatchObject({ id: 7, error: { data: { code: "BAD_REQUEST" } } });
      expect(errorOf(answer)).toBe("INVALID_REQUEST");
    }
    expect(({} as { readonly admin?: boolean }).admin).toBeUndefined();
  });

  it("18: gets one small error for thousands of faults", async () => {
    const served = await serve();
    const wire = await wireOf(served);
    const events = upTo(8_000).map(() => 0);
    const [answer] = await wire.say(1, call(1, "query", "history", { ...general, events }));
    expect(errorOf(answer)).toBe("INVALID_REQUEST");
    expect(answer?.length).toBeLessThan(4_096);
  });
});

describe("a client that is silent", () => {
  it("25: is asked for a sign of life, and cut when none comes", async () => {
    const clock = skippingClock();
    const served = await serve({ clock });
    const [dead, alive] = [await wireOf(served), await wireOf(served, "bob")];
    for (const wire of [dead, alive]) await wire.say(1, call(1, "query", "rooms.list"));
    clock.skip(15_000);
    expect(await dead.texts.take(1)).toEqual(["PING"]);
    expect(await alive.say(2, "PONG", "PING")).toEqual(["PING", "PONG"]);
    clock.skip(10_000);
    expect(await dead.closed).toBe(1006);
    expect(errorOf((await alive.say(1, call(2, "query", "rooms.list")))[0])).toBeUndefined();
  });
});
