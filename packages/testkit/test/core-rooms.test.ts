import { memoryLog, type RoomDraft } from "@dialogue/core";
import { defineEvent, Message, Typing } from "@dialogue/events";
import { describe, expect, test, vi } from "vitest";
import * as z from "zod";
import { createTestClock } from "../src/test-clock.ts";
import { codeOf, connect, createWorld, general, Note, say, textOf, texts, Wave, watch } from "./core-world.ts";

const mine: RoomDraft = { id: "mine", name: "Mine" };

describe("a room made at run time", () => {
  test("belongs to who made it and can use every event of the application (C8)", async () => {
    const Extra = defineEvent("extra", { schema: z.object({}) });
    const created = vi.fn();
    const { core, settle } = await createWorld({ events: [Extra], hooks: { rooms: { onCreated: created } } });
    const ada = connect(core, "ada");
    const room = await core.rooms.create(ada.caller, { ...mine, createdById: "eve" });
    expect(room).toMatchObject({
      id: "mine",
      createdById: "ada",
      visibility: "public",
      size: 0,
      signals: ["typing", "wave"],
    });
    expect([...room.events].sort()).toEqual(["extra", "message", "note", "typing", "wave"]);
    expect(await codeOf(core.trigger(ada.caller, { roomId: "mine", event: "extra", data: {} }))).toBe("none");
    expect(await core.rooms.members(ada.caller, "mine")).toEqual([{ userId: "ada", role: "owner" }]);
    await settle();
    expect(created).toHaveBeenCalledExactlyOnceWith(room);
  });

  test("stands on every node and after a restart; events that nobody defines any more are reported and left out", async () => {
    const clock = createTestClock();
    const log = memoryLog({ clock, random: Math.random });
    const first = await createWorld({ clock, log, nodes: 2 });
    await first.core.rooms.create(undefined, { ...mine, events: [Note, Wave], maxSize: 3, metadata: { a: 1 } });
    expect(await first.cores[1]?.rooms.get(undefined, "mine")).toMatchObject({
      events: ["note", "wave"],
      maxSize: 3,
      metadata: { a: 1 },
    });
    await first.stop();
    const second = await createWorld({ clock, log, rooms: { other: { name: "O", events: [Note] } } });
    expect((await second.core.rooms.get(undefined, "mine")).events).toEqual(["note"]);
    expect(second.reports.filter((line) => line.includes("wave"))).toHaveLength(1);
    expect(await codeOf(second.core.trigger(undefined, { roomId: "mine", event: "wave", data: { to: "x" } }))).toBe(
      "EVENT_NOT_ALLOWED",
    );
  });

  test.each<[string, Partial<RoomDraft>]>([
    ["a malformed id", { id: "no spaces" }],
    ["an id too long", { id: "x".repeat(65) }],
    ["no name", { name: "" }],
    ["a name too long", { name: "x".repeat(101) }],
    ["a description too long", { description: "x".repeat(501) }],
    ["no room for anyone", { maxSize: 0 }],
    ["half a place", { maxSize: 1.5 }],
    ["a default subscription to nothing", { defaultSubscriptions: ["nope"] }],
    ["another definition of an event", { events: [defineEvent("note", { schema: z.object({}) })] }],
    ["a negative history", { syncHistoryOnJoin: -1 }],
  ])("is refused with %s (S8)", async (_what, facts) => {
    const { core } = await createWorld();
    expect(await codeOf(core.rooms.create(connect(core, "ada").caller, { ...mine, ...facts }))).toBe("INVALID_REQUEST");
    expect(await core.rooms.list(undefined)).toHaveLength(1);
  });

  test("is refused with metadata that is too large or cannot be stored (S8)", async () => {
    const { core } = await createWorld();
    const { caller } = connect(core, "ada");
    expect(await codeOf(core.rooms.create(caller, { ...mine, metadata: { x: "x".repeat(5_000) } }))).toBe(
      "PAYLOAD_TOO_LARGE",
    );
    expect(await codeOf(core.rooms.create(caller, { ...mine, metadata: { x: "\0" } }))).toBe("VALIDATION_FAILED");
  });

  test("is refused under an id that is taken", async () => {
    const { core } = await createWorld();
    await core.rooms.create(undefined, mine);
    expect(await codeOf(core.rooms.create(connect(core, "ada").caller, mine))).toBe("ROOM_EXISTS");
    expect(await codeOf(core.rooms.create(undefined, { id: "general", name: "x" }))).toBe("ROOM_EXISTS");
  });

  test("is refused past the user's number, also when asked for all at once (S8)", async () => {
    const { core } = await createWorld({ limits: { roomsPerUser: 2 } });
    const { caller } = connect(core, "ada");
    const codes = await Promise.all(
      ["a", "b", "c", "d"].map((id) => codeOf(core.rooms.create(caller, { id, name: id }))),
    );
    expect(codes).toEqual(["none", "none", "PERMISSION_DENIED", "PERMISSION_DENIED"]);
    await core.rooms.delete(caller, "a");
    expect(await codeOf(core.rooms.create(caller, { id: "e", name: "e" }))).toBe("none");
  });

  test("is changed and deleted by its owner only (S5)", async () => {
    const { core } = await createWorld();
    const [ada, eve] = [connect(core, "ada"), connect(core, "eve")];
    await core.rooms.create(ada.caller, mine);
    expect(await codeOf(core.rooms.update(eve.caller, "mine", { name: "Hers" }))).toBe("PERMISSION_DENIED");
    expect(await codeOf(core.rooms.delete(eve.caller, "mine"))).toBe("PERMISSION_DENIED");
    expect(await codeOf(core.rooms.update(ada.caller, "mine", { name: "" }))).toBe("INVALID_REQUEST");
    const change = { name: "Ours", maxSize: 7, createdById: "eve", visibility: "private" };
    expect(await core.rooms.update(ada.caller, "mine", change)).toMatchObject({
      name: "Ours",
      maxSize: 7,
      createdById: "ada",
      visibility: "public",
    });
    expect(await codeOf(core.rooms.delete(ada.caller, "mine"))).toBe("none");
    expect(await codeOf(core.rooms.get(ada.caller, "mine"))).toBe("ROOM_NOT_FOUND");
  });

  test("starts where syncHistoryOnJoin says, counted over all default subscriptions together (C9, C10)", async () => {
    const world = await createWorld();
    const { core } = world;
    const facts = { ...mine, defaultSubscriptions: ["message"], syncHistoryOnJoin: 2 };
    await core.rooms.create(undefined, facts);
    await core.rooms.create(undefined, { ...mine, id: "all", syncHistoryOnJoin: true });
    await core.rooms.create(undefined, { ...mine, id: "both", syncHistoryOnJoin: 3 });
    await core.rooms.create(undefined, { ...mine, id: "none" });
    const ada = connect(core, "ada");
    for (const roomId of ["mine", "all", "both", "none"])
      for (const text of ["1", "2", "3"]) {
        await say(ada, text, { roomId });
        await core.trigger(ada.caller, { roomId, event: "note", data: { text: `n${text}` } });
      }
    const read = async (roomId: string) => texts(await watch(world, core.messages(ada.caller, roomId, {})));
    expect(await read("mine")).toEqual(["2", "n2", "3", "n3"]);
    expect(await read("all")).toEqual(["1", "n1", "2", "n2", "3", "n3"]);
    expect(await read("both")).toEqual(["n2", "3", "n3"]);
    expect(await read("none")).toEqual([]);
  });
});

describe("a configured room", () => {
  test("cannot be deleted or changed by anybody, with an owner or without (S5)", async () => {
    const { core } = await createWorld({ rooms: { general, owned: { ...general, createdById: "ada" } } });
    const [ada, eve] = [connect(core, "ada"), connect(core, "eve")];
    for (const caller of [ada.caller, eve.caller, undefined])
      for (const roomId of ["general", "owned"]) {
        expect(await codeOf(core.rooms.delete(caller, roomId))).toBe("PERMISSION_DENIED");
        expect(await codeOf(core.rooms.update(caller, roomId, { name: "x" }))).toBe("PERMISSION_DENIED");
      }
  });

  test("that cannot be is refused when the node is made", async () => {
    const twice = { name: "G", events: [Message, Message] };
    await expect(createWorld({ rooms: { "no spaces": general } })).rejects.toMatchObject({ code: "INVALID_REQUEST" });
    await expect(createWorld({ rooms: { general: twice } })).rejects.toMatchObject({ code: "INVALID_REQUEST" });
    await expect(createWorld({ rooms: { general: { ...general, name: "" } } })).rejects.toMatchObject({
      code: "INVALID_REQUEST",
    });
  });

  test("listens for no event that it has not", async () => {
    const { core } = await createWorld({ rooms: { general: { name: "G", events: [Typing] } } });
    expect(() => core.on("general", Message, () => undefined)).toThrow(
      expect.objectContaining({ code: "EVENT_NOT_ALLOWED" }),
    );
  });
});

describe("a deleted room", () => {
  test("ends what is open, on every node", async () => {
    const deleted = vi.fn();
    const world = await createWorld({ nodes: 2, hooks: { rooms: { onDeleted: deleted } } });
    await world.core.rooms.create(undefined, mine);
    const clients = world.cores.map((core, at) => connect(core, `user-${at}`));
    const open = await Promise.all(
      clients.flatMap(({ core, caller }) => [
        watch(world, core.messages(caller, "mine", {})),
        watch<unknown>(world, core.presence(caller, "mine")),
        watch<unknown>(world, core.typing(caller, "mine")),
        watch<unknown>(world, core.signals(caller, "mine")),
      ]),
    );
    await world.core.rooms.delete(undefined, "mine");
    await world.settle();
    for (const { ends } of open) expect(ends).toMatchObject([{ code: "ROOM_NOT_FOUND" }]);
    expect(clients.map(({ session }) => session.rooms())).toEqual([[], []]);
    expect(await world.presence.roster("mine")).toEqual([]);
    expect(deleted).toHaveBeenCalledExactlyOnceWith("mine");
  });

  test.each([
    ["gone", false],
    ["made anew", true],
  ])("that is %s takes no event of a trigger that was under way", async (_what, isMadeAnew) => {
    const gate = new Map<string, () => void>();
    const pass = (name: string) => new Promise<void>((resolve) => gate.set(name, resolve));
    const beforeEach = ({ data }: { readonly data: unknown }) =>
      textOf(data) === "judged" ? pass("judged") : undefined;
    const world = await createWorld({ hooks: { events: { beforeEach } } });
    const { core, log } = world;
    await core.rooms.create(undefined, mine);
    const ada = connect(core, "ada");
    const { append } = log.events;
    vi.spyOn(log.events, "append").mockImplementation(async (drafts) => {
      if (textOf(drafts[0]?.data) === "written") await pass("written");
      return append(drafts);
    });
    const answers = ["judged", "written"].map((text) => codeOf(say(ada, text, { roomId: "mine" })));
    await world.settle();
    await core.rooms.delete(undefined, "mine");
    if (isMadeAnew) await core.rooms.create(undefined, mine);
    for (const open of gate.values()) open();
    await world.settle();
    expect(await Promise.all(answers)).toEqual(["ROOM_NOT_FOUND", "ROOM_NOT_FOUND"]);
    const { events } = await log.events.read("mine", { after: 0, limit: 10 });
    expect(events.filter(({ redacted }) => !redacted)).toEqual([]);
    if (isMadeAnew) expect((await core.history(undefined, "mine", {})).events).toEqual([]);
  });

  test("takes nothing from its successor when a late event is taken back", async () => {
    const world = await createWorld();
    const { core, log } = world;
    await core.rooms.create(undefined, mine);
    const { append, drop } = log.events;
    let write: () => void = () => undefined;
    vi.spyOn(log.events, "append").mockImplementationOnce(async (drafts) => {
      await new Promise<void>((resolve) => {
        write = resolve;
      });
      return append(drafts);
    });
    const late = codeOf(core.trigger(undefined, { roomId: "mine", event: "note", data: { text: "late" } }));
    await world.settle();
    await core.rooms.delete(undefined, "mine");
    let isMade = false;
    const makeAnew = async () => {
      if (isMade) return;
      isMade = true;
      await core.rooms.create(undefined, mine);
      await core.trigger(undefined, { roomId: "mine", event: "note", data: { text: "new" } });
    };
    // The worst moment: whoever drops the log now has found no room, and there is one by the time it is dropped.
    vi.spyOn(log.events, "drop").mockImplementation(async (roomId) => {
      await makeAnew();
      return drop(roomId);
    });
    write();
    expect(await late).toBe("ROOM_NOT_FOUND");
    await makeAnew();
    const { events } = await core.history(undefined, "mine", {});
    expect(events.map(({ data }) => textOf(data))).toEqual(["new"]);
  });

  test("is noticed by a node that heard nothing of it", async () => {
    const silent = {
      publish: async () => undefined,
      subscribe: async () => async () => undefined,
      onSuspect: () => () => undefined,
    };
    const world = await createWorld({ nodes: 2, backplane: () => silent });
    await world.core.rooms.create(undefined, mine);
    const far = connect(world.cores[1] ?? world.core, "bob");
    const typing = await watch(world, far.core.typing(far.caller, "mine"));
    const messages = await watch(world, far.core.messages(far.caller, "mine", {}));
    await world.core.rooms.delete(undefined, "mine");
    await world.clock.advance(5_000);
    expect(far.session.rooms()).toEqual([]);
    expect([typing.ends, messages.ends]).toMatchObject([[{ code: "ROOM_NOT_FOUND" }], [{ code: "ROOM_NOT_FOUND" }]]);
  });

  test("that is made again starts empty, and is joined again (C7)", async () => {
    const world = await createWorld();
    const { core } = world;
    const ada = connect(core, "ada");
    await core.rooms.create(ada.caller, mine);
    await core.join(ada.caller, "mine");
    await core.rooms.grant("mine", { userId: "bob", role: "member" });
    await say(ada, "old", { roomId: "mine" });
    await core.rooms.delete(ada.caller, "mine");
    await world.settle();
    expect(ada.session.rooms()).toEqual([]);
    await core.rooms.create(undefined, { ...mine, syncHistoryOnJoin: true });
    expect((await core.history(ada.caller, "mine", {})).events).toEqual([]);
    expect(await core.rooms.members(undefined, "mine")).toEqual([]);
    expect((await core.join(ada.caller, "mine")).size).toBe(1);
    const watched = await watch(world, core.messages(ada.caller, "mine", {}));
    await say(ada, "new", { roomId: "mine" });
    await world.settle();
    expect(texts(watched)).toEqual(["new"]);
    expect(ada.session.rooms()).toEqual(["mine"]);
  });

  test("leaves nothing to the next of its name when its deletion was cut short", async () => {
    const { core, log } = await createWorld();
    await core.rooms.create(undefined, mine);
    await core.trigger(undefined, { roomId: "mine", event: "note", data: { text: "old" } });
    await log.rooms.remove("mine");
    await core.rooms.create(undefined, mine);
    expect((await core.history(undefined, "mine", {})).events).toEqual([]);
  });
});

describe("a room whose making fails halfway", () => {
  test("is not there, and shows nobody what the last of its name left", async () => {
    const { core, log } = await createWorld();
    const ada = connect(core, "ada");
    await core.rooms.create(undefined, mine);
    await core.trigger(undefined, { roomId: "mine", event: "note", data: { text: "old" } });
    await log.rooms.remove("mine");
    vi.spyOn(log.events, "drop").mockRejectedValueOnce(new Error("on purpose"));
    await expect(core.rooms.create(ada.caller, mine)).rejects.toThrow("on purpose");
    expect(await codeOf(core.history(undefined, "mine", {}))).toBe("ROOM_NOT_FOUND");
    await core.rooms.create(ada.caller, mine);
    expect((await core.history(ada.caller, "mine", {})).events).toEqual([]);
  });

  test("can be made again by whoever it was to belong to", async () => {
    const { core, log } = await createWorld();
    const ada = connect(core, "ada");
    vi.spyOn(log.rooms, "grant").mockRejectedValueOnce(new Error("on purpose"));
    await expect(core.rooms.create(ada.caller, mine)).rejects.toThrow("on purpose");
    await core.rooms.create(ada.caller, mine);
    expect(await codeOf(core.join(ada.caller, "mine"))).toBe("none");
  });
});

describe("a list of many rooms", () => {
  test("asks for a share of their sizes at a time", async () => {
    const world = await createWorld();
    for (let at = 0; at < 100; at++) await world.core.rooms.create(undefined, { ...mine, id: `room-${at}` });
    const { roster } = world.presence;
    let asking = 0;
    let most = 0;
    vi.spyOn(world.presence, "roster").mockImplementation(async (roomId) => {
      most = Math.max(most, ++asking);
      await new Promise<void>((resolve) => world.clock.after(10, resolve));
      asking--;
      return roster(roomId);
    });
    const listed = world.core.rooms.list(undefined);
    await world.clock.advance(2_000);
    expect(await listed).toHaveLength(101);
    expect(most).toBeLessThanOrEqual(32);
  });
});

describe("history", () => {
  test("is judged before it is read: bounds, cursors, and one page per question (S12, C4, C13)", async () => {
    const { core } = await createWorld();
    const ada = connect(core, "ada");
    for (let at = 1; at <= 6; at++) await say(ada, `${at}`);
    const read = async (query: object) =>
      (await core.history(ada.caller, "general", query)).events.map(({ seq }) => seq);
    for (const query of [{ limit: 0 }, { limit: 201 }, { limit: 1.5 }, { before: "x" }, { before: "1.", after: "1." }])
      expect(await codeOf(read(query))).toBe("INVALID_REQUEST");
    const newest = await core.history(ada.caller, "general", { limit: 2 });
    await say(ada, "7");
    const pages = [
      read({ limit: 2, before: newest.older }),
      read({ limit: 3, before: newest.older }),
      read({ limit: 2 }),
    ];
    expect(await Promise.all(pages)).toEqual([
      [3, 4],
      [2, 3, 4],
      [6, 7],
    ]);
  });
});
