import { type ErrorCode, errorCodes, Message } from "@dialogue/events";
import { createProxy } from "@dialogue/testkit/proof";
import fc from "fast-check";
import { afterEach, expect, test, vi } from "vitest";
import { WebSocket } from "ws";
import { createClient } from "../src/client.ts";
import type { DialogueClient } from "../src/dialogue-client.ts";
import type { DraftStore, KeptDraft, OpenDraftStore } from "../src/draft-store.ts";
import { memoryDrafts } from "../src/memory-drafts.ts";
import { newId } from "../src/new-id.ts";
import { draftOf } from "./draft-store-contract.ts";
import { clientOf, hasty, logOf, say, serve, textOf, until } from "./harness.ts";
import { createManualClock } from "./manual-clock.ts";
import { scriptedServer } from "./scripted-server.ts";

const endings: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

async function served(...settings: Parameters<typeof serve>) {
  const dialogue = await serve(...settings);
  endings.push(() => dialogue.stop());
  return dialogue;
}

async function proxied(port: number) {
  const proxy = await createProxy(port);
  endings.push(() => proxy.close());
  return proxy;
}

async function madeClient(...args: Parameters<typeof clientOf>): Promise<DialogueClient> {
  const client = await clientOf(...args);
  // What fails is looked at where a test is about it.
  client.onError(() => undefined);
  endings.push(() => client.disconnect());
  return client;
}

/** What a user's outbox shows: `a (pending)`, `b (TIMEOUT)`. */
function shown({ outbox }: DialogueClient): string[] {
  return outbox
    .current()
    .map((event) => `${textOf(event)} (${event.status === "failed" ? event.error.code : event.status})`);
}

function add(client: DialogueClient, text: string, roomId = "general") {
  return client.outbox.add(roomId, { event: "message", data: { text, senderId: client.userId } });
}

/** One store for all addresses that a server has here. */
function sharedDrafts(): OpenDraftStore {
  const drafts = memoryDrafts();
  return (scope) => drafts(scope.split(" ")[1] ?? "");
}

/** A store whose parts can be made to fail. */
function fragileDrafts(broken: Partial<DraftStore>): OpenDraftStore {
  const drafts = memoryDrafts();
  return async (scope) => ({ ...(await drafts(scope)), ...broken });
}

test("what waited when a client ended without a word is sent by the next one, in order, once, under its first id", async () => {
  const dialogue = await served();
  const proxy = await proxied(dialogue.port);
  const drafts = sharedDrafts();
  const ada = await madeClient(dialogue, "ada", { url: proxy.url, drafts });
  await ada.connect();
  const room = await ada.join("general");
  // Accepted, but the answer does not come; the rest is not sent at all.
  let hasArrived = false;
  dialogue.on("general", Message, () => {
    hasArrived = true;
  });
  proxy.muteServer();
  for (const text of ["a", "b", "c"]) void say(ada, room, text);
  await until(() => hasArrived);
  const ids = ada.outbox.current().map(({ id }) => id);
  proxy.setOpen(false);
  proxy.cut();
  const next = await madeClient(dialogue, "ada", { drafts });
  const accepted: string[] = [];
  next.outbox.onAccepted((event) => void accepted.push(event.id));
  await next.connect();
  await until(() => accepted.length === 3);
  expect(accepted).toEqual(ids);
  expect(await logOf(dialogue)).toEqual(["a", "b", "c"]);
  expect(next.outbox.current()).toEqual([]);
});

test("what is triggered before the first connect, and without a room, is kept and sent", async () => {
  const dialogue = await served();
  const drafts = sharedDrafts();
  const ada = await madeClient(dialogue, "ada", { drafts });
  const sent = [add(ada, "a"), add(ada, "b")];
  expect(shown(ada)).toEqual(["a (pending)", "b (pending)"]);
  await ada.connect();
  await Promise.all(sent);
  expect(await logOf(dialogue)).toEqual(["a", "b"]);
  expect(ada.outbox.current()).toEqual([]);
});

test("a draft is in the store before its first try, and out of it after its answer", async () => {
  const dialogue = await served();
  const kept: KeptDraft[] = [];
  const memory = memoryDrafts();
  let store: DraftStore | undefined;
  const drafts: OpenDraftStore = async (scope) => {
    store = await memory(scope);
    // A database takes longer than a socket.
    const add = async (draft: KeptDraft) => {
      for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setTimeout(resolve, 1));
      return (store as DraftStore).add(draft);
    };
    return { ...store, add };
  };
  const proxy = await proxied(dialogue.port);
  const ada = await madeClient(dialogue, "ada", { url: proxy.url, drafts });
  await ada.connect();
  const before: Promise<void>[] = [];
  proxy.onClientBytes((bytes) => {
    // The frames are masked; a trigger is longer than a sign of life.
    if (bytes.length > 100) before.push((store as DraftStore).read().then((read) => void kept.push(...read)));
  });
  await add(ada, "a");
  await Promise.all(before);
  expect(kept.map(({ data }) => data)).toEqual([{ text: "a", senderId: "ada" }]);
  const token = await dialogue.issueToken({ id: "ada" });
  expect(JSON.stringify(kept)).not.toContain(token.split(".")[2]);
  expect(Object.keys(kept[0] ?? {}).sort()).toEqual(["data", "event", "id", "place", "roomId", "timestamp"]);
  await until(() => ada.outbox.current().length === 0);
  await store?.read().then((read) => expect(read).toEqual([]));
});

test("what is older than its time is not sent but shown as failed, and sent when asked for", async () => {
  const dialogue = await served();
  const clock = createManualClock();
  const options = { drafts: sharedDrafts(), triggerMs: 60_000 };
  const ada = await madeClient(dialogue, "ada", options, { ...hasty, clock });
  const sent = add(ada, "old").catch((error) => error.code);
  clock.move(59_999);
  expect(shown(ada)).toEqual(["old (pending)"]);
  clock.move(1);
  expect(shown(ada)).toEqual(["old (TIMEOUT)"]);
  expect(await sent).toBe("TIMEOUT");
  await ada.connect();
  await add(ada, "new");
  expect(await logOf(dialogue)).toEqual(["new"]);
  for (const event of ada.outbox.current()) ada.outbox.retry(event);
  expect(shown(ada)).toEqual(["old (pending)"]);
  await until(() => ada.outbox.current().length === 0);
  expect(await logOf(dialogue)).toEqual(["new", "old"]);
});

/** A store of Ada's that holds these drafts from an earlier page. */
async function keptBefore(...kept: KeptDraft[]): Promise<OpenDraftStore> {
  const drafts = sharedDrafts();
  const store = await drafts("server ada");
  for (const draft of kept) await store.add(draft);
  return drafts;
}

function saidBy(userId: string, text: string, change: Partial<KeptDraft> = {}): KeptDraft {
  return { ...draftOf(text), data: { text, senderId: userId }, timestamp: Date.now(), ...change };
}

test("after a restart an old draft is failed and reported, a young one is sent, a failed one waits for a word", async () => {
  const dialogue = await served();
  const failure = { code: "PERMISSION_DENIED", message: "cannot trigger: not now", retry: false } as const;
  const drafts = await keptBefore(
    saidBy("ada", "old", { timestamp: Date.now() - 60_000 }),
    saidBy("ada", "refused", { failure }),
    saidBy("ada", "young"),
  );
  const ada = await madeClient(dialogue, "ada", { drafts });
  const errors: string[] = [];
  ada.onError(({ code }) => void errors.push(code));
  await ada.connect();
  await until(() => shown(ada).length === 2);
  expect(shown(ada)).toEqual(["old (TIMEOUT)", "refused (PERMISSION_DENIED)"]);
  expect(errors).toEqual(["TIMEOUT"]);
  expect(await logOf(dialogue)).toEqual(["young"]);
  for (const event of ada.outbox.current()) ada.outbox.discard(event);
  expect(ada.outbox.current()).toEqual([]);
  const next = await madeClient(dialogue, "ada", { drafts });
  await next.connect();
  await add(next, "later");
  expect(next.outbox.current()).toEqual([]);
  expect(await logOf(dialogue)).toEqual(["young", "later"]);
});

test("a draft of a room that is gone is refused and said, and holds up no other room", async () => {
  const dialogue = await served();
  const drafts = await keptBefore(saidBy("ada", "lost", { roomId: "gone" }), saidBy("ada", "fine"));
  const ada = await madeClient(dialogue, "ada", { drafts });
  const errors: string[] = [];
  ada.onError(({ code }) => void errors.push(code));
  await ada.connect();
  await until(() => shown(ada).join() === "lost (ROOM_NOT_FOUND)");
  expect(errors).toEqual(["ROOM_NOT_FOUND"]);
  await until(() => shown(ada).length === 1);
  expect(await logOf(dialogue)).toEqual(["fine"]);
});

test("another user's drafts are neither shown nor sent, and wait for their user", async () => {
  const dialogue = await served();
  const drafts = await keptBefore(saidBy("ada", "of ada"));
  const bob = await madeClient(dialogue, "bob", { drafts });
  await bob.connect();
  await add(bob, "of bob");
  expect(bob.outbox.current()).toEqual([]);
  expect(await logOf(dialogue)).toEqual(["of bob"]);
  const ada = await madeClient(dialogue, "ada", { drafts });
  await ada.connect();
  await until(() => ada.outbox.current().length === 0);
  await add(ada, "more");
  expect(await logOf(dialogue)).toEqual(["of bob", "of ada", "more"]);
});

test("a client whose user changes leaves the first one's drafts behind", async () => {
  const dialogue = await served();
  const proxy = await proxied(dialogue.port);
  const drafts = sharedDrafts();
  let user = "ada";
  const auth = async () => ({ token: await dialogue.issueToken({ id: user }) });
  const client = createClient({ url: proxy.url, auth, WebSocket, drafts }, hasty);
  endings.push(() => client.disconnect());
  await client.connect();
  proxy.setOpen(false);
  proxy.cut();
  await until(() => client.state === "connecting");
  const refused = client.outbox
    .add("general", { event: "message", data: { text: "of ada", senderId: "ada" } })
    .catch((error) => error.code);
  user = "bob";
  proxy.setOpen(true);
  expect(await refused).toBe("UNAUTHENTICATED");
  expect(client.outbox.current()).toEqual([]);
  await client.outbox.add("general", { event: "message", data: { text: "of bob", senderId: "bob" } });
  expect(await logOf(dialogue)).toEqual(["of bob"]);
  await client.disconnect();
  user = "ada";
  await client.connect();
  await until(() => client.userId === "ada");
  await client.outbox.add("general", { event: "message", data: { text: "ada again", senderId: "ada" } });
  expect(await logOf(dialogue)).toEqual(["of bob", "of ada", "ada again"]);
});

test.each([
  ["cannot be opened", async () => Promise.reject(new Error("blocked"))],
  ["takes nothing", fragileDrafts({ add: () => Promise.reject(new Error("QuotaExceededError")) })],
  ["cannot be read", fragileDrafts({ read: () => Promise.reject(new Error("corrupt")) })],
  ["lets nobody alone", fragileDrafts({ alone: () => Promise.reject(new Error("no locks")) })],
] as [string, OpenDraftStore][])(
  "a store that %s costs the keeping, one warning, and no message",
  async (_, drafts) => {
    const dialogue = await served();
    const warn = vi.spyOn(console, "warn").mockImplementation(() => undefined);
    endings.push(() => warn.mockRestore());
    const ada = await madeClient(dialogue, "ada", { drafts });
    await ada.connect();
    await Promise.all(["a", "b", "c"].map((text) => add(ada, text)));
    await add(ada, "d");
    expect(await logOf(dialogue)).toEqual(["a", "b", "c", "d"]);
    expect(ada.outbox.current()).toEqual([]);
    expect(warn.mock.calls.length).toBeLessThanOrEqual(1);
  },
);

test.each([
  ["opens", () => new Promise<never>(() => undefined)],
  ["adds", fragileDrafts({ add: () => new Promise(() => undefined) })],
] as [string, OpenDraftStore][])("a store that never %s is done without", async (_, drafts) => {
  const dialogue = await served();
  const warn = vi.spyOn(console, "warn").mockImplementation(() => undefined);
  endings.push(() => warn.mockRestore());
  const clock = createManualClock();
  const ada = await madeClient(dialogue, "ada", { drafts }, { ...hasty, clock });
  await ada.connect();
  const sent = add(ada, "a");
  await until(() => {
    clock.move(100);
    return ada.outbox.current().length === 0;
  });
  await sent;
  expect(await logOf(dialogue)).toEqual(["a"]);
  expect(warn).toHaveBeenCalledTimes(1);
});

test("a full outbox lets failed events go first, and then refuses", async () => {
  const dialogue = await served();
  const ada = await madeClient(dialogue, "ada", { outboxSize: 3, drafts: sharedDrafts() });
  await ada.connect();
  const refused = await Promise.allSettled(["", "", ""].map((text) => add(ada, text)));
  expect(refused.map(({ status }) => status)).toEqual(["rejected", "rejected", "rejected"]);
  expect(shown(ada)).toHaveLength(3);
  await add(ada, "a");
  expect(shown(ada)).toHaveLength(2);
  await ada.disconnect();
  const waiting = ["b", "c", "d"].map((text) => add(ada, text));
  await expect(add(ada, "e")).rejects.toMatchObject({ code: "RATE_LIMITED", retry: true });
  waiting.push(add(ada, "of another room", "plans"));
  await ada.connect();
  await Promise.all(waiting);
  expect(await logOf(dialogue)).toEqual(["a", "b", "c", "d"]);
});

test("an id that is on its way is the same event again, and with other data a conflict", async () => {
  const dialogue = await served();
  const ada = await madeClient(dialogue, "ada");
  const id = newId();
  const draft = { id, event: "message", data: { text: "a", senderId: "ada" } };
  const both = [ada.outbox.add("general", draft), ada.outbox.add("general", draft)];
  await expect(ada.outbox.add("general", { ...draft, data: { text: "b", senderId: "ada" } })).rejects.toMatchObject({
    code: "CONFLICT",
  });
  await ada.connect();
  const [one, other] = await Promise.all(both);
  expect(one).toEqual(other);
  expect(await logOf(dialogue)).toEqual(["a"]);
});

test("a failed event that the log holds after all is no failure any more", async () => {
  const dialogue = await served();
  const proxy = await proxied(dialogue.port);
  const ada = await madeClient(dialogue, "ada", { url: proxy.url, triggerMs: 50 });
  await ada.connect();
  const room = await ada.join("general");
  dialogue.on("general", Message, () => {
    proxy.setOpen(false);
    proxy.cut();
  });
  proxy.muteServer();
  await expect(say(ada, room, "a")).rejects.toMatchObject({ code: "TIMEOUT" });
  expect(shown(ada)).toEqual(["a (TIMEOUT)"]);
  proxy.setOpen(true);
  await until(() => ada.outbox.current().length === 0);
  expect(await logOf(dialogue)).toEqual(["a"]);
});

test("disconnect refuses what was triggered, and leaves it as failed for whoever connects next", async () => {
  const dialogue = await served();
  const proxy = await proxied(dialogue.port);
  const drafts = sharedDrafts();
  const ada = await madeClient(dialogue, "ada", { url: proxy.url, drafts });
  await ada.connect();
  proxy.setOpen(false);
  proxy.cut();
  await until(() => ada.state === "connecting");
  const sent = add(ada, "a").catch((error) => error.code);
  await ada.disconnect();
  expect(await sent).toBe("UNAVAILABLE");
  expect(shown(ada)).toEqual(["a (UNAVAILABLE)"]);
  proxy.setOpen(true);
  const next = await madeClient(dialogue, "ada", { url: proxy.url, drafts });
  await next.connect();
  await add(next, "b");
  expect(shown(next)).toEqual(["a (UNAVAILABLE)"]);
  for (const event of next.outbox.current()) next.outbox.retry(event);
  await until(() => next.outbox.current().length === 0);
  expect(await logOf(dialogue)).toEqual(["b", "a"]);
});

test("a server that cannot be reached at first refuses nothing that waits", async () => {
  const dialogue = await served();
  const proxy = await proxied(dialogue.port);
  proxy.setOpen(false);
  const clock = createManualClock();
  const ada = await madeClient(
    dialogue,
    "ada",
    { url: proxy.url, drafts: sharedDrafts() },
    { ...hasty, clock, random: () => 0.5 },
  );
  const sent = add(ada, "a");
  const refusal = ada.connect().catch((error) => error.code);
  await until(() => ada.connection.current().nextTryAt !== undefined);
  clock.move(10_000);
  expect(await refusal).toBe("TIMEOUT");
  expect(shown(ada)).toEqual(["a (pending)"]);
  proxy.setOpen(true);
  await ada.connect();
  await sent;
  expect(await logOf(dialogue)).toEqual(["a"]);
});

const codes = Object.keys(errorCodes) as ErrorCode[];

test.each(codes)("%s is tried again exactly where the table of errors says so", async (code) => {
  let asked = 0;
  const ids = new Set<unknown>();
  const server = await scriptedServer((request) => {
    if (request.path !== "trigger") return;
    ids.add(Reflect.get(Object(request.input), "id"));
    if (++asked === 1) request.refuseCall(code);
    else request.data({ id: "x", roomId: "general", seq: 1, event: "message", data: {}, from: "ada", timestamp: 0 });
  });
  endings.push(() => server.close());
  const client = createClient({ url: server.url, auth: { token: "t" }, WebSocket }, hasty);
  endings.push(() => client.disconnect());
  await client.connect();
  const answer = await client.outbox
    .add("general", { event: "message", data: {} })
    .then(() => "accepted")
    .catch((error) => error.code);
  const isRetried = errorCodes[code].retry;
  expect(answer).toBe(isRetried ? "accepted" : code);
  expect(asked).toBe(isRetried ? 2 : 1);
  expect(ids.size).toBe(1);
  expect(client.outbox.current().map(({ status }) => status)).toEqual(isRetried ? [] : ["failed"]);
});

test("a limit per time is waited out for as long as the server says", async () => {
  let asked = 0;
  const clock = createManualClock();
  const server = await scriptedServer((request) => {
    if (request.path !== "trigger") return;
    if (++asked === 1) request.refuseCall("RATE_LIMITED", 7_000);
    else request.data({ id: "x", roomId: "general", seq: 1, event: "message", data: {}, from: "ada", timestamp: 0 });
  });
  endings.push(() => server.close());
  const client = createClient({ url: server.url, auth: { token: "t" }, WebSocket }, { ...hasty, clock });
  endings.push(() => client.disconnect());
  await client.connect();
  const sent = client.outbox.add("general", { event: "message", data: {} });
  await until(() => asked === 1);
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setTimeout(resolve, 1));
  clock.move(6_999);
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setTimeout(resolve, 1));
  expect(asked).toBe(1);
  clock.move(1);
  await sent;
  expect(asked).toBe(2);
});

/** Clients of one person over one store, each with a network of its own. */
async function tabs(count: number, hasLocks = true) {
  const dialogue = await served();
  const memory = sharedDrafts();
  const drafts: OpenDraftStore = async (scope) => {
    const store = await memory(scope);
    return hasLocks ? store : { ...store, alone: (_, work) => work() };
  };
  const proxies = await Promise.all(Array.from({ length: count }, () => proxied(dialogue.port)));
  const clients = await Promise.all(proxies.map(({ url }) => madeClient(dialogue, "ada", { url, drafts })));
  return { dialogue, drafts, proxies, clients };
}

test("every tab shows what waits in any, and what became of it", async () => {
  const { clients, proxies } = await tabs(2);
  const [here, there] = clients as [DialogueClient, DialogueClient];
  await Promise.all(clients.map((client) => client.connect()));
  for (const proxy of proxies) proxy.setOpen(false);
  for (const proxy of proxies) proxy.cut();
  await until(() => here.state === "connecting" && there.state === "connecting");
  const sent = [add(here, "a"), add(there, "b"), add(here, "")];
  sent.at(-1)?.catch(() => undefined);
  await until(() => shown(there).length === 3 && shown(here).length === 3);
  expect(shown(here).sort()).toEqual([" (pending)", "a (pending)", "b (pending)"]);
  for (const proxy of proxies) proxy.setOpen(true);
  await Promise.all(sent.slice(0, 2));
  await until(() => clients.every((client) => shown(client).join() === " (VALIDATION_FAILED)"));
  for (const event of there.outbox.current()) there.outbox.discard(event);
  await until(() => here.outbox.current().length === 0);
});

test("what a closed tab left is sent by another one that is open, soon", async () => {
  const dialogue = await served();
  const proxy = await proxied(1);
  proxy.setOpen(false);
  const drafts = sharedDrafts();
  const clock = createManualClock();
  const open = await madeClient(dialogue, "ada", { drafts }, { ...hasty, clock });
  await open.connect();
  // It never reaches the server, and nobody hears of it again.
  const closed = await madeClient(dialogue, "ada", { url: proxy.url, drafts });
  void closed.connect();
  for (const text of ["a", "b", "c"]) void add(closed, text);
  await until(() => shown(open).length === 3);
  expect(await logOf(dialogue)).toEqual([]);
  await until(() => {
    clock.move(100);
    return open.outbox.current().length === 0;
  });
  expect(await logOf(dialogue)).toEqual(["a", "b", "c"]);
});

test.each([true, false])(
  "tabs that send from one store lose, double and reorder nothing, cut at any moment (locks: %s)",
  async (hasLocks) => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(1), fc.constantFrom("say", "say", "say", "cut", "mute", "turn")), {
          minLength: 6,
          maxLength: 24,
        }),
        async (acts) => {
          const { dialogue, clients, proxies } = await tabs(2, hasLocks);
          await Promise.all(clients.map((client) => client.connect()));
          const sent: Promise<unknown>[] = [];
          for (const [at, [who, act]] of acts.entries()) {
            const [client, proxy] = [clients[who], proxies[who]];
            if (!client || !proxy) continue;
            if (act === "say") sent.push(add(client, `${who}:${at}`));
            else if (act === "cut") proxy.cut();
            else if (act === "mute") proxy.muteServer();
            else await new Promise((resolve) => setTimeout(resolve, 1));
          }
          // A mute connection looks alive until its sign of life fails to come.
          for (const proxy of proxies) proxy.cut();
          await Promise.all(sent);
          const said = await logOf(dialogue);
          const own = (who: number) => said.filter((text) => text.startsWith(`${who}:`));
          const wanted = (who: number) =>
            acts.flatMap(([by, act], at) => (by === who && act === "say" ? [`${who}:${at}`] : []));
          expect([own(0), own(1)]).toEqual([wanted(0), wanted(1)]);
          await until(() => clients.every((client) => client.outbox.current().length === 0));
          await Promise.all(clients.map((client) => client.disconnect()));
        },
      ),
      { numRuns: 15 },
    );
  },
  120_000,
);

test("what has no JSON form is refused before it enters the outbox, and what follows is sent", async () => {
  const dialogue = await served();
  const ada = await madeClient(dialogue, "ada");
  await ada.connect();
  const circular: Record<string, unknown> = { senderId: "ada" };
  circular.text = circular;
  const draft = { event: "message", data: { text: "a", senderId: "ada" } };
  for (const bad of [
    { event: "message", data: circular },
    { event: "message", data: { text: 1n } },
    { ...draft, meta: { n: 1n } as never },
  ])
    await expect(ada.outbox.add("general", bad)).rejects.toMatchObject({ code: "VALIDATION_FAILED" });
  expect(shown(ada)).toEqual([]);
  const sent = ada.outbox.add("general", draft);
  draft.data.text = "changed meanwhile";
  expect(await sent).toMatchObject({ data: { text: "a" } });
});
