import { request } from "node:http";
import { describe, expect, it } from "vitest";
import { Dice, serve } from "./support/chat.ts";
import { inbox } from "./support/inbox.ts";

const general = { roomId: "general" };

describe("an unmodified @trpc/client over HTTP", () => {
  it("batches calls, each answered on its own", async () => {
    const { http } = await serve();
    const ann = await http("ann");
    const [list, missing, sent] = await Promise.allSettled([
      ann.trpc.rooms.list.query(),
      ann.trpc.rooms.get.query({ roomId: "nowhere" }),
      ann.trpc.trigger.mutate({ ...general, event: "dice", data: { sides: 6 } }),
    ]);
    expect(list).toMatchObject({ status: "fulfilled", value: [{ id: "general" }, { id: "small" }] });
    expect(missing).toMatchObject({ reason: { data: { httpStatus: 404, dialogue: { code: "ROOM_NOT_FOUND" } } } });
    expect(sent).toMatchObject({ value: { event: "dice", from: "ann", seq: 1 } });
  });

  it("follows a room over an event stream", async () => {
    const { http, dialogue } = await serve();
    const ann = await http("ann");
    const heard = ann.follow("messages", general);
    expect(await heard.frames.next()).toMatchObject({ id: "0.", data: { type: "ready" } });
    await dialogue.trigger("general", Dice, { sides: 6 }, "bob");
    expect(await heard.frames.next()).toMatchObject({ data: { type: "event", event: { from: "bob", seq: 1 } } });
  });

  it("goes on at the last event id when its stream was cut", async () => {
    const { dialogue, token } = await serve();
    for (let sides = 2; sides < 8; sides++) await dialogue.trigger("general", Dice, { sides });
    const { events } = await dialogue.history("general");
    const headers = { authorization: `Bearer ${await token("ann")}` };
    const first = await readStream(
      `${dialogue.url}/trpc/messages?input=${inputOf({ ...general, cursor: "0." })}`,
      headers,
      4,
    );
    expect(first.map(({ id }) => id)).toEqual([
      "0.",
      ...first.slice(1).map(() => expect.stringMatching(/^\d\.\w{8}$/)),
    ]);
    const last = first.at(-1)?.id ?? "";
    const second = await readStream(
      `${dialogue.url}/trpc/messages?input=${inputOf(general)}`,
      { ...headers, "last-event-id": last },
      4,
    );
    const seqs = [...first, ...second].flatMap(({ data }) => (data.type === "event" ? [data.event?.seq] : []));
    expect(seqs).toEqual(events.map(({ seq }) => seq));
  });

  it("is present for as long as its stream is open", async () => {
    const { http, dialogue } = await serve({ limits: { graceMs: 0 } });
    const ann = await http("ann", { session: "session-of-ann-01" });
    const heard = ann.follow("messages", general);
    await heard.frames.next();
    expect(await dialogue.isInRoom("ann", "general")).toBe(true);
    expect(dialogue.getClients("ann").map(({ id }) => id)).toEqual(["session-of-ann-01"]);
    const watcher = (await http("watcher")).follow("presence", general);
    await watcher.frames.next();
    heard.unsubscribe();
    expect(await watcher.frames.next()).toMatchObject({ type: "left", user: { id: "ann" } });
  });

  it("calls in the name of the session that its streams hold", async () => {
    const { http } = await serve();
    const ann = await http("ann", { session: "session-of-ann-01" });
    expect(await ann.trpc.connect.mutate()).toMatchObject({ sessionId: "session-of-ann-01" });
    expect(await ann.trpc.rooms.join.mutate({ roomId: "small" })).toMatchObject({ size: 1 });
    const without = await http("bob");
    await expect(without.trpc.rooms.join.mutate(general)).rejects.toMatchObject({
      data: { dialogue: { code: "INVALID_REQUEST" } },
    });
  });

  it("cannot act in another user's session", async () => {
    const { http } = await serve();
    const ann = await http("ann", { session: "session-of-ann-01" });
    await ann.trpc.connect.mutate();
    const bob = await http("bob", { session: "session-of-ann-01" });
    await expect(bob.trpc.rooms.join.mutate(general)).rejects.toMatchObject({
      data: { dialogue: { code: "INVALID_REQUEST" } },
    });
    const { sessionId, user } = await bob.trpc.connect.mutate();
    expect(user.id).toBe("bob");
    expect(sessionId).not.toBe("session-of-ann-01");
  });

  it("is told UNAUTHENTICATED, with status 401, where it brings no token", async () => {
    const { http } = await serve();
    const nobody = await http(undefined);
    await expect(nobody.trpc.rooms.list.query()).rejects.toMatchObject({
      data: { httpStatus: 401, dialogue: { code: "UNAUTHENTICATED" } },
    });
  });
});

describe("the HTTP server", () => {
  it("answers /healthz, and 404 for what it does not know", async () => {
    const { dialogue } = await serve();
    const health = await fetch(`${dialogue.url}/healthz`);
    expect([health.status, await health.json()]).toEqual([200, { status: "ok" }]);
    expect((await fetch(`${dialogue.url}/trpcx`)).status).toBe(404);
    expect((await fetch(`${dialogue.url}/`)).status).toBe(404);
  });

  it("C15: answers a malformed request at once", async () => {
    const { dialogue, token } = await serve();
    const headers = { authorization: `Bearer ${await token("ann")}`, "content-type": "application/json" };
    const broken = await fetch(`${dialogue.url}/trpc/trigger`, { method: "POST", headers, body: "{" });
    expect([broken.status, await broken.json()]).toMatchObject([
      400,
      { error: { data: { dialogue: { code: "INVALID_REQUEST" } } } },
    ]);
    const empty = await fetch(`${dialogue.url}/trpc/trigger`, { method: "POST", headers, body: "{}" });
    expect([empty.status, await empty.json()]).toMatchObject([
      400,
      { error: { data: { dialogue: { code: "INVALID_REQUEST" } } } },
    ]);
    const unknown = await fetch(`${dialogue.url}/trpc/nothing`, { headers });
    expect([unknown.status, await unknown.json()]).toMatchObject([404, { error: { data: { code: "NOT_FOUND" } } }]);
  });

  it("answers 400 to a request that makes no URL, and reports nothing", async () => {
    const { dialogue, logged } = await serve();
    const statuses = inbox<number | undefined>();
    const url = `${dialogue.url}/trpc/rooms.list`;
    request(url, { headers: { host: "no host [" } }, (response) => statuses.push(response.resume().statusCode)).end();
    expect(await statuses.next()).toBe(400);
    expect(logged.filter(({ level }) => level === "error")).toEqual([]);
  });

  it("refuses a body larger than the limit with 413, whether it says so or not", async () => {
    const { dialogue, token } = await serve();
    const headers = { authorization: `Bearer ${await token("ann")}`, "content-type": "application/json" };
    const body = JSON.stringify({ ...general, event: "message", data: { text: "x".repeat(70_000) } });
    const said = await fetch(`${dialogue.url}/trpc/trigger`, { method: "POST", headers, body });
    expect([said.status, await said.json()]).toMatchObject([
      413,
      { error: { data: { dialogue: { code: "PAYLOAD_TOO_LARGE" } } } },
    ]);
    const url = `${dialogue.url}/trpc/trigger`;
    const unsaid = await postInChunks(url, { ...headers, "transfer-encoding": "chunked" }, body);
    expect(unsaid).toBe(413);
  });

  it("S10: lets only pages of its own origin read, unless told otherwise", async () => {
    const { dialogue, token } = await serve({ cors: { origin: ["https://chat.example"], credentials: true } });
    const headers = { authorization: `Bearer ${await token("ann")}` };
    const ask = (origin: string) => fetch(`${dialogue.url}/trpc/rooms.list`, { headers: { ...headers, origin } });
    const foreign = await ask("https://evil.example");
    expect(foreign.status).toBe(403);
    expect(foreign.headers.get("access-control-allow-origin")).toBeNull();
    const own = await ask(dialogue.url);
    expect([own.status, own.headers.get("access-control-allow-origin")]).toEqual([200, null]);
    const listed = await ask("https://chat.example");
    expect(listed.status).toBe(200);
    expect(listed.headers.get("access-control-allow-origin")).toBe("https://chat.example");
    expect(listed.headers.get("access-control-allow-credentials")).toBe("true");
    const asked = { origin: "https://chat.example", "access-control-request-method": "POST" };
    const preflight = await fetch(`${dialogue.url}/trpc/trigger`, { method: "OPTIONS", headers: asked });
    expect([preflight.status, preflight.headers.get("access-control-allow-headers")]).toEqual([
      204,
      expect.stringContaining("x-dialogue-session"),
    ]);
  });

  it("S10: never reflects an origin together with credentials by default", async () => {
    const { dialogue } = await serve();
    const answer = await fetch(`${dialogue.url}/trpc/rooms.list`, { headers: { origin: "https://evil.example" } });
    expect(answer.status).toBe(403);
    expect([...answer.headers.keys()].filter((name) => name.startsWith("access-control"))).toEqual([]);
  });
});

interface StreamedFrame {
  readonly id: string | undefined;
  readonly data: { readonly type: string; readonly event?: { readonly seq: number } };
}

/** The first frames of an event stream, read as bytes, and then cut. */
async function readStream(url: string, headers: Record<string, string>, count: number): Promise<StreamedFrame[]> {
  const cut = new AbortController();
  const response = await fetch(url, { headers: { ...headers, accept: "text/event-stream" }, signal: cut.signal });
  const frames: StreamedFrame[] = [];
  let text = "";
  for await (const chunk of response.body ?? []) {
    text += Buffer.from(chunk).toString();
    const blocks = text.split("\n\n\n");
    text = blocks.pop() ?? "";
    for (const block of blocks) frames.push(...frameOf(block));
    if (frames.length >= count) break;
  }
  cut.abort();
  return frames.slice(0, count);
}

function frameOf(block: string): StreamedFrame[] {
  const field = (name: string) => new RegExp(`^${name}: (.*)$`, "m").exec(block)?.[1];
  const data = field("data");
  return field("event") !== undefined || !data ? [] : [{ id: field("id"), data: JSON.parse(data) }];
}

function inputOf(input: object): string {
  return encodeURIComponent(JSON.stringify(input));
}

async function postInChunks(url: string, headers: Record<string, string>, body: string): Promise<number | undefined> {
  const statuses = inbox<number | undefined>();
  const sent = request(url, { method: "POST", headers }, (response) => statuses.push(response.resume().statusCode));
  sent.on("error", () => statuses.push(undefined));
  sent.write(body.slice(0, 40_000));
  sent.end(body.slice(40_000));
  return statuses.next();
}
