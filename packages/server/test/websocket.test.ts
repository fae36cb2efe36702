import { randomUUID } from "node:crypto";
import { memoryLog } from "@dialogue/core";
import { TRPCClientError } from "@trpc/client";
import { describe, expect, it } from "vitest";
import { systemClock } from "../src/system-clock.ts";
import { Dice, serve, Wave } from "./support/chat.ts";

const general = { roomId: "general" };
const say = (text: string, senderId: string) => ({ ...general, event: "message", data: { text, senderId } }) as const;

describe("an unmodified @trpc/client over WebSocket", () => {
  it("is welcomed once onConnected has run", async () => {
    const order: string[] = [];
    const { socket } = await serve({
      hooks: { clients: { onConnected: async (client) => void order.push(`connected ${client.userId}`) } },
    });
    const ann = await socket("ann", { session: "session-of-ann-01" });
    const welcome = await ann.trpc.connect.mutate();
    order.push("welcome");
    expect(welcome).toEqual({ user: { id: "ann", name: "ANN" }, sessionId: "session-of-ann-01", resumed: false });
    expect(order).toEqual(["connected ann", "welcome"]);
  });

  it("gets ready, then every event, each tracked under its cursor", async () => {
    const { socket } = await serve();
    const [ann, bob] = await Promise.all([socket("ann"), socket("bob")]);
    const heard = bob.follow("messages", general);
    expect(await heard.frames.next()).toEqual({ id: "0.", data: { type: "ready", head: "0." } });
    const sent = await ann.trpc.trigger.mutate(say("hello", "ann"));
    expect(sent).toMatchObject({ roomId: "general", event: "message", from: "ann", seq: 1 });
    const frame = await heard.frames.next();
    expect(frame.data).toEqual({ type: "event", event: sent });
    expect(frame.id).toMatch(/^1\.[0-9a-f]{8}$/);
  });

  it("resumes after a dropped socket where it was, without a gap or a repeat", async () => {
    const { socket, dialogue } = await serve();
    const bob = await socket("bob");
    const heard = bob.follow("messages", general);
    await heard.frames.next();
    for (let n = 1; n <= 20; n++) {
      await dialogue.trigger("general", Dice, { sides: n + 1 });
      if (n % 5 === 0) bob.drop();
    }
    await bob.closes.next();
    while (heard.frames.all.filter(({ data }) => data.type === "event").length < 20) await heard.frames.next();
    const seqs = heard.frames.all.flatMap(({ data }) => (data.type === "event" ? [data.event.seq] : []));
    expect(seqs).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
  });

  it("answers the same event to the same id, and CONFLICT to another one under it", async () => {
    const { socket } = await serve();
    const ann = await socket("ann");
    const id = randomUUID();
    const first = await ann.trpc.trigger.mutate({ ...say("once", "ann"), id });
    expect(await ann.trpc.trigger.mutate({ ...say("once", "ann"), id })).toEqual(first);
    await expect(ann.trpc.trigger.mutate({ ...say("other", "ann"), id })).rejects.toMatchObject({
      data: { code: "CONFLICT", dialogue: { code: "CONFLICT", retry: false } },
    });
  });

  it("gives errors one typed shape, with issues and without a stack", async () => {
    const { socket } = await serve();
    const ann = await socket("ann");
    const wrong = await ann.trpc.trigger.mutate(say("", "ann")).catch((error: unknown) => error);
    expect(wrong).toBeInstanceOf(TRPCClientError);
    expect(wrong).toMatchObject({
      data: {
        code: "UNPROCESSABLE_CONTENT",
        httpStatus: 422,
        path: "trigger",
        dialogue: { code: "VALIDATION_FAILED", retry: false, issues: [{ path: "text" }] },
      },
    });
    expect(JSON.stringify((wrong as TRPCClientError<never>).shape)).not.toContain("at ");
    const malformed = ann.trpc.history.query({ roomId: "no room has this id!" });
    await expect(malformed).rejects.toMatchObject({
      message: /^cannot accept the request: roomId: a room id is/,
      data: { code: "BAD_REQUEST", dialogue: { code: "INVALID_REQUEST", issues: [{ path: "roomId" }] } },
    });
  });

  it("says what an error is only in its own log, under the id that the client gets", async () => {
    const fault = new TypeError("the password is swordfish");
    const log = memoryLog({ clock: systemClock, random: Math.random });
    const read = () => Promise.reject(fault);
    const { socket, logged, reported } = await serve({ log: { ...log, events: { ...log.events, read } } });
    const ann = await socket("ann");
    const failed = await ann.trpc.history.query(general).catch((error: unknown) => error);
    expect(failed).toMatchObject({ data: { code: "INTERNAL_SERVER_ERROR", dialogue: { code: "INTERNAL" } } });
    expect(String(failed)).not.toContain("swordfish");
    const [requestId] = /[0-9a-f-]{36}/.exec(String(failed)) ?? [];
    const lines = logged.filter(({ level }) => level === "error");
    expect(lines).toHaveLength(1);
    expect(lines[0]?.message).toContain(requestId);
    expect(reported).toEqual([fault]);
  });

  it("shows who types, and that they stopped when they said it", async () => {
    const { socket } = await serve();
    const [ann, bob] = await Promise.all([socket("ann"), socket("bob")]);
    const typing = bob.follow("typing", general);
    expect(await typing.frames.next()).toEqual({ users: [] });
    await ann.trpc.trigger.mutate({ ...general, event: "typing", data: { isTyping: true } });
    expect(await typing.frames.next()).toEqual({ users: [{ id: "ann", name: "ANN" }] });
    await ann.trpc.trigger.mutate(say("there", "ann"));
    expect(await typing.frames.next()).toEqual({ users: [] });
  });

  it("shows a person once, however many of their sessions attend", async () => {
    const { socket } = await serve();
    const [watcher, first, second] = await Promise.all([socket("watcher"), socket("ann"), socket("ann")]);
    const presence = watcher.follow("presence", general);
    expect(await presence.frames.next()).toMatchObject({ type: "roster" });
    await first.trpc.rooms.join.mutate(general);
    await second.trpc.rooms.join.mutate(general);
    const user = { id: "ann", name: "ANN" };
    expect(await presence.frames.next()).toEqual({ type: "joined", user });
    await first.trpc.rooms.leave.mutate(general);
    await second.trpc.rooms.leave.mutate(general);
    expect(await presence.frames.next()).toEqual({ type: "left", user });
  });

  it("hears ephemeral events apart from the log", async () => {
    const { socket, dialogue } = await serve();
    const bob = await socket("bob");
    const signals = bob.follow("signals", general);
    await bob.follow("messages", general).frames.next();
    await bob.trpc.rooms.join.mutate(general);
    await dialogue.trigger("general", Wave, { hand: "left" }, "ann");
    expect(await signals.frames.next()).toMatchObject({ event: "wave", data: { hand: "left" }, from: "ann" });
    expect((await dialogue.history("general")).events).toEqual([]);
  });

  it("pages history both ways; C4: two pages asked for at once are each their own", async () => {
    const { socket, dialogue } = await serve();
    for (let sides = 2; sides < 12; sides++) await dialogue.trigger("general", Dice, { sides });
    const ann = await socket("ann");
    const newest = await ann.trpc.history.query({ ...general, limit: 3 });
    const older = { ...general, limit: 3, before: newest.older ?? "" };
    const [before, again] = await Promise.all([
      ann.trpc.history.query(older),
      ann.trpc.history.query({ ...general, limit: 2 }),
    ]);
    expect(newest.events.map(({ seq }) => seq)).toEqual([8, 9, 10]);
    expect(before.events.map(({ seq }) => seq)).toEqual([5, 6, 7]);
    expect(again.events.map(({ seq }) => seq)).toEqual([9, 10]);
    await expect(ann.trpc.history.query({ ...general, limit: 201 })).rejects.toMatchObject({
      data: { dialogue: { code: "INVALID_REQUEST" } },
    });
  });

  it("C5: hears at once why history is refused", async () => {
    const { socket } = await serve();
    const ann = await socket("ann");
    await expect(ann.trpc.history.query({ roomId: "nowhere" })).rejects.toMatchObject({
      data: { code: "NOT_FOUND", httpStatus: 404, dialogue: { code: "ROOM_NOT_FOUND" } },
    });
  });

  it("C3: a refused trigger answers itself and leaves a join that is under way alone", async () => {
    const { socket } = await serve();
    const ann = await socket("ann");
    const [joined, refused] = await Promise.allSettled([
      ann.trpc.rooms.join.mutate(general),
      ann.trpc.trigger.mutate(say("", "ann")),
    ]);
    expect(joined).toMatchObject({ status: "fulfilled", value: { id: "general" } });
    expect(refused).toMatchObject({
      status: "rejected",
      reason: { data: { dialogue: { code: "VALIDATION_FAILED" } } },
    });
  });

  it("S1: triggers as the user of its token, whatever its payload or the rest of its frame says", async () => {
    const { socket } = await serve();
    const ann = await socket("ann");
    await expect(ann.trpc.trigger.mutate(say("I am bob", "bob"))).rejects.toMatchObject({
      data: { dialogue: { code: "VALIDATION_FAILED" } },
    });
    const forged = { ...general, event: "dice", data: { sides: 6 }, from: "bob", user: { id: "bob" } } as const;
    expect(await ann.trpc.trigger.mutate(forged)).toMatchObject({ from: "ann" });
  });
});

describe("rooms over the wire", () => {
  it("can be made, found, changed, joined and deleted by the one who made them", async () => {
    const { socket } = await serve();
    const [ann, bob] = await Promise.all([socket("ann"), socket("bob")]);
    const tea = { roomId: "tea" };
    const made = await ann.trpc.rooms.create.mutate({ id: "tea", name: "Tea", events: ["message"], maxSize: 5 });
    expect(made).toMatchObject({
      id: "tea",
      name: "Tea",
      events: ["message"],
      maxSize: 5,
      createdById: "ann",
      size: 0,
    });
    expect((await bob.trpc.rooms.list.query()).map(({ id }) => id)).toContain("tea");
    expect(await bob.trpc.rooms.join.mutate(tea)).toMatchObject({ size: 1 });
    await expect(bob.trpc.rooms.update.mutate({ ...tea, name: "Mine" })).rejects.toMatchObject({
      data: { code: "FORBIDDEN", dialogue: { code: "PERMISSION_DENIED" } },
    });
    expect(await ann.trpc.rooms.update.mutate({ ...tea, name: "Green tea" })).toMatchObject({ name: "Green tea" });
    expect(await ann.trpc.rooms.members.query(tea)).toEqual([{ userId: "ann", role: "owner" }]);
    await ann.trpc.rooms.delete.mutate(tea);
    await expect(bob.trpc.rooms.get.query(tea)).rejects.toMatchObject({
      data: { dialogue: { code: "ROOM_NOT_FOUND" } },
    });
  });

  it("C18: answers the one who made a room, and says its size", async () => {
    const { socket } = await serve();
    const [ann, bob] = await Promise.all([socket("ann"), socket("bob")]);
    const results = await Promise.allSettled([
      ann.trpc.rooms.create.mutate({ id: "same", name: "Ann's" }),
      bob.trpc.rooms.create.mutate({ id: "same", name: "Bob's" }),
    ]);
    expect(results.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    const made = results.find((result) => result.status === "fulfilled");
    expect(made?.value).toMatchObject({ id: "same", size: 0 });
    const refused = results.find((result) => result.status === "rejected");
    expect(refused?.reason).toMatchObject({ data: { code: "CONFLICT", dialogue: { code: "ROOM_EXISTS" } } });
  });

  it("S5: a configured room cannot be deleted by any client", async () => {
    const { socket, dialogue } = await serve();
    const ann = await socket("ann");
    await expect(ann.trpc.rooms.delete.mutate(general)).rejects.toMatchObject({
      data: { dialogue: { code: "PERMISSION_DENIED" } },
    });
    expect((await dialogue.rooms()).map(({ id }) => id)).toContain("general");
  });

  it("a full room refuses the next user and nobody else's second session", async () => {
    const { socket } = await serve();
    const [ann, annToo, bob] = await Promise.all([socket("ann"), socket("ann"), socket("bob")]);
    await ann.trpc.rooms.join.mutate({ roomId: "small" });
    await annToo.trpc.rooms.join.mutate({ roomId: "small" });
    await expect(bob.trpc.rooms.join.mutate({ roomId: "small" })).rejects.toMatchObject({
      data: { dialogue: { code: "ROOM_FULL", retry: true } },
    });
  });

  it("a private room is not there for those who are no members, and ends for one who was", async () => {
    const { socket, dialogue } = await serve();
    const [ann, bob] = await Promise.all([socket("ann"), socket("bob")]);
    const secret = { roomId: "secret" };
    await dialogue.grant("secret", "ann");
    const nowhere = await bob.trpc.rooms.get.query({ roomId: "nowhere" }).catch((error: Error) => error.message);
    const hidden = await bob.trpc.rooms.get.query(secret).catch((error: Error) => error.message);
    expect(hidden).toBe(String(nowhere).replace("nowhere", "secret"));
    const heard = ann.follow("messages", secret);
    expect(await heard.frames.next()).toMatchObject({ data: { type: "ready" } });
    await dialogue.revoke("secret", "ann");
    expect((await heard.ends.next()).error).toMatchObject({ data: { dialogue: { code: "ROOM_NOT_FOUND" } } });
  });
});
