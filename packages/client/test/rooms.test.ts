import type { DialogueError, PublicUser } from "@dialogue/events";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { DialogueClient } from "../src/dialogue-client.ts";
import type { UntypedRoom } from "../src/room-context.ts";
import { clientOf, collect, say, serve, type TestDialogue, textOf, until } from "./harness.ts";

let dialogue: TestDialogue;
let ada: DialogueClient;
let bob: DialogueClient;
const joined: string[] = [];
const left: string[] = [];

beforeEach(async () => {
  joined.length = 0;
  left.length = 0;
  dialogue = await serve({
    hooks: {
      clients: {
        beforeJoin: ({ user, roomId }) => !(user.id === "bob" && roomId === "plans"),
        onJoined: (client, roomId) => void joined.push(`${client.userId} ${roomId}`),
        onLeft: (client, roomId) => void left.push(`${client.userId} ${roomId}`),
      },
    },
  });
  ada = await clientOf(dialogue, "ada");
  bob = await clientOf(dialogue, "bob");
  await Promise.all([ada.connect(), bob.connect()]);
});

afterEach(async () => {
  await Promise.all([ada.disconnect(), bob.disconnect()]);
  await dialogue.stop();
});

/** The texts of what a room's log holds. */
async function logged(room: UntypedRoom): Promise<string[]> {
  return (await room.getHistory("message")).events.map(textOf);
}

test("C6: joins at the same time share one room", async () => {
  const [one, two] = await Promise.all([ada.join("general"), ada.join("general")]);
  const three = await ada.join({ id: "general" });
  expect(two).toBe(one);
  expect(three).toBe(one);
  expect(ada.getRoom("general")).toBe(one);
  const seen = collect(one);
  await say(ada, one, "once");
  await until(() => seen.length > 0);
  expect(joined).toEqual(["ada general"]);
  expect(seen).toHaveLength(1);
});

test("a refused join says why, leaves nothing behind and does not touch others", async () => {
  const [refused, general] = await Promise.allSettled([bob.join("plans"), bob.join("general")]);
  expect(refused).toMatchObject({ status: "rejected", reason: { code: "JOIN_DENIED" } });
  expect(general.status).toBe("fulfilled");
  expect(bob.getRoom("plans")).toBeUndefined();
  await expect(bob.join({ id: "nowhere" })).rejects.toMatchObject({ code: "ROOM_NOT_FOUND" });
  await expect(bob.join({ id: "not a room id" })).rejects.toMatchObject({ code: "INVALID_REQUEST" });
});

test("a full room is refused, and open again once somebody has left", async () => {
  const room = await ada.join("tiny");
  await expect(bob.join("tiny")).rejects.toMatchObject({ code: "ROOM_FULL" });
  await room.leave();
  await bob.join("tiny");
});

test("C3: a failed trigger elsewhere does not fail a join", async () => {
  const room = await ada.join("general");
  const [join, trigger] = await Promise.allSettled([ada.join("plans"), room.trigger("nonsense", {})]);
  expect(join.status).toBe("fulfilled");
  expect(trigger).toMatchObject({ status: "rejected", reason: { code: "EVENT_NOT_ALLOWED" } });
});

test("leave stops the events at once and ends the attendance", async () => {
  const here = await ada.join("general");
  const there = await bob.join("general");
  const seen = collect(here);
  const leaving = here.leave();
  expect(ada.getRoom("general")).toBeUndefined();
  await leaving;
  await until(() => left.includes("ada general"));
  await say(bob, there, "to nobody");
  await expect(here.trigger("message", { text: "x", senderId: "ada" })).rejects.toMatchObject({ code: "UNAVAILABLE" });
  expect(seen).toEqual([]);
  const again = await ada.join("general");
  expect(again).not.toBe(here);
});

test("a join right after a leave attends the room", async () => {
  const room = await ada.join("general");
  const [, again] = await Promise.all([room.leave(), ada.join("general")]);
  const seen = collect(again);
  await say(ada, again, "here again");
  await until(() => seen.length === 1);
});

test("listeners added after a few awaits miss nothing, and see history and news in one order", async () => {
  const there = await bob.join("general");
  for (const text of ["a", "b", "c"]) await say(bob, there, text);
  const wrapped = async () => {
    const room = await ada.join("general");
    await Promise.resolve();
    return room;
  };
  const room = await wrapped();
  await Promise.resolve();
  const seen = collect(room);
  await say(bob, there, "d");
  await until(() => seen.length === 4);
  expect(seen.map(textOf)).toEqual(["a", "b", "c", "d"]);
});

test("onHistory has the default-subscribed events of before the join, once", async () => {
  const there = await bob.join("general");
  await say(bob, there, "a");
  await there.trigger("user:joined", { userId: "bob", username: "Bob" });
  await say(bob, there, "b");
  const batches: unknown[] = [];
  ada.onHistory((roomId, events) => void batches.push([roomId, events.map(({ event }) => event)]));
  const room = await ada.join("general");
  const seen = collect(room);
  await say(bob, there, "c");
  await until(() => seen.length === 3);
  expect(batches).toEqual([["general", ["message", "user:joined", "message"]]]);
});

test.each(["configured", "made at run time"])(
  "of a room %s, history and what is said while one joins meet without a gap or a repeat",
  async (kind) => {
    const roomId = kind === "configured" ? "general" : "made";
    if (roomId === "made") await bob.createRoom({ id: roomId, name: "Made", syncHistoryOnJoin: 50 });
    const there = await bob.join(roomId);
    const histories = new Map<string, readonly number[]>();
    let isOver = false;
    const talking = (async () => {
      for (let n = 0; !isOver; n++) await say(bob, there, `${n}`);
    })();
    await until(() => there.cursor !== undefined && Number.parseInt(there.cursor, 10) > 5);
    for (let round = 0; round < 10; round++) {
      ada.onHistory(
        (_, events) =>
          void histories.set(
            `${round}`,
            events.map(({ seq }) => seq),
          ),
      );
      const room = await ada.join(roomId);
      const seen = collect(room);
      const first = seen.length;
      await until(() => seen.length > first + 3);
      await room.leave();
      const seqs = seen.map(({ seq }) => seq);
      const [start = 0] = seqs;
      expect(seqs).toEqual(seqs.map((_, at) => start + at));
      const history = histories.get(`${round}`) ?? [];
      expect(history.length).toBeGreaterThan(0);
      expect(seqs.slice(0, history.length)).toEqual(history);
    }
    isOver = true;
    await talking;
  },
);

test("onHistory of an empty room has no events", async () => {
  const batches: unknown[] = [];
  ada.onHistory((...batch) => void batches.push(batch));
  await ada.join("general");
  await until(() => batches.length === 1);
  expect(batches).toEqual([["general", []]]);
});

test("listeners see what is subscribed, and nothing else", async () => {
  const room = await ada.join("general");
  const seen: string[] = [];
  room.onAny(({ event }) => void seen.push(event));
  const both = async () => {
    await say(ada, room, "x");
    const last = await room.trigger("user:left", { userId: "ada" });
    const marker = collect(room, "user:joined");
    await room.trigger("user:joined", { userId: "ada", username: "Ada" });
    await until(() => marker.length === 1);
    return last;
  };
  await both();
  room.unsubscribe("message");
  await both();
  room.subscribe("message");
  room.unsubscribe("user:left");
  await both();
  room.subscribeAll();
  room.unsubscribe("message");
  await both();
  expect(seen).toEqual([
    ...["message", "user:left", "user:joined"],
    ...["user:left", "user:joined"],
    ...["message", "user:joined"],
    ...["user:left", "user:joined"],
  ]);
});

test("a listener that throws goes to onError and stops nobody", async () => {
  const room = await ada.join("general");
  const errors: DialogueError[] = [];
  ada.onError((error) => void errors.push(error));
  const cause = new Error("mine");
  room.on("message", () => {
    throw cause;
  });
  room.on("message", () => Promise.reject(cause));
  const seen = collect(room);
  await say(ada, room, "x");
  await until(() => seen.length === 1 && errors.length === 2);
  expect(errors.map((error) => error.cause)).toEqual([cause, cause]);
});

test("an unsubscribed listener is called no more", async () => {
  const room = await ada.join("general");
  const listen = vi.fn();
  const off = room.on("message", listen);
  const seen = collect(room);
  await say(ada, room, "x");
  await until(() => seen.length === 1);
  off();
  await say(ada, room, "y");
  await until(() => seen.length === 2);
  expect(listen).toHaveBeenCalledTimes(1);
});

test("typing comes and goes as a value and as events", async () => {
  const here = await ada.join("general");
  const there = await bob.join("general");
  const rosters: string[][] = [];
  here.typing.subscribe((users) => void rosters.push(users.map(({ id }) => id)));
  const events: unknown[] = [];
  here.on("typing", ({ from, data }) => void events.push([from, data]));
  here.subscribe("typing");
  await there.trigger("typing", { isTyping: true });
  await until(() => rosters.length === 1 && events.length === 1);
  await there.trigger("typing", { isTyping: false });
  await until(() => rosters.length === 2 && events.length === 2);
  await there.trigger("typing", { isTyping: true });
  await until(() => rosters.length === 3);
  await say(bob, there, "sent");
  await until(() => rosters.length === 4 && events.length === 4);
  expect(rosters).toEqual([["bob"], [], ["bob"], []]);
  expect(events).toEqual([
    ["bob", { isTyping: true }],
    ["bob", { isTyping: false }],
    ["bob", { isTyping: true }],
    ["bob", { isTyping: false }],
  ]);
});

test("is typing is said once while keys are pressed", async () => {
  const there = await bob.join("general");
  const answers = await Promise.all([1, 2, 3].map(() => there.trigger("typing", { isTyping: true })));
  expect(new Set(answers.map(({ id }) => id)).size).toBe(1);
  const stopped = await there.trigger("typing", { isTyping: false });
  const again = await there.trigger("typing", { isTyping: true });
  expect(new Set([answers[0]?.id, stopped.id, again.id]).size).toBe(3);
});

test("presence is followed while somebody listens, by name", async () => {
  const here = await ada.join("general");
  const seen: (readonly PublicUser[])[] = [];
  const off = here.presence.subscribe((users) => void seen.push(users));
  await until(() => here.presence.current().length === 1);
  const there = await bob.join("general");
  await until(() => here.presence.current().length === 2);
  expect(here.presence.current()).toContainEqual({ id: "bob", name: "BOB" });
  await there.leave();
  await until(() => here.presence.current().length === 1);
  off();
  expect(here.presence.current()).toEqual([]);
});

test("other ephemeral events reach listeners and stay out of the log", async () => {
  const here = await ada.join("general");
  const there = await bob.join("general");
  const seen: unknown[] = [];
  here.subscribe("wave");
  here.on("wave", ({ data, from }) => void seen.push([from, data]));
  await until(
    whileActing(
      () => seen.length > 0,
      () => there.trigger("wave", { to: "ada" }),
    ),
  );
  expect(seen[0]).toEqual(["bob", { to: "ada" }]);
  expect((await here.getHistory()).events).toEqual([]);
});

test("C4: pages of history asked for at the same time are told apart", async () => {
  const room = await ada.join("general");
  for (const text of ["a", "b", "c", "d"]) await say(ada, room, text);
  const newest = await room.getHistory("message", { limit: 2 });
  const [older, all, none] = await Promise.all([
    room.getHistory("message", { limit: 2, before: newest.older ?? "" }),
    room.getHistory(),
    room.getHistory("user:left"),
  ]);
  expect(newest.events.map(textOf)).toEqual(["c", "d"]);
  expect(older.events.map(textOf)).toEqual(["a", "b"]);
  expect(all.events).toHaveLength(4);
  expect(none.events).toEqual([]);
});

test("C5: an error of getHistory is its own answer", async () => {
  const room = await ada.join("general");
  await expect(room.getHistory("message", { limit: 0 })).rejects.toMatchObject({ code: "INVALID_REQUEST" });
});

test("rooms are made, found, changed and deleted", async () => {
  const made = await ada.createRoom({ id: "den", name: "Den", maxSize: 5 });
  expect(made).toMatchObject({ id: "den", name: "Den", maxSize: 5, size: 0, createdById: "ada" });
  await expect(bob.createRoom({ id: "den", name: "Mine" })).rejects.toMatchObject({ code: "ROOM_EXISTS" });
  expect((await bob.listRooms()).map(({ id }) => id)).toContain("den");
  const room = await bob.join({ id: "den" });
  expect(room.roomName).toBe("Den");
  await expect(bob.updateRoom({ id: "den" }, { name: "Bob's" })).rejects.toMatchObject({ code: "PERMISSION_DENIED" });
  expect(await ada.updateRoom({ id: "den" }, { name: "Lair" })).toMatchObject({ name: "Lair" });
  await say(bob, room, "hello");
  expect(await logged(room)).toEqual(["hello"]);
});

test("C18: a deleted room is reported, forgotten, and can be joined once it is made again", async () => {
  await ada.createRoom({ id: "den", name: "Den" });
  await bob.join({ id: "den" });
  const errors: DialogueError[] = [];
  bob.onError((error) => void errors.push(error));
  await ada.deleteRoom({ id: "den" });
  await until(() => bob.getRoom("den") === undefined);
  expect(errors.map(({ code }) => code)).toEqual(["ROOM_NOT_FOUND"]);
  await ada.createRoom({ id: "den", name: "Den II" });
  const room = await bob.join({ id: "den" });
  const seen = collect(room);
  await say(bob, room, "again");
  await until(() => seen.length === 1);
});

/** A condition that acts each time it is asked in vain. */
function whileActing(isSo: () => boolean, act: () => Promise<unknown>): () => boolean {
  let isActing = false;
  return () => {
    if (isSo()) return true;
    if (!isActing) {
      isActing = true;
      void act().finally(() => {
        isActing = false;
      });
    }
    return false;
  };
}
