import { memoryLog } from "@dialogue/core";
import { type DialogueError, type DurableEnvelope, Message } from "@dialogue/events";
import { createProxy } from "@dialogue/testkit/proof";
import fc from "fast-check";
import { afterEach, expect, test } from "vitest";
import { WebSocket } from "ws";
import { createClient, type Surroundings } from "../src/client.ts";
import { type Clock, systemClock } from "../src/clock.ts";
import type { DialogueClient } from "../src/dialogue-client.ts";
import { newId } from "../src/new-id.ts";
import { clientOf, collect, hasty, say, serve, textOf, until } from "./harness.ts";

const endings: (() => Promise<unknown>)[] = [];
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

async function connected(...args: Parameters<typeof clientOf>): Promise<DialogueClient> {
  const client = await clientOf(...args);
  endings.push(() => client.disconnect());
  await client.connect();
  return client;
}

const sharedLog = () =>
  memoryLog({ clock: { ...systemClock, soon: (run) => systemClock.after(0, run) }, random: Math.random });

test("an event whose answer was lost is in the log once, and its trigger resolves with it", async () => {
  const dialogue = await served();
  const proxy = await proxied(dialogue.port);
  const ada = await connected(dialogue, "ada", { url: proxy.url });
  const room = await ada.join("general");
  const seen = collect(room);
  const accepted: unknown[] = [];
  dialogue.on("general", Message, () => {
    accepted.push(1);
    proxy.cut();
  });
  // The server's bytes stop first, so that the answer cannot be quicker than the cut.
  proxy.muteServer();
  const event = await say(ada, room, "once");
  await until(() => seen.length === 1);
  expect(seen).toEqual([event]);
  expect(accepted).toEqual([1]);
  expect((await room.getHistory()).events).toHaveLength(1);
});

test("what is triggered while the connection is down is sent in order once it is back", async () => {
  const dialogue = await served();
  const proxy = await proxied(dialogue.port);
  const ada = await connected(dialogue, "ada", { url: proxy.url });
  const room = await ada.join("general");
  const seen = collect(room);
  proxy.setOpen(false);
  proxy.cut();
  await until(() => ada.state === "connecting");
  const sent = ["a", "b", "c"].map((text) => say(ada, room, text));
  proxy.setOpen(true);
  await Promise.all(sent);
  await until(() => seen.length === 3);
  expect(seen.map(textOf)).toEqual(["a", "b", "c"]);
});

test("C2: after a reconnect the client attends its rooms again, where the server had forgotten it", async () => {
  const left: string[] = [];
  const joined: string[] = [];
  const hooks = {
    clients: {
      onJoined: ({ userId }: { readonly userId: string }) => void joined.push(userId),
      onLeft: ({ userId }: { readonly userId: string }) => void left.push(userId),
    },
  };
  const dialogue = await served({ hooks, limits: { graceMs: 0 } });
  const proxy = await proxied(dialogue.port);
  await dialogue.createRoom({ id: "den", name: "Den" });
  const ada = await connected(dialogue, "ada", { url: proxy.url });
  const room = await ada.join({ id: "den" });
  proxy.setOpen(false);
  proxy.cut();
  await until(() => left.length === 1);
  await dialogue.updateRoom({ id: "den" }, { name: "Lair" });
  proxy.setOpen(true);
  await until(() => joined.length === 2);
  const attends = () => dialogue.getClients("ada").some((client) => client.rooms().includes("den"));
  await until(attends);
  await until(() => room.roomName === "Lair");
});

test("typing and presence are empty while the connection is down and whole again after", async () => {
  const dialogue = await served();
  const proxy = await proxied(dialogue.port);
  const ada = await connected(dialogue, "ada", { url: proxy.url });
  const bob = await connected(dialogue, "bob");
  const here = await ada.join("general");
  const there = await bob.join("general");
  const rosters: number[] = [];
  here.presence.subscribe((users) => void rosters.push(users.length));
  here.typing.subscribe(() => undefined);
  await until(() => here.presence.current().length === 2);
  await there.trigger("typing", { isTyping: true });
  await until(() => here.typing.current().length === 1);
  proxy.setOpen(false);
  proxy.cut();
  await until(() => ada.state === "connecting");
  expect(here.presence.current()).toEqual([]);
  expect(here.typing.current()).toEqual([]);
  proxy.setOpen(true);
  await until(() => here.presence.current().length === 2 && here.typing.current().length === 1);
});

test("typing at a lost connection is dropped without a word, another signal is refused", async () => {
  const dialogue = await served();
  const proxy = await proxied(dialogue.port);
  const ada = await connected(dialogue, "ada", { url: proxy.url });
  const room = await ada.join("general");
  proxy.setOpen(false);
  proxy.cut();
  await until(() => ada.state === "connecting");
  expect(await room.trigger("typing", { isTyping: true })).toMatchObject({ event: "typing", from: "ada" });
  await expect(room.trigger("wave", { to: "bob" })).rejects.toMatchObject({ code: "UNAVAILABLE" });
});

test("a restarted server with the same log is resumed from without a loss or a double", async () => {
  const log = sharedLog();
  const first = await serve({ log });
  const proxy = await proxied(first.port);
  const ada = await connected(first, "ada", { url: proxy.url });
  const room = await ada.join("general");
  const seen = collect(room);
  await say(ada, room, "before");
  proxy.setOpen(false);
  await first.stop();
  const second = await served({ log });
  const bob = await connected(second, "bob");
  await say(bob, await bob.join("general"), "meanwhile");
  proxy.setTarget(second.port);
  proxy.setOpen(true);
  await say(ada, room, "after");
  await until(() => seen.length === 3);
  expect(seen.map(textOf)).toEqual(["before", "meanwhile", "after"]);
});

test("a server whose log was lost resets the stream, which goes on live", async () => {
  const first = await serve();
  const proxy = await proxied(first.port);
  const ada = await connected(first, "ada", { url: proxy.url });
  const room = await ada.join("general");
  const seen = collect(room);
  const resets: string[] = [];
  room.onReset(({ reason }) => void resets.push(reason));
  for (const text of ["a", "b", "c"]) await say(ada, room, text);
  await until(() => seen.length === 3);
  proxy.setOpen(false);
  await first.stop();
  const second = await served();
  proxy.setTarget(second.port);
  proxy.setOpen(true);
  await until(() => resets.length > 0);
  await say(ada, room, "new");
  await until(() => seen.length === 4);
  expect(resets).toEqual(["rewound"]);
  expect(seen.map(({ seq }) => seq)).toEqual([1, 2, 3, 1]);
});

test("a trigger waits out the server's limit per time", async () => {
  const dialogue = await served({ limits: { triggersPerUser: { perSecond: 50, burst: 1 } } });
  const ada = await connected(dialogue, "ada");
  const room = await ada.join("general");
  const seen = collect(room);
  await Promise.all(["a", "b", "c"].map((text) => say(ada, room, text)));
  await until(() => seen.length === 3);
  expect(seen.map(textOf)).toEqual(["a", "b", "c"]);
});

test("a refused trigger is its own answer, and those behind it go on", async () => {
  const dialogue = await served();
  const ada = await connected(dialogue, "ada");
  const room = await ada.join("general");
  const answers = await Promise.allSettled([
    say(ada, room, "a"),
    room.trigger("message", { text: "", senderId: "ada" }),
    room.trigger("message", { text: "x", senderId: "bob" }),
    room.trigger("message", { text: 1n }),
    room.trigger("nonsense", {}),
    say(ada, room, "b"),
  ]);
  const codes = answers.map((answer) => (answer.status === "rejected" ? answer.reason.code : "ok"));
  expect(codes).toEqual([
    "ok",
    "VALIDATION_FAILED",
    "VALIDATION_FAILED",
    "VALIDATION_FAILED",
    "EVENT_NOT_ALLOWED",
    "ok",
  ]);
});

test("an event is sent once the one before it was answered", async () => {
  const asked: unknown[] = [];
  let answer: () => void = () => undefined;
  const answered = new Promise<void>((resolve) => {
    answer = resolve;
  });
  const beforeEach = async ({ data }: { readonly data: unknown }) => {
    asked.push(textOf({ data }));
    await answered;
  };
  const dialogue = await served({ hooks: { events: { beforeEach } } });
  const ada = await connected(dialogue, "ada");
  const room = await ada.join("general");
  const said = ["a", "b", "c"].map((text) => say(ada, room, text));
  await until(() => asked.length > 0);
  // What was sent before it has come to the server before its answer.
  await room.getHistory();
  expect(asked).toEqual(["a"]);
  answer();
  await Promise.all(said);
  expect(asked).toEqual(["a", "b", "c"]);
});

test("the same id again is the same event, with other data a conflict", async () => {
  const dialogue = await served();
  const ada = await connected(dialogue, "ada");
  const room = await ada.join("general");
  const id = newId();
  const [first, second] = [await say(ada, room, "a", id), await say(ada, room, "a", id)];
  expect(second).toEqual(first);
  expect(first.id).toBe(id);
  await expect(say(ada, room, "b", id)).rejects.toMatchObject({ code: "CONFLICT" });
});

test("meta travels with the event", async () => {
  const dialogue = await served();
  const ada = await connected(dialogue, "ada");
  const room = await ada.join("general");
  const event = await room.trigger("message", { text: "a", senderId: "ada" }, { meta: { client: "test" } });
  expect(event.meta).toEqual({ client: "test" });
});

test("a full outbox refuses, and a trigger that takes too long is a TIMEOUT", async () => {
  const dialogue = await served();
  const proxy = await proxied(dialogue.port);
  const ada = await connected(dialogue, "ada", { url: proxy.url, outboxSize: 2, triggerMs: 60 });
  const room = await ada.join("general");
  proxy.setOpen(false);
  proxy.cut();
  await until(() => ada.state === "connecting");
  const answers = await Promise.allSettled(["a", "b", "c"].map((text) => say(ada, room, text)));
  const codes = answers.map((answer) => (answer.status === "rejected" ? answer.reason.code : "ok"));
  expect(codes).toEqual(["TIMEOUT", "TIMEOUT", "RATE_LIMITED"]);
});

test("a trigger left floating goes to onError, an awaited one does not, and neither ends the process", async () => {
  const dialogue = await served();
  const ada = await connected(dialogue, "ada");
  const room = await ada.join("general");
  const errors: DialogueError[] = [];
  ada.onError((error) => void errors.push(error));
  await expect(room.trigger("nonsense", { n: 1 })).rejects.toThrow();
  room.trigger("message", { text: "", senderId: "ada" });
  await until(() => errors.length === 1);
  expect(errors[0]?.code).toBe("VALIDATION_FAILED");
});

test("disconnect refuses what waits to be sent", async () => {
  const dialogue = await served();
  const proxy = await proxied(dialogue.port);
  const ada = await connected(dialogue, "ada", { url: proxy.url });
  const room = await ada.join("general");
  proxy.setOpen(false);
  proxy.cut();
  await until(() => ada.state === "connecting");
  const sent = say(ada, room, "a").catch((error: DialogueError) => error.code);
  await ada.disconnect();
  expect(await sent).toBe("UNAVAILABLE");
});

test("cuts at any moment lose, double and reorder nothing that was acknowledged", async () => {
  const dialogue = await served();
  let round = 0;
  // The cuts come faster than a client may come back by the real clock.
  const quick: Clock = {
    now: systemClock.now,
    elapsed: () => 100 * systemClock.elapsed(),
    after: (ms, callback) => systemClock.after(ms / 100, callback),
  };
  const surroundings: Surroundings = { ...hasty, clock: quick };
  const patience = { connectMs: 1_000_000, callMs: 1_000_000, triggerMs: 1_000_000 };

  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom("say", "say", "say", "cut", "mute", "turn"), { minLength: 5, maxLength: 25 }),
      fc.array(fc.nat(2), { minLength: 25, maxLength: 25 }),
      fc.nat(3),
      async (acts, who, lag) => {
        const roomId = `round-${round++}`;
        await dialogue.createRoom({ id: roomId, name: roomId });
        const proxies = await Promise.all([0, 1, 2].map(() => createProxy(dialogue.port)));
        const clients = await Promise.all(
          proxies.map(async (proxy, n) => {
            proxy.setLag(lag);
            const token = await dialogue.issueToken({ id: `user-${n}` });
            const keepAlive = { intervalMs: 30, timeoutMs: 60 };
            return createClient({ url: proxy.url, auth: { token }, WebSocket, keepAlive, ...patience }, surroundings);
          }),
        );
        await Promise.all(clients.map((client) => client.connect()));
        const rooms = await Promise.all(clients.map((client) => client.join({ id: roomId })));
        const seen = rooms.map((room) => collect(room));
        const sent: Promise<unknown>[] = [];
        for (const [at, act] of acts.entries()) {
          const n = who[at] ?? 0;
          const [client, room, proxy] = [clients[n], rooms[n], proxies[n]];
          if (!client || !room || !proxy) continue;
          if (act === "say") sent.push(say(client, room, `${n}:${at}`));
          else if (act === "cut") proxy.cut();
          else if (act === "mute") proxy.muteServer();
          else await new Promise((resolve) => setTimeout(resolve, 1));
        }
        const acknowledged = (await Promise.all(sent)) as DurableEnvelope[];
        const log = [...acknowledged].sort((a, b) => a.seq - b.seq);
        await until(() => seen.every((events) => events.length >= log.length));
        for (const events of seen) expect(events).toEqual(log);
        expect(rooms.map(({ faults }) => faults)).toEqual([0, 0, 0]);
        for (const n of [0, 1, 2]) {
          const own = log
            .filter(({ from }) => from === `user-${n}`)
            .map((event) => Number(textOf(event).split(":")[1]));
          expect(own).toEqual([...own].sort((a, b) => a - b));
        }
        await Promise.all(clients.map((client) => client.disconnect()));
        await Promise.all(proxies.map((proxy) => proxy.close()));
      },
    ),
    { numRuns: 40 },
  );
}, 120_000);
