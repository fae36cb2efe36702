import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { DialogueError } from "../src/index.ts";
import { Dice, serve } from "./support/chat.ts";
import { inbox } from "./support/inbox.ts";
import { skippingClock } from "./support/skipping-clock.ts";

const general = { roomId: "general" };
const roll = (sides: number) => ({ ...general, event: "dice", data: { sides } }) as const;

describe("hooks", () => {
  it("run in order: connect, join, the event before and after, leave, disconnect", async () => {
    const order = inbox<string>();
    const { socket } = await serve({
      limits: { graceMs: 0 },
      hooks: {
        socket: { onConnect: ({ user }) => order.push(`socket ${user.id}`) },
        clients: {
          onConnected: (client) => order.push(`connected ${client.userId} first=${client.isFirst}`),
          beforeJoin: ({ user, roomId }) => order.push(`before join ${user.id} ${roomId}`),
          onJoined: (client, roomId) => order.push(`joined ${client.userId} ${roomId}`),
          onLeft: (client, roomId) => order.push(`left ${client.userId} ${roomId}`),
          onDisconnected: (client) => order.push(`disconnected ${client.userId}`),
        },
        events: {
          beforeEach: ({ event }) => order.push(`before ${event}`),
          afterEach: ({ event }) => order.push(`after ${event}`),
        },
      },
    });
    const ann = await socket("ann");
    await ann.trpc.connect.mutate();
    await ann.trpc.rooms.join.mutate(general);
    await ann.trpc.trigger.mutate(roll(6));
    await ann.close();
    expect(await order.take(8)).toEqual([
      "socket ann",
      "connected ann first=true",
      "before join ann general",
      "joined ann general",
      "before dice",
      "after dice",
      "left ann general",
      "disconnected ann",
    ]);
  });

  it("tell of a session once, however often its socket is lost within the grace", async () => {
    const connected = inbox<string>();
    const { socket, dialogue } = await serve({
      hooks: { clients: { onConnected: (client) => connected.push(client.id) } },
    });
    const ann = await socket("ann", { session: "session-of-ann-01" });
    await ann.trpc.connect.mutate();
    for (let times = 0; times < 3; times++) {
      ann.drop();
      await ann.closes.next();
      expect(await ann.trpc.connect.mutate()).toMatchObject({ sessionId: "session-of-ann-01", resumed: true });
    }
    expect(connected.all).toEqual(["session-of-ann-01"]);
    expect(dialogue.getAllClients()).toHaveLength(1);
  });

  it("let the server join a client to a room, with every rule of a join", async () => {
    const { socket, dialogue, reported } = await serve({
      hooks: {
        clients: {
          async onConnected(client) {
            await client.join("general");
            client.join("secret");
          },
        },
      },
    });
    const ann = await socket("ann");
    await ann.trpc.connect.mutate();
    expect(dialogue.getClientRooms("ann").ids).toEqual(["general"]);
    await new Promise((resolve) => setImmediate(resolve));
    expect(reported).toEqual([expect.objectContaining({ code: "ROOM_NOT_FOUND" })]);
  });

  it("C11: never end the process, whatever they throw", async () => {
    const bang = (): never => {
      throw new Error("bang");
    };
    const later = () => Promise.reject(new Error("later"));
    const { socket, dialogue, reported } = await serve({
      limits: { graceMs: 0 },
      hooks: {
        socket: { onConnect: bang, onDisconnect: later },
        clients: { onConnected: bang, onDisconnected: bang, onJoined: later, onLeft: bang },
        rooms: { onCreated: bang, onUpdated: later, onDeleted: bang },
        events: { afterEach: bang },
      },
    });
    dialogue.on("general", Dice, bang);
    dialogue.on("general", Dice, later);
    const ann = await socket("ann");
    await ann.trpc.connect.mutate();
    await ann.trpc.rooms.join.mutate(general);
    expect(await ann.trpc.trigger.mutate(roll(6))).toMatchObject({ seq: 1 });
    await ann.trpc.rooms.create.mutate({ id: "tea", name: "Tea" });
    await ann.trpc.rooms.delete.mutate({ roomId: "tea" });
    await ann.trpc.rooms.leave.mutate(general);
    expect(await ann.trpc.rooms.list.query()).toHaveLength(2);
    expect(reported.length).toBeGreaterThanOrEqual(7);
  });

  it("refuse before, in their own words or in none", async () => {
    const { socket, dialogue } = await serve({
      hooks: {
        clients: { beforeJoin: async ({ user }) => user.id !== "eve" },
        events: {
          async beforeEach({ from }) {
            if (from === "bob") throw new DialogueError("PERMISSION_DENIED", "cannot roll: bob cheats");
            if (from === "cat") throw new Error("the table is called dice_rolls");
          },
        },
      },
    });
    const [eve, bob, cat] = await Promise.all([socket("eve"), socket("bob"), socket("cat")]);
    for (const refused of [
      eve.trpc.rooms.join.mutate(general),
      eve.trpc.trigger.mutate(roll(6)),
      eve.trpc.history.query(general),
    ])
      await expect(refused).rejects.toMatchObject({ data: { dialogue: { code: "JOIN_DENIED" } } });
    await expect(bob.trpc.trigger.mutate(roll(6))).rejects.toMatchObject({
      message: "cannot roll: bob cheats",
      data: { code: "FORBIDDEN", dialogue: { code: "PERMISSION_DENIED" } },
    });
    const failed = await cat.trpc.trigger.mutate(roll(6)).catch((error: unknown) => error);
    expect(failed).toMatchObject({ data: { dialogue: { code: "VALIDATION_FAILED" } } });
    expect(String(failed)).not.toContain("dice_rolls");
    expect((await dialogue.history("general")).events).toEqual([]);
  });

  it("may change what is said, which is judged again", async () => {
    const { socket } = await serve({
      hooks: { events: { beforeEach: ({ data }) => ({ data: { sides: Object(data).sides - 4 } }) } },
    });
    const ann = await socket("ann");
    expect(await ann.trpc.trigger.mutate(roll(10))).toMatchObject({ data: { sides: 6 } });
    await expect(ann.trpc.trigger.mutate(roll(4))).rejects.toMatchObject({
      data: { dialogue: { code: "VALIDATION_FAILED" } },
    });
  });
});

describe("the application's own hands", () => {
  it("C1: getClientRooms and isInRoom work detached, also in onDisconnected", async () => {
    const done = inbox<string>();
    const { socket, dialogue, reported } = await serve({
      limits: { graceMs: 0 },
      hooks: {
        clients: {
          async onDisconnected(client) {
            await getClientRooms(client.userId).leaveAll();
            done.push(`${await isInRoom(client.userId, "general")}`);
          },
        },
      },
    });
    const { getClientRooms, isInRoom, getClients } = dialogue;
    const ann = await socket("ann");
    await ann.trpc.rooms.join.mutate(general);
    await ann.trpc.rooms.join.mutate({ roomId: "small" });
    const seen: string[] = [];
    getClientRooms("ann").forAll((roomId) => seen.push(roomId));
    expect(seen).toEqual(["general", "small"]);
    expect(await isInRoom("ann", "general")).toBe(true);
    await getClientRooms("ann").leaveAll((roomId) => done.push(roomId));
    expect(await done.take(2)).toEqual(["general", "small"]);
    expect(getClients("ann").map((client) => client.rooms())).toEqual([[]]);
    await ann.trpc.rooms.join.mutate(general);
    await ann.close();
    expect(await done.next()).toBe("false");
    expect(reported).toEqual([]);
  });

  it("trigger as whom they say, with the id and meta they give", async () => {
    const { dialogue } = await serve();
    const id = "6f1b9a38-0b5c-4c62-9f0a-0d4b8b2f3c11";
    expect(await dialogue.trigger("general", Dice, { sides: 2 })).toMatchObject({ from: "system", seq: 1 });
    expect(await dialogue.trigger("general", Dice, { sides: 3 }, "ann")).toMatchObject({ from: "ann", seq: 2 });
    const full = await dialogue.room("general").trigger(Dice, { sides: 4 }, { from: "bob", id, meta: { lucky: true } });
    expect(full).toMatchObject({ id, from: "bob", meta: { lucky: true }, seq: 3 });
  });

  it("may leave a promise floating: what it rejects with goes to the logger and onError", async () => {
    const { dialogue, reported, logged } = await serve();
    void dialogue.trigger("general", Dice, { sides: 1 });
    void dialogue.trigger({ id: "nowhere" }, Dice, { sides: 6 });
    await dialogue.trigger("general", Dice, { sides: 6 });
    expect(reported.map((error) => Object(error).code).sort()).toEqual(["ROOM_NOT_FOUND", "VALIDATION_FAILED"]);
    expect(logged.filter(({ level }) => level === "error")).toHaveLength(2);
    await expect(dialogue.trigger("general", Dice, { sides: 1 })).rejects.toMatchObject({ code: "VALIDATION_FAILED" });
    expect(reported).toHaveLength(2);
  });

  it("may leave any promise of theirs floating", async () => {
    const { dialogue, reported } = await serve();
    const nowhere = { id: "nowhere" };
    void dialogue.history(nowhere);
    void dialogue.members(nowhere);
    void dialogue.redact(nowhere, randomUUID());
    void dialogue.room(nowhere).get();
    void dialogue.room(nowhere).history();
    void dialogue.room(nowhere).members();
    void dialogue.isInRoom("ann", nowhere);
    void dialogue.issueToken({ id: "system" });
    await dialogue.rooms();
    await new Promise((resolve) => setImmediate(resolve));
    const codes = reported.map((error) => Object(error).code);
    expect(codes.filter((code) => code === "ROOM_NOT_FOUND").length).toBeGreaterThanOrEqual(6);
    expect(codes).toContain("UNAUTHENTICATED");
  });

  it("are told of failures by an onError that may itself fail, at once or later", async () => {
    const told: string[] = [];
    const broken = (fail: () => unknown) => ({
      onError: (_: unknown, doing: string) => {
        told.push(doing);
        return fail() as void;
      },
    });
    const throwing = await serve(
      broken(() => {
        throw new Error("no pager");
      }),
    );
    const rejecting = await serve(broken(() => Promise.reject(new Error("no pager"))));
    const silent = await serve({
      ...broken(() => undefined),
      logger: {
        ...{ debug: () => undefined, info: () => undefined, warn: () => undefined },
        error: () => {
          throw new Error("the disk is full");
        },
      },
    });
    for (const { dialogue } of [throwing, rejecting, silent])
      void dialogue.trigger({ id: "nowhere" }, Dice, { sides: 6 });
    await new Promise((resolve) => setImmediate(resolve));
    expect(told).toEqual(Array(3).fill("trigger dice in room nowhere"));
  });

  it("hear what is said, and consume it once more after a failure", async () => {
    const { dialogue } = await serve();
    const heard = inbox<number>();
    const off = dialogue.on("general", Dice, ({ data }) => heard.push(data.sides));
    const consumed = inbox<number>();
    dialogue.consume("bookkeeper", "general", Dice, ({ seq }) => {
      consumed.push(seq);
      if (consumed.all.length === 1) throw new Error("the books are closed");
    });
    await dialogue.trigger("general", Dice, { sides: 6 });
    expect(await heard.next()).toBe(6);
    off();
    await dialogue.trigger("general", Dice, { sides: 8 });
    expect(await consumed.take(3)).toEqual([1, 1, 2]);
    expect(heard.all).toEqual([6]);
  });

  it("redact an event, whose content nobody reads from then on", async () => {
    const { dialogue, socket } = await serve();
    await dialogue.trigger("general", Dice, { sides: 6 });
    const second = await dialogue.trigger("general", Dice, { sides: 8 });
    expect(await dialogue.redact("general", second.id)).toBe(true);
    expect(await dialogue.room("general").redact(second.id)).toBe(true);
    expect(await dialogue.redact("general", randomUUID())).toBe(false);
    const ann = await socket("ann");
    expect((await ann.trpc.history.query(general)).events.map(({ seq }) => seq)).toEqual([1]);
    const heard = ann.follow("messages", { ...general, cursor: "0." });
    const { data: _, ...place } = second;
    expect((await heard.frames.take(3)).map((frame) => frame.data)).toMatchObject([
      { type: "ready" },
      { type: "event", event: { seq: 1, data: { sides: 6 } } },
      { type: "redacted", event: { ...place, redacted: true } },
    ]);
    expect(JSON.stringify(heard.frames.all)).not.toContain('"sides":8');
  });

  it.each(["socket", "http"] as const)(
    "redact an event under the eyes of those who have read it, over %s",
    async (transport) => {
      const { dialogue, ...clients } = await serve();
      const ann = await clients[transport]("ann");
      const heard = ann.follow("messages", general);
      await heard.frames.next();
      const { id } = await dialogue.trigger("general", Dice, { sides: 6 });
      const read = await heard.frames.next();
      await dialogue.redact("general", id);
      expect(await heard.frames.next()).toEqual({ id: read.id, data: { type: "redaction", seqs: [1] } });
    },
  );

  it("hand out what a user has said, and erase it", async () => {
    const { dialogue, reported } = await serve();
    for (const sides of [4, 6, 8]) await dialogue.trigger("general", Dice, { sides }, sides === 6 ? "bob" : "ann");
    const { exportUser } = dialogue;
    const exported: unknown[] = [];
    for await (const { data, from } of exportUser("ann")) exported.push([from, data]);
    expect(exported).toEqual([
      ["ann", { sides: 4 }],
      ["ann", { sides: 8 }],
    ]);
    expect(await dialogue.eraseUser("ann")).toBe(2);
    expect((await dialogue.history("general")).events.map(({ data }) => data)).toEqual([{ sides: 6 }]);
    void dialogue.eraseUser("system");
    await new Promise((resolve) => setImmediate(resolve));
    expect(reported).toMatchObject([{ code: "INVALID_REQUEST" }]);
  });

  it("make, change and delete rooms at run time, and keep their members", async () => {
    const { dialogue, socket } = await serve();
    const tea = { id: "tea" };
    await dialogue.createRoom({ ...tea, name: "Tea", visibility: "private", events: [Dice] });
    await dialogue.grant(tea, "ann");
    expect(await dialogue.members(tea)).toEqual([{ userId: "ann", role: "member" }]);
    const ann = await socket("ann");
    expect((await ann.trpc.rooms.list.query()).map(({ id }) => id)).toContain("tea");
    await dialogue.updateRoom(tea, { name: "Green tea" });
    expect(await ann.trpc.rooms.get.query({ roomId: "tea" })).toMatchObject({ name: "Green tea" });
    await dialogue.deleteRoom(tea);
    await expect(dialogue.room(tea).get()).rejects.toMatchObject({ code: "ROOM_NOT_FOUND" });
  });
});

describe("a session", () => {
  it("is ended by the server with 4503", async () => {
    const { socket, dialogue } = await serve();
    const ann = await socket("ann");
    await ann.trpc.connect.mutate();
    for (const client of dialogue.getClients("ann")) client.disconnect();
    expect(await ann.closes.next()).toMatchObject({ code: 4503 });
  });

  it("is held for the grace period, and ended after it", async () => {
    const clock = skippingClock();
    const left = inbox<string>();
    const away = inbox<string>();
    const served = await serve({
      clock,
      limits: { graceMs: 60_000 },
      hooks: {
        socket: { onDisconnect: ({ user }) => away.push(user.id) },
        clients: { onDisconnected: (client) => left.push(client.userId) },
      },
    });
    const ann = await served.socket("ann");
    await ann.trpc.rooms.join.mutate(general);
    await ann.close();
    expect(await away.next()).toBe("ann");
    expect(await served.dialogue.isInRoom("ann", "general")).toBe(true);
    expect(left.all).toEqual([]);
    clock.skip(60_000);
    expect(await left.next()).toBe("ann");
    expect(await served.dialogue.isInRoom("ann", "general")).toBe(false);
  });
});
