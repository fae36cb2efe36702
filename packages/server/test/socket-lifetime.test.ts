import { connect } from "node:net";
import { describe, expect, it } from "vitest";
import { atEnd, Dice, type Served, serve } from "./support/chat.ts";
import { inbox } from "./support/inbox.ts";
import { openRawSocket } from "./support/raw-socket.ts";
import { skippingClock } from "./support/skipping-clock.ts";
import { openWire } from "./support/two-transports.ts";

const hourMs = 3_600_000;
const general = { roomId: "general" };
const call = (id: number, method: string, path: string, input?: unknown) => ({ id, method, params: { path, input } });

async function wireOf(served: Served, userId = "ann") {
  const wire = await openWire(`${served.wsUrl}?connectionParams=1`);
  wire.socket.send(JSON.stringify({ method: "connectionParams", data: { token: await served.token(userId, hourMs) } }));
  return wire;
}

/** Writes to the server's port, and resolves with all that it answers. */
function talk(served: Served, text: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(served.dialogue.port, "localhost", () => socket.write(text));
    let answer = "";
    socket.on("data", (bytes) => {
      answer += bytes.toString();
    });
    socket.on("error", () => undefined);
    socket.on("close", () => resolve(answer));
  });
}

const upgradeOf = (token: string, path = "/trpc", ...headers: readonly string[]) =>
  [
    `GET ${path} HTTP/1.1`,
    ...["host: localhost", "upgrade: websocket", "connection: Upgrade", "sec-websocket-version: 13"],
    ...["sec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==", `authorization: Bearer ${token}`, ...headers, "", ""],
  ].join("\r\n");

describe("a socket that is not used", () => {
  it("is closed with 4001, and one that has a subscription or asks for something is not", async () => {
    const clock = skippingClock();
    const served = await serve({ clock, limits: { pingMs: 60_000, idleMs: 60_000 } });
    const [idle, follower, asking] = [await wireOf(served), await wireOf(served, "bob"), await wireOf(served, "cy")];
    await idle.say(1, call(1, "query", "rooms.list"));
    await follower.say(2, call(1, "subscription", "messages", general));
    await asking.say(1, call(1, "query", "rooms.list"));
    clock.skip(30_000);
    await asking.say(1, call(2, "query", "rooms.list"));
    // A sign of life is no use.
    await idle.say(1, "PING");
    clock.skip(31_000);
    expect(await follower.texts.next()).toBe("PING");
    await follower.say(1, "PONG", call(2, "query", "rooms.list"));
    await asking.say(1, call(3, "query", "rooms.list"));
    clock.skip(29_500);
    expect(await idle.closed).toBe(4001);
    await follower.say(1, call(3, "query", "rooms.list"));
    await asking.say(1, call(4, "query", "rooms.list"));
  });

  it("is closed with 4001 when it is old, whatever it does", async () => {
    const clock = skippingClock();
    const served = await serve({ clock, limits: { socketAgeMs: 100_000, pingMs: 50_000 } });
    const wire = await wireOf(served);
    await wire.say(2, call(1, "subscription", "messages", general));
    clock.skip(50_000);
    expect(await wire.texts.next()).toBe("PING");
    await wire.say(1, call(2, "query", "rooms.list"));
    clock.skip(61_000);
    expect(await wire.closed).toBe(4001);
  });
});

describe("a client that does not do as it is told", () => {
  it("is closed with 4429 when it is refused more often than one that waits", async () => {
    const served = await serve({ limits: { refusalsPerMinute: 10, callsPerUser: { perSecond: 0.001, burst: 1 } } });
    const wire = await wireOf(served);
    for (let id = 1; id <= 12; id++) wire.socket.send(JSON.stringify(call(id, "query", "history", general)));
    expect(await wire.closed).toBe(4429);
    const refused = wire.texts.all.filter((text) => text.includes('"RATE_LIMITED"'));
    expect(refused).toHaveLength(11);
  });

  it("34: is closed with 4008 when a message that it began does not end in time", async () => {
    const clock = skippingClock();
    const served = await serve({ clock });
    const slow = await openRawSocket(served.wsUrl, await served.token("ann"));
    const whole = await wireOf(served, "bob");
    await whole.say(1, call(1, "query", "rooms.list"));
    slow.write(Buffer.from([0x81, 0x85, 0, 0, 0, 0, 0x41]));
    await served.dialogue.trigger("general", Dice, { sides: 6 });
    await whole.say(1, call(2, "query", "rooms.list"));
    clock.skip(9_000);
    slow.write(Buffer.from([0x42]));
    await whole.say(1, call(3, "query", "rooms.list"));
    clock.skip(1_100);
    expect(await slow.closed).toBe(4008);
    expect(whole.socket.readyState).toBe(whole.socket.OPEN);
  });
});

describe("a close that is never answered", () => {
  it("cuts the connection after closeMs", async () => {
    const clock = skippingClock();
    const limits = { pingMs: 60_000, idleMs: 60_000, closeMs: 50 };
    const served = await serve({ clock, limits, clientAddress: () => "192.0.2.1" });
    const { hostname, port } = new URL(served.wsUrl);
    // Reads the close frame and says nothing: neither a close frame of its own nor the end of its stream.
    const mute = connect({ port: Number(port), host: hostname, allowHalfOpen: true });
    atEnd(() => mute.destroy());
    mute.on("error", () => undefined);
    const received = inbox<Buffer>();
    mute.on("data", (bytes) => received.push(bytes));
    const cut = new Promise<void>((resolve) => mute.once("end", resolve));
    mute.write(upgradeOf(await served.token("ann")));
    expect((await received.next()).toString()).toMatch(/^HTTP\/1\.1 101/);
    clock.skip(61_000);
    const closeFrame = 0x88;
    while (!Buffer.concat(received.all).includes(closeFrame)) await received.next();
    await cut;
  });
});

describe("an upgrade", () => {
  it("5: with headers too large is refused with 431, one that drips with 408, and others do not notice", async () => {
    const served = await serve({ limits: { headersMs: 200, requestMs: 200 } });
    const token = await served.token("ann");
    expect(await talk(served, upgradeOf(token, "/trpc", `x-large: ${"x".repeat(9_000)}`))).toMatch(/^HTTP\/1\.1 431/);
    const many = Array.from({ length: 2_000 }, (_, n) => `x-${n}: ${n}`);
    expect(await talk(served, upgradeOf(token, "/trpc", ...many))).toMatch(/^HTTP\/1\.1 431/);
    expect(await talk(served, "GET /trpc HTTP/1.1\r\nhost: local")).toMatch(/^HTTP\/1\.1 408/);
    const wire = await wireOf(served, "bob");
    expect(await wire.say(1, call(1, "query", "rooms.list"))).toHaveLength(1);
  });

  it("6: from an address that has too many is refused with 429, and accepted when one of them has gone", async () => {
    const served = await serve({
      limits: { socketsPerAddress: 2 },
      clientAddress: ({ headers }) => headers["x-real-ip"],
    });
    const token = await served.token("ann");
    const from = (address: string) => openRawSocket(served.wsUrl, token, [`x-real-ip: ${address}`]);
    const [first] = [await from("192.0.2.1"), await from("192.0.2.1")];
    expect((await from("192.0.2.1")).head).toMatch(/^HTTP\/1\.1 429/);
    expect((await from("192.0.2.2")).head).toMatch(/^HTTP\/1\.1 101/);
    first?.write(Buffer.from([0x88, 0x80, 0, 0, 0, 0]));
    await first?.closed;
    expect((await from("192.0.2.1")).head).toMatch(/^HTTP\/1\.1 101/);
  });

  it("6: is refused with 503 and told when to come again, when the node is full or too many come at once", async () => {
    const full = await serve({ limits: { socketsPerNode: 1 } });
    const crowded = await serve({ limits: { upgrades: { perSecond: 0.001, burst: 1 } } });
    for (const served of [full, crowded]) {
      const token = await served.token("ann");
      expect((await openRawSocket(served.wsUrl, token)).head).toMatch(/^HTTP\/1\.1 101/);
      const { head } = await openRawSocket(served.wsUrl, token);
      expect(head).toMatch(/^HTTP\/1\.1 503/);
      const seconds = Number(/retry-after: (\d+)/.exec(head)?.[1]);
      expect(seconds).toBeGreaterThanOrEqual(1);
      expect(seconds).toBeLessThanOrEqual(30);
    }
  });

  it("7: of another path is refused with 404, and its connection ended", async () => {
    const served = await serve();
    expect(await talk(served, upgradeOf(await served.token("ann"), "/elsewhere"))).toMatch(/^HTTP\/1\.1 404/);
  });

  it("of another version of the protocol is refused with 400", async () => {
    const served = await serve();
    const text = upgradeOf(await served.token("ann")).replace("version: 13", "version: 7");
    expect(await talk(served, text)).toMatch(/^HTTP\/1\.1 400/);
  });
});
