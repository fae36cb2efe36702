import { createHmac, randomUUID } from "node:crypto";
import { SignJWT } from "jose";
import { describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { createDialogue, DialogueError } from "../src/index.ts";
import { Dice, make, openSocketClient, type Served, serve } from "./support/chat.ts";
import { inbox } from "./support/inbox.ts";
import { skippingClock } from "./support/skipping-clock.ts";

const secret = "a secret of more than thirty-two characters";
const general = { roomId: "general" };

describe("a token", () => {
  it.each([
    ["none at all", async () => ""],
    ["garbage", async () => "not.a.token"],
    ["one that has expired", async ({ token }: Served) => token("ann", -1_000)],
    ["one signed by another", () => signed({ key: "another secret of more than thirty-two characters" })],
    ["one without a signature", async () => unsigned()],
    ["one for another audience", () => signed({ audience: "elsewhere" })],
    ["one of another issuer", () => signed({ issuer: "elsewhere" })],
    ["one without an expiry", () => signed({ expires: false })],
    ["one by another algorithm", () => signed({ algorithm: "HS512" })],
    ["one that is older than any may be", () => signed({ issuedAt: Date.now() / 1000 - 90_000 })],
    ["one that names the server", () => signed({ subject: "system" })],
    ["one that names nobody", () => signed({ subject: "" })],
    ["one whose id is too long", () => signed({ subject: "x".repeat(129) })],
  ])("is refused: %s", async (_, tokenOf) => {
    const served = await serve();
    const token = await tokenOf(served);
    const answers = inbox<string>();
    const socket = openSocket(`${served.wsUrl}?connectionParams=1`);
    socket.onText(answers.push);
    await socket.opened;
    socket.send({ method: "connectionParams", data: token === "" ? null : { token } });
    socket.send({ id: 1, method: "query", params: { path: "rooms.list" } });
    expect(await socket.closed).toEqual({ code: 4501, reason: "cannot connect" });
    const errors = answers.all.map((text) => JSON.parse(text));
    expect(errors).toMatchObject([{ id: null }, { id: 1 }].slice(0, errors.length));
    for (const { error } of errors) expect(error.data.dialogue.code).toBe("UNAUTHENTICATED");
    expect(errors.length).toBeGreaterThan(0);
    if (token !== "") expect(answers.all.join()).not.toContain(token);
    const header = await upgrade(served.wsUrl, token === "" ? {} : { authorization: `Bearer ${token}` });
    expect(header).toBe(401);
    const http = await fetch(`${served.dialogue.url}/trpc/rooms.list`, {
      headers: { authorization: `Bearer ${token}` },
    });
    expect(http.status).toBe(401);
  });

  it("S2: never becomes anybody's id", async () => {
    const { socket, token } = await serve();
    const ann = await socket("ann", { token: await token("ann") });
    const { user } = await ann.trpc.connect.mutate();
    expect(user.id).toBe("ann");
    const sent = await ann.trpc.trigger.mutate({ ...general, event: "dice", data: { sides: 6 } });
    expect(sent.from).toBe("ann");
  });

  it("S11: closes its socket with 4003 when it expires, and a client with a new one goes on", async () => {
    const clock = skippingClock();
    const served = await serve({ clock });
    const session = "session-of-ann-01";
    const ann = await openSocketClient(served.wsUrl, async () => ({
      ...{ session, token: await served.token("ann", 60_000) },
    }));
    const heard = ann.follow("messages", general);
    await heard.frames.next();
    clock.skip(61_000);
    expect(await ann.closes.next()).toEqual({ code: 4003, reason: expect.any(String) });
    expect(await ann.trpc.connect.mutate()).toMatchObject({ sessionId: session, resumed: true });
    await served.dialogue.trigger("general", Dice, { sides: 6 });
    const events = async (): Promise<number> => {
      const frame = await heard.frames.next();
      return frame.data.type === "event" ? frame.data.event.seq : events();
    };
    expect(await events()).toBe(1);
  });

  it("S11: ends its event stream when it expires", async () => {
    const clock = skippingClock();
    const { dialogue, token, reported } = await serve({ clock });
    const headers = { authorization: `Bearer ${await token("ann", 60_000)}`, accept: "text/event-stream" };
    const url = `${dialogue.url}/trpc/messages?input=${encodeURIComponent(JSON.stringify(general))}`;
    const response = await fetch(url, { headers });
    clock.skip(61_000);
    const text = await response.text();
    expect(reported).toEqual([]);
    // With neither word an EventSource comes back by itself.
    expect(text).not.toContain("event: return");
    expect(text).not.toContain("event: serialized-error");
  });

  it("is issued for an id that may be one only, under a secret that is long enough", async () => {
    const { dialogue } = make();
    await expect(dialogue.issueToken({ id: "system" })).rejects.toThrow(DialogueError);
    await expect(dialogue.issueToken({ id: "" })).rejects.toThrow(DialogueError);
    expect(() => createDialogue({ rooms: {}, secret: "short" })).toThrow("cannot use the secret");
  });
});

describe("an application's authenticate", () => {
  it("may read what it likes of the request, and is who decides", async () => {
    const { dialogue, wsUrl } = await serve({
      authenticate: ({ headers }) => (headers.cookie === "who=ann" ? { id: "ann" } : undefined),
    });
    expect(await upgrade(wsUrl, { cookie: "who=ann" })).toBe(101);
    expect(await upgrade(wsUrl, { cookie: "who=eve" })).toBe(401);
    const answer = await fetch(`${dialogue.url}/trpc/rooms.list`, { headers: { cookie: "who=ann" } });
    expect(answer.status).toBe(200);
  });

  it("S10: sees the cookies of another site's page only where credentials are allowed", async () => {
    const authenticate = ({ headers }: { readonly headers: { readonly cookie?: string | undefined } }) =>
      headers.cookie === "who=ann" ? { id: "ann" } : undefined;
    const page = { cookie: "who=ann", origin: "https://evil.example" };
    const statusesFor = async (cors: true | { readonly origin: true; readonly credentials: true }) => {
      const { dialogue, wsUrl } = await serve({ authenticate, cors });
      const own = { cookie: "who=ann", origin: dialogue.url };
      const ask = (headers: Record<string, string>) => fetch(`${dialogue.url}/trpc/rooms.list`, { headers });
      const [foreign, ours] = [await ask(page), await ask(own)];
      return [foreign.status, await upgrade(wsUrl, page), ours.status, await upgrade(wsUrl, own)];
    };
    expect(await statusesFor(true)).toEqual([401, 401, 200, 101]);
    expect(await statusesFor({ origin: true, credentials: true })).toEqual([200, 101, 200, 101]);
  });

  it.each([
    ["throws", () => Promise.reject(new Error("no such table: users"))],
    [
      "throws at once",
      () => {
        throw new Error("no such table: users");
      },
    ],
    ["answers what is no user", () => ({ id: 7 }) as never],
    ["answers nothing", () => undefined],
    ["answers an identity that lapses at no known time", () => ({ id: "ann", expiresAt: Number.NaN })],
  ])("refuses when it %s, without its words", async (_, authenticate) => {
    const { dialogue } = await serve({ authenticate });
    const answer = await fetch(`${dialogue.url}/trpc/rooms.list`);
    const text = await answer.text();
    expect(answer.status).toBe(401);
    expect(text).not.toContain("table");
  });
});

describe("a socket", () => {
  it("that never sends its connectionParams is closed with 4502", async () => {
    const clock = skippingClock();
    const served = await serve({ clock });
    const socket = openSocket(`${served.wsUrl}?connectionParams=1`);
    await socket.opened;
    clock.skip(10_000);
    expect(await socket.closed).toMatchObject({ code: 4502 });
  });

  it("beyond the sessions that a user may have is closed with 4504", async () => {
    const { socket } = await serve({ limits: { sessionsPerUser: 1 } });
    const first = await socket("ann");
    await first.trpc.connect.mutate();
    const second = await socket("ann");
    await expect(second.trpc.connect.mutate()).rejects.toThrow();
    expect(await second.closes.next()).toMatchObject({ code: 4504 });
  });

  it("S10: from another site's page is refused with 403", async () => {
    const { wsUrl, token, dialogue } = await serve({ cors: { origin: ["https://chat.example"] } });
    const authorization = `Bearer ${await token("ann")}`;
    expect(await upgrade(wsUrl, { authorization, origin: "https://evil.example" })).toBe(403);
    expect(await upgrade(wsUrl, { authorization, origin: "null" })).toBe(403);
    expect(await upgrade(wsUrl, { authorization, origin: "https://chat.example" })).toBe(101);
    expect(await upgrade(wsUrl, { authorization, origin: dialogue.url })).toBe(101);
    expect(await upgrade(wsUrl, { authorization })).toBe(101);
  });

  it("at another path is refused with 404", async () => {
    const { wsUrl } = await serve();
    expect(await upgrade(`${wsUrl}/more`, {})).toBe(404);
    expect(await upgrade(wsUrl.replace("/trpc", "/"), {})).toBe(404);
  });

  it("whose request makes no URL is refused with 400", async () => {
    const { wsUrl, token, logged } = await serve();
    const headers = { authorization: `Bearer ${await token("ann")}`, host: "no host [" };
    expect(await upgrade(wsUrl, headers)).toBe(400);
    expect(logged.filter(({ level }) => level === "error")).toEqual([]);
  });

  it("is closed with 1009 for a frame beyond the limit, and others do not notice", async () => {
    const { wsUrl, token, socket: client, logged } = await serve();
    const bob = await client("bob");
    await bob.trpc.connect.mutate();
    const socket = openSocket(wsUrl, { authorization: `Bearer ${await token("ann")}` });
    await socket.opened;
    socket.raw.send("x".repeat(65_537));
    expect(await socket.closed).toMatchObject({ code: 1009 });
    expect(await bob.trpc.rooms.list.query()).toHaveLength(2);
    expect(logged.filter(({ level }) => level === "error")).toEqual([]);
  });

  it("may say what it likes: the process lives", async () => {
    const { wsUrl, token, socket: client, logged } = await serve();
    const authorization = `Bearer ${await token("ann")}`;
    const deep = `${"[".repeat(30_000)}${"]".repeat(30_000)}`;
    const call = (input: unknown, path: unknown = "trigger") =>
      JSON.stringify({ id: 1, method: "mutation", params: { path, input } });
    const frames = [
      ...["", "{", "null", "[]", "[[]]", "7", '"text"', "{}", deep, '{"id":1}', '{"id":{},"method":"query"}'],
      ...[
        '{"id":1,"method":"nothing"}',
        '{"id":null,"method":"query","params":{"path":"rooms.list"}}',
        '{"method":"subscription.stop","id":9}',
      ],
      ...[
        call(null),
        call([]),
        call({ roomId: 7 }),
        call({ ...general, event: "message", data: null }),
        call({}, 7),
        call({}, "__proto__.polluted"),
      ],
      ...[
        call({ ...general, event: "constructor", data: {} }),
        `{"id":1,"method":"mutation","params":{"path":"trigger","input":{"roomId":"general","event":"dice","data":{"sides":6,"__proto__":{"a":1}}}}}`,
      ],
      ...[
        `{"id":1,"method":"mutation","params":{"path":"trigger","input":{"roomId":"general","event":"dice","data":{"sides":6},"meta":{"deep":${deep}}}}}`,
      ],
      ...[
        JSON.stringify({
          id: 1,
          method: "subscription",
          params: { path: "messages", input: { ...general, cursor: "99999999999999999999.zz" } },
        }),
      ],
      ...[
        JSON.stringify({
          id: 1,
          method: "subscription",
          params: { path: "messages", input: { ...general, cursor: "999999.deadbeef" } },
        }),
      ],
      ...[
        JSON.stringify({
          id: 1,
          method: "subscription",
          params: { path: "messages", input: general, lastEventId: "\n" },
        }),
      ],
    ];
    expect(frames.length).toBeGreaterThanOrEqual(20);
    for (const frame of frames) {
      const socket = openSocket(wsUrl, { authorization });
      await socket.opened;
      socket.raw.send(frame);
      socket.raw.send("PING");
      await socket.ponged;
      socket.raw.send(Buffer.from(frame));
      expect(await socket.closed).toMatchObject({ code: 1003 });
    }
    const bob = await client("bob");
    expect(await bob.trpc.rooms.list.query()).toHaveLength(2);
    expect(logged.filter(({ level }) => level === "error")).toEqual([]);
  });
});

function signed(claims: {
  readonly key?: string;
  readonly audience?: string;
  readonly issuer?: string;
  readonly subject?: string;
  readonly algorithm?: string;
  readonly issuedAt?: number;
  readonly expires?: boolean;
}): Promise<string> {
  const { key = secret, audience = "dialogue", issuer = "dialogue", subject = "ann" } = claims;
  const token = new SignJWT({ jti: randomUUID() })
    .setProtectedHeader({ alg: claims.algorithm ?? "HS256" })
    .setSubject(subject)
    .setAudience(audience)
    .setIssuer(issuer)
    .setIssuedAt(claims.issuedAt ?? Date.now() / 1000);
  if (claims.expires !== false) token.setExpirationTime("1h");
  return token.sign(new TextEncoder().encode(key));
}

function unsigned(): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const now = Math.floor(Date.now() / 1000);
  const claims = { sub: "ann", iss: "dialogue", aud: "dialogue", iat: now, exp: now + 3600 };
  // A signature that would be right, under a header that says there is none.
  const body = `${part({ alg: "none", typ: "JWT" })}.${part(claims)}`;
  return `${body}.${createHmac("sha256", secret).update(body).digest("base64url")}`;
}

/** The status with which an upgrade is answered. */
async function upgrade(url: string, headers: Record<string, string>): Promise<number | undefined> {
  const statuses = inbox<number | undefined>();
  const socket = new WebSocket(url, { headers });
  socket.on("upgrade", (response) => statuses.push(response.statusCode));
  socket.on("unexpected-response", (_, response) => statuses.push(response.statusCode));
  socket.on("error", () => undefined);
  const status = await statuses.next();
  socket.terminate();
  return status;
}

function openSocket(url: string, headers: Record<string, string> = {}) {
  const raw = new WebSocket(url, { headers });
  const texts: ((text: string) => void)[] = [];
  const ponged = new Promise<void>((resolve) => texts.push((text) => text === "PONG" && resolve()));
  raw.on("error", () => undefined);
  raw.on("message", (data) => {
    for (const take of texts) take(data.toString());
  });
  return {
    raw,
    ponged,
    onText: (take: (text: string) => void) => texts.push(take),
    send: (message: object) => raw.send(JSON.stringify(message)),
    opened: new Promise<void>((resolve) => raw.once("open", () => resolve())),
    closed: new Promise<{ readonly code: number; readonly reason: string }>((resolve) =>
      raw.once("close", (code, reason) => resolve({ code, reason: reason.toString() })),
    ),
  };
}
