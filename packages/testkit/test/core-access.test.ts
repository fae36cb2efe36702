import type { Action, Can, User } from "@dialogue/core";
import { describe, expect, test, vi } from "vitest";
import { createTestClock } from "../src/test-clock.ts";
import { createUnrulyBackplane } from "../src/unruly-backplane.ts";
import { codeOf, connect, createWorld, general, say, type TestClient, texts, type World, watch } from "./core-world.ts";

const rooms = { club: { ...general, visibility: "private" as const, createdById: "ada" } };

/** Everything a user could try with a room. */
function attempts({ core, caller }: TestClient, roomId: string): Record<string, Promise<unknown>> {
  return {
    join: core.join(caller, roomId),
    trigger: core.trigger(caller, { roomId, event: "note", data: { text: "x" } }),
    stopTyping: core.trigger(caller, { roomId, event: "typing", data: { isTyping: false } }),
    history: core.history(caller, roomId, {}),
    messages: core.messages(caller, roomId, {}),
    typing: core.typing(caller, roomId),
    presence: core.presence(caller, roomId),
    signals: core.signals(caller, roomId),
    get: core.rooms.get(caller, roomId),
    members: core.rooms.members(caller, roomId),
    update: core.rooms.update(caller, roomId, { name: "x" }),
    delete: core.rooms.delete(caller, roomId),
  };
}

async function refusals(client: TestClient, roomId: string): Promise<Set<string>> {
  const errors = Object.values(attempts(client, roomId)).map(async (work) => {
    const error = await work.then(
      () => new Error("it was allowed"),
      (refused: unknown) => refused,
    );
    return String(error);
  });
  return new Set(await Promise.all(errors));
}

describe("a private room", () => {
  test("answers everybody but its members as if it were not there (S3, S4, S8)", async () => {
    const { core } = await createWorld({ rooms: { ...rooms, general } });
    const eve = connect(core, "eve");
    const unknown = await refusals(eve, "nowhere");
    expect(unknown.size).toBe(1);
    const known = [...(await refusals(eve, "club"))].map((error) => error.replace("club", "nowhere"));
    expect(new Set(known)).toEqual(unknown);
    expect((await core.rooms.list(eve.caller)).map(({ id }) => id)).toEqual(["general"]);
  });

  test("is open to its owner from the first, and to whom it is granted", async () => {
    const { core } = await createWorld({ rooms });
    const [ada, bob] = [connect(core, "ada"), connect(core, "bob")];
    expect(await codeOf(core.join(ada.caller, "club"))).toBe("none");
    expect(await codeOf(core.join(bob.caller, "club"))).toBe("ROOM_NOT_FOUND");
    await core.rooms.grant("club", { userId: "bob", role: "member" });
    expect(await codeOf(core.join(bob.caller, "club"))).toBe("none");
    expect((await core.rooms.list(bob.caller)).map(({ id }) => id)).toEqual(["club"]);
    const made = await core.rooms.create(bob.caller, { id: "den", name: "Den", visibility: "private" });
    expect(made.visibility).toBe("private");
    expect(await codeOf(core.join(bob.caller, "den"))).toBe("none");
    expect(await codeOf(core.join(ada.caller, "den"))).toBe("ROOM_NOT_FOUND");
    expect(await codeOf(core.rooms.grant("nowhere", { userId: "bob", role: "member" }))).toBe("ROOM_NOT_FOUND");
  });

  async function openAll(world: World, bob: TestClient) {
    const { core, caller } = bob;
    const messages = await watch(world, core.messages(caller, "club", {}));
    const ephemeral = [
      await watch<unknown>(world, core.typing(caller, "club")),
      await watch<unknown>(world, core.presence(caller, "club")),
      await watch<unknown>(world, core.signals(caller, "club")),
    ];
    return { messages, ephemeral };
  }

  test("ends what a user has open the moment the membership is revoked, on every node (S11)", async () => {
    const world = await createWorld({ rooms, nodes: 2 });
    const [near, far] = world.cores;
    if (!near || !far) throw new Error("there are two nodes");
    await near.rooms.grant("club", { userId: "bob", role: "member" });
    const [ada, bob] = [connect(near, "ada"), connect(far, "bob")];
    const { messages, ephemeral } = await openAll(world, bob);
    const owner = await watch(world, far.messages(connect(far, "ada").caller, "club", {}));
    await near.rooms.revoke("club", "bob");
    await world.settle();
    await say(ada, "secret", { roomId: "club" });
    await world.settle();
    for (const { ends } of [messages, ...ephemeral]) expect(ends).toMatchObject([{ code: "ROOM_NOT_FOUND" }]);
    expect([texts(messages), texts(owner)]).toEqual([[], ["secret"]]);
    expect(bob.session.rooms()).toEqual([]);
    expect((await near.rooms.attendees("club")).map(({ id }) => id)).toEqual(["ada"]);
    expect(await codeOf(say(bob, "x", { roomId: "club" }))).toBe("ROOM_NOT_FOUND");
  });

  test("lets nobody in whose membership was revoked on the way in", async () => {
    const world = await createWorld({ rooms });
    const { core, clock } = world;
    await core.rooms.grant("club", { userId: "bob", role: "member" });
    // So that the room's log is being followed already: who comes now need not wait for it.
    await watch(world, core.messages(connect(core, "ada").caller, "club", {}));
    const { enter } = world.presence;
    vi.spyOn(world.presence, "enter").mockImplementation(async (...entry) => {
      await new Promise<void>((resolve) => clock.after(1_000, resolve));
      return enter(...entry);
    });
    const [joining, reading] = [connect(core, "bob"), connect(core, "bob")];
    const join = codeOf(core.join(joining.caller, "club"));
    const messages = await watch(world, core.messages(reading.caller, "club", {}));
    const presence = await watch(world, core.presence(connect(core, "bob").caller, "club"));
    await core.rooms.revoke("club", "bob");
    await clock.advance(1_500);
    expect(await join).toBe("ROOM_NOT_FOUND");
    for (const { ends } of [messages, presence]) expect(ends).toMatchObject([{ code: "ROOM_NOT_FOUND" }]);
    expect([joining.session.rooms(), messages.data, presence.data]).toEqual([[], [], []]);
    expect((await core.rooms.attendees("club")).map(({ id }) => id)).toEqual(["ada"]);
  });

  test("ends it within a head check when no news of the revocation comes through", async () => {
    const clock = createTestClock();
    const bus = createUnrulyBackplane({ clock, fate: () => [] });
    const world = await createWorld({ rooms, nodes: 2, clock, backplane: bus.node });
    const [near, far] = world.cores;
    if (!near || !far) throw new Error("there are two nodes");
    await near.rooms.grant("club", { userId: "bob", role: "member" });
    const bob = connect(far, "bob");
    const { messages, ephemeral } = await openAll(world, bob);
    await clock.advance(9_000);
    for (const { ends } of [messages, ...ephemeral]) expect(ends).toEqual([]);
    await near.rooms.revoke("club", "bob");
    await clock.advance(5_000);
    for (const { ends } of [messages, ...ephemeral]) expect(ends).toMatchObject([{ code: "ROOM_NOT_FOUND" }]);
    expect(bob.session.rooms()).toEqual([]);
  });
});

describe("a resume", () => {
  const twoNodes = { rooms, nodes: 2 };

  test("is refused to whoever was sent away meanwhile", async () => {
    const world = await createWorld(twoNodes);
    const { core } = world;
    await core.rooms.grant("club", { userId: "bob", role: "member" });
    const bob = connect(core, "bob");
    const before = await watch(world, core.messages(bob.caller, "club", {}));
    await core.rooms.revoke("club", "bob");
    await world.settle();
    const cursor = before.frames[0]?.cursor ?? "";
    for (const place of [{ cursor }, { lastEventId: cursor }])
      expect(await codeOf(core.messages(bob.caller, "club", place))).toBe("ROOM_NOT_FOUND");
  });

  test("by a caller without a session ends with the right, on every node", async () => {
    const world = await createWorld(twoNodes);
    const [near, far] = world.cores;
    if (!near || !far) throw new Error("there are two nodes");
    await near.rooms.grant("club", { userId: "bob", role: "member" });
    const ada = connect(near, "ada");
    await say(ada, "before", { roomId: "club" });
    const resumed = await watch(world, far.messages({ user: { id: "bob" } }, "club", { cursor: "0." }));
    expect(texts(resumed)).toEqual(["before"]);
    await near.rooms.revoke("club", "bob");
    await world.settle();
    await say(ada, "secret", { roomId: "club" });
    await world.settle();
    expect(texts(resumed)).toEqual(["before"]);
    expect(resumed.ends).toMatchObject([{ code: "ROOM_NOT_FOUND" }]);
  });
});

describe("the watch over rights", () => {
  test("asks the room store about no room in which nothing changes, however many are open", async () => {
    const world = await createWorld();
    const ada = connect(world.core, "ada");
    for (const id of ["one", "two", "three"]) {
      await world.core.rooms.create(undefined, { ...general, id });
      await world.core.join(ada.caller, id);
    }
    await world.clock.advance(10_000);
    const { rooms: store } = world.log;
    const asked = { one: vi.spyOn(store, "get"), all: vi.spyOn(store, "list") };
    await world.clock.advance(60_000);
    expect(asked.one).not.toHaveBeenCalled();
    // By retention, whose pace is its own.
    expect(asked.all.mock.calls.length).toBeLessThanOrEqual(1);
  });

  test("judges a large room a share at a time", async () => {
    const clock = createTestClock();
    let isSlow = false;
    let asking = 0;
    let most = 0;
    const can = async () => {
      most = Math.max(most, ++asking);
      if (isSlow) await new Promise<void>((resolve) => clock.after(10, resolve));
      asking--;
      return true;
    };
    const { core } = await createWorld({ rooms, can, clock });
    for (let at = 0; at < 100; at++) {
      await core.rooms.grant("club", { userId: `user-${at}`, role: "member" });
      await core.join(connect(core, `user-${at}`).caller, "club");
    }
    isSlow = true;
    most = 0;
    await core.rooms.revoke("club", "user-0");
    await clock.advance(1_000);
    expect(most).toBeGreaterThan(0);
    expect(most).toBeLessThanOrEqual(32);
    expect(await core.rooms.attendees("club")).toHaveLength(99);
  });
});

describe("can", () => {
  const fails: [string, () => unknown][] = [
    ["answers false", () => false],
    ["answers nothing", () => undefined],
    ["answers what is merely truthy", () => "yes"],
    [
      "throws",
      () => {
        throw new Error("on purpose");
      },
    ],
    [
      "rejects",
      async () => {
        throw new Error("on purpose");
      },
    ],
    ["never answers", () => new Promise(() => undefined)],
  ];
  test.each(fails)("fails closed when it %s (S7, C11)", async (_how, answer) => {
    // JavaScript callers may answer anything.
    const can: Can = (...asked) => Reflect.apply(answer, undefined, asked);
    const world = await createWorld({ can });
    const ada = connect(world.core, "ada");
    const codes = Object.values(attempts(ada, "general")).map(codeOf);
    const created = codeOf(world.core.rooms.create(ada.caller, { id: "mine", name: "Mine" }));
    await world.clock.advance(20_000);
    expect(await Promise.all(codes)).not.toContain("none");
    expect(await created).toBe("PERMISSION_DENIED");
    const listed = world.core.rooms.list(ada.caller);
    await world.clock.advance(10_000);
    expect(await listed).toEqual([]);
  });

  test("refuses one action and leaves the others", async () => {
    const can = (user: User, action: Action) => user.id !== "bob" || action !== "trigger";
    const { core } = await createWorld({ can });
    const bob = connect(core, "bob");
    await core.join(bob.caller, "general");
    expect(await codeOf(say(bob, "x"))).toBe("PERMISSION_DENIED");
    expect(await codeOf(core.history(bob.caller, "general", {}))).toBe("none");
    expect(await codeOf(say(connect(core, "ada"), "x"))).toBe("none");
  });

  test("that refuses a join says so, and hides the room where it may not be listed either", async () => {
    const secret = (_: User, action: Action) => action !== "join" && action !== "list";
    const barred = (_: User, action: Action) => action !== "join";
    const code = async (can: Can) => {
      const { core } = await createWorld({ can });
      return codeOf(core.join(connect(core, "ada").caller, "general"));
    };
    expect(await Promise.all([code(secret), code(barred)])).toEqual(["ROOM_NOT_FOUND", "JOIN_DENIED"]);
  });

  test("is never asked to grant what Dialogue's own rules refuse", async () => {
    const { core } = await createWorld({ rooms, can: () => true });
    expect(await codeOf(core.join(connect(core, "eve").caller, "club"))).toBe("ROOM_NOT_FOUND");
  });
});
