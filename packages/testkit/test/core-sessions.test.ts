import type { Hooks } from "@dialogue/core";
import { closeCodes } from "@dialogue/events";
import { describe, expect, test, vi } from "vitest";
import { freshId } from "../src/drafts.ts";
import { codeOf, connect, createWorld, general, say, texts, watch } from "./core-world.ts";

/** Writes down what the hooks are told. */
function journal(): { readonly lines: string[]; readonly hooks: Hooks } {
  const lines: string[] = [];
  return {
    lines,
    hooks: {
      socket: {
        onConnect: ({ user }) => void lines.push(`connect ${user.id}`),
        onDisconnect: ({ user }) => void lines.push(`disconnect ${user.id}`),
      },
      clients: {
        onConnected: ({ userId }) => void lines.push(`connected ${userId}`),
        onDisconnected: ({ userId }) => void lines.push(`disconnected ${userId}`),
        onJoined: ({ userId }, roomId) => void lines.push(`joined ${userId} ${roomId}`),
        onLeft: ({ userId }, roomId) => void lines.push(`left ${userId} ${roomId}`),
      },
    },
  };
}

describe("a session", () => {
  test("lives through a reconnect within the grace period, and its hooks run once", async () => {
    const { lines, hooks } = journal();
    const world = await createWorld({ hooks });
    const ada = connect(world.core, "ada", freshId());
    await ada.session.ready;
    await world.core.join(ada.caller, "general");
    ada.unlink();
    await world.clock.advance(4_999);
    const again = connect(world.core, "ada", ada.session.id);
    expect(again.session).toBe(ada.session);
    expect(again.session.resumed).toBe(true);
    await world.clock.advance(60_000);
    expect(again.session.rooms()).toEqual(["general"]);
    again.unlink();
    await world.clock.advance(5_000);
    expect(world.core.sessions()).toEqual([]);
    expect(lines).toEqual([
      "connect ada",
      "connected ada",
      "joined ada general",
      "disconnect ada",
      "connect ada",
      "disconnect ada",
      "left ada general",
      "disconnected ada",
    ]);
  });

  test("that ends leaves every room before it is disconnected, however slow onLeft is (C1)", async () => {
    const { lines, hooks } = journal();
    const world = await createWorld({
      rooms: { a: general, b: general },
      hooks: {
        clients: {
          ...hooks.clients,
          onLeft: async (client, roomId) => {
            await new Promise<void>((resolve) => world.clock.after(1_000, resolve));
            lines.push(`left ${client.userId} ${roomId}`);
          },
        },
      },
    });
    const ada = connect(world.core, "ada");
    await world.core.join(ada.caller, "a");
    await watch(world, world.core.messages(ada.caller, "b", {}));
    ada.unlink();
    await world.clock.advance(6_000);
    expect(lines.slice(-3).sort()).toEqual(["disconnected ada", "left ada a", "left ada b"]);
    expect(lines.at(-1)).toBe("disconnected ada");
  });

  test("is another user's to nobody: the id of one gives its bearer a new session", async () => {
    const { core } = await createWorld();
    const ada = connect(core, "ada", freshId());
    const eve = connect(core, "eve", ada.session.id);
    expect(eve.session.id).not.toBe(ada.session.id);
    expect(core.session("eve", ada.session.id)).toBeUndefined();
    expect(core.session("ada", ada.session.id)).toBe(ada.session);
    const stolen = { user: { id: "eve" }, session: ada.session };
    expect(await codeOf(core.join(stolen, "general"))).toBe("UNAVAILABLE");
  });

  test("says whether it is the user's only one, under one id for every hook (C20)", async () => {
    const { core } = await createWorld();
    const [first, second, other] = [connect(core, "ada"), connect(core, "ada"), connect(core, "bob")];
    expect([first, second, other].map(({ session }) => session.isFirst)).toEqual([true, false, true]);
    expect(core.sessions("ada")).toEqual([first.session, second.session]);
    expect(core.sessions("ada").map(({ id }) => core.session("ada", id))).toEqual([first.session, second.session]);
  });

  test("beyond the user's number is refused, unless an absent one can make room", async () => {
    const world = await createWorld({ limits: { sessionsPerUser: 2 } });
    const first = connect(world.core, "ada");
    connect(world.core, "ada");
    expect(() => connect(world.core, "ada")).toThrow(expect.objectContaining({ code: "RATE_LIMITED" }));
    first.unlink();
    expect(connect(world.core, "ada").session.isFirst).toBe(false);
    expect(world.core.sessions("ada")).toHaveLength(2);
  });

  test("that is disconnected closes its links for good and ends its subscriptions", async () => {
    const world = await createWorld();
    const ada = connect(world.core, "ada");
    const watched = await watch(world, world.core.messages(ada.caller, "general", {}));
    ada.session.disconnect();
    await world.settle();
    expect(ada.closed).toEqual([closeCodes.REVOKED]);
    expect(watched.ends).toEqual([undefined]);
    expect(await world.core.rooms.attendees("general")).toEqual([]);
    expect(await codeOf(world.core.join(ada.caller, "general"))).toBe("UNAVAILABLE");
  });

  test("cannot be the server's, and needs an identity that stands", async () => {
    const { core, clock } = await createWorld();
    const refused = expect.objectContaining({ code: "UNAUTHENTICATED" });
    expect(() => connect(core, "system")).toThrow(refused);
    expect(() => connect(core, { id: "ada", expiresAt: clock.now() })).toThrow(refused);
  });
});

describe("an identity that lapses (S11)", () => {
  test("closes its own links and no later ones, and serves no more calls", async () => {
    const world = await createWorld();
    const start = world.clock.now();
    const old = connect(world.core, { id: "ada", expiresAt: start + 60_000 }, freshId());
    const fresh = connect(world.core, { id: "ada", expiresAt: start + 120_000 }, old.session.id);
    await world.clock.advance(59_999);
    expect(old.closed).toEqual([]);
    await world.clock.advance(1);
    expect(old.closed).toEqual([closeCodes.TOKEN_EXPIRED]);
    expect(await codeOf(say(old, "x"))).toBe("UNAUTHENTICATED");
    expect(await codeOf(say(fresh, "x"))).toBe("none");
    await world.clock.advance(60_000);
    expect(fresh.closed).toEqual([closeCodes.TOKEN_EXPIRED]);
  });

  test("is not mistaken when it lies further ahead than a timer reaches", async () => {
    const world = await createWorld({ limits: { headCheckMs: 1e10, leaseMs: 3e10 } });
    const ada = connect(world.core, { id: "ada", expiresAt: world.clock.now() + 2 ** 31 + 5_000 });
    const asked = vi.spyOn(world.clock, "after");
    connect(world.core, { id: "ada", expiresAt: world.clock.now() + 2 ** 33 });
    expect(asked.mock.calls.every(([ms]) => ms < 2 ** 31)).toBe(true);
    ada.unlink();
  });
});

describe("a join", () => {
  test("is idempotent, from the browser and from the server alike", async () => {
    const { lines, hooks } = journal();
    const world = await createWorld({ hooks: { clients: hooks.clients ?? {} } });
    const ada = connect(world.core, "ada");
    const joins = [
      world.core.join(ada.caller, "general"),
      ada.session.join("general"),
      ada.session.join({ id: "general" }),
    ];
    expect((await Promise.all(joins)).map(({ size }) => size)).toEqual([1, 1, 1]);
    await ada.session.leave("general");
    await ada.session.leave("general");
    expect(ada.session.rooms()).toEqual([]);
    await world.settle();
    expect(lines.filter((line) => line.includes("general"))).toEqual(["joined ada general", "left ada general"]);
  });

  test("to a full room is refused without a trace (S6)", async () => {
    const { lines, hooks } = journal();
    const world = await createWorld({ rooms: { general: { ...general, maxSize: 1 } }, hooks });
    const ada = connect(world.core, "ada");
    await world.core.join(ada.caller, "general");
    await world.core.join(connect(world.core, "ada").caller, "general");
    const bob = connect(world.core, "bob");
    expect(await codeOf(world.core.join(bob.caller, "general"))).toBe("ROOM_FULL");
    expect(await codeOf(world.core.messages(bob.caller, "general", {}))).toBe("ROOM_FULL");
    expect(await codeOf(world.core.history(bob.caller, "general", {}))).toBe("ROOM_FULL");
    expect(await codeOf(say(bob, "x"))).toBe("ROOM_FULL");
    await world.settle();
    expect(lines.filter((line) => line.includes("bob general"))).toEqual([]);
    expect(bob.session.rooms()).toEqual([]);
    await ada.session.leave("general");
    expect(await codeOf(world.core.join(bob.caller, "general"))).toBe("ROOM_FULL");
    for (const tab of world.core.sessions("ada")) await tab.leave("general");
    expect(await codeOf(world.core.join(bob.caller, "general"))).toBe("none");
  });

  const refusals: [string, () => unknown][] = [
    ["answers false", () => false],
    ["answers false, async", async () => false],
    [
      "throws",
      () => {
        throw new Error("no");
      },
    ],
    [
      "rejects",
      async () => {
        throw new Error("no");
      },
    ],
    ["never answers", () => new Promise(() => undefined)],
  ];
  test.each(refusals)(
    "is refused when beforeJoin %s: no post, no history, no subscription (S3, S4, S7, C11)",
    async (_how, refuse) => {
      const { lines, hooks } = journal();
      const beforeJoin = ({ user }: { user: { id: string } }) =>
        user.id === "eve"
          ? Promise.resolve()
              .then(refuse)
              .then((answer) => answer === true)
          : true;
      const world = await createWorld({ hooks: { clients: { ...hooks.clients, beforeJoin } } });
      await say(connect(world.core, "ada"), "secret");
      const eve = connect(world.core, "eve");
      const visitor = { user: { id: "eve" } };
      const attempts = [
        world.core.join(eve.caller, "general"),
        eve.session.join("general"),
        say(eve, "x"),
        world.core.trigger(visitor, { roomId: "general", event: "note", data: { text: "x" } }),
        world.core.history(eve.caller, "general", {}),
        world.core.history(visitor, "general", {}),
        world.core.messages(eve.caller, "general", {}),
        world.core.typing(eve.caller, "general"),
        world.core.presence(eve.caller, "general"),
        world.core.signals(eve.caller, "general"),
      ].map(codeOf);
      await world.clock.advance(5_000);
      expect(new Set(await Promise.all(attempts))).toEqual(new Set(["JOIN_DENIED"]));
      expect(lines.filter((line) => line.includes("eve general"))).toEqual([]);
      expect(await world.core.rooms.attendees("general")).toEqual([]);
    },
  );

  test("that is left floating in a hook is reported when it is refused", async () => {
    const unhandled = vi.fn();
    process.on("unhandledRejection", unhandled);
    const world = await createWorld({
      hooks: {
        clients: {
          onConnected: (client) => {
            void client.join({ id: "nowhere" });
            throw new Error("on purpose");
          },
        },
      },
    });
    await connect(world.core, "ada").session.ready;
    await world.settle();
    await new Promise((resolve) => setImmediate(resolve));
    process.off("unhandledRejection", unhandled);
    expect(unhandled).not.toHaveBeenCalled();
    expect(world.reports.some((line) => line.startsWith("join room nowhere: DialogueError"))).toBe(true);
    expect(world.reports.some((line) => line.startsWith("run onConnected: Error: on purpose"))).toBe(true);
  });

  test("is bounded in number for each session", async () => {
    const { core } = await createWorld({
      rooms: { a: general, b: general, c: general },
      limits: { roomsPerSession: 2 },
    });
    const ada = connect(core, "ada");
    const codes = await Promise.all(["a", "b", "c"].map((roomId) => codeOf(core.join(ada.caller, roomId))));
    expect(codes).toEqual(["none", "none", "RATE_LIMITED"]);
  });

  test("without a session is malformed", async () => {
    const { core } = await createWorld();
    expect(await codeOf(core.join({ user: { id: "ada" } }, "general"))).toBe("INVALID_REQUEST");
  });

  test("counts among the user's calls", async () => {
    const { core } = await createWorld({ limits: { callsPerUser: { perSecond: 1, burst: 2 } } });
    const ada = connect(core, "ada");
    expect(await codeOf(core.join(ada.caller, "general"))).toBe("none");
    expect(await codeOf(core.history(ada.caller, "general", {}))).toBe("none");
    expect(await codeOf(core.rooms.list(ada.caller))).toBe("RATE_LIMITED");
  });
});

describe("a subscription", () => {
  test("attends the room while it is attached, not before", async () => {
    const world = await createWorld();
    const ada = connect(world.core, "ada");
    const source = await world.core.messages(ada.caller, "general", {});
    await world.settle();
    expect(ada.session.rooms()).toEqual([]);
    const watched = await watch(world, Promise.resolve(source));
    const typing = await watch(world, world.core.typing(ada.caller, "general"));
    expect(ada.session.rooms()).toEqual(["general"]);
    watched.detach();
    await world.settle();
    expect(ada.session.rooms()).toEqual(["general"]);
    typing.detach();
    typing.detach();
    await world.settle();
    expect(ada.session.rooms()).toEqual([]);
  });

  test("that a lost connection took along keeps the room for the grace period", async () => {
    const { lines, hooks } = journal();
    const world = await createWorld({ hooks: { clients: hooks.clients ?? {} } });
    const ada = connect(world.core, "ada", freshId());
    const first = await watch(world, world.core.messages(ada.caller, "general", {}));
    first.detach();
    ada.unlink();
    await world.clock.advance(3_000);
    expect(ada.session.rooms()).toEqual(["general"]);
    const again = connect(world.core, "ada", ada.session.id);
    const second = await watch(world, world.core.messages(again.caller, "general", {}));
    await world.clock.advance(60_000);
    expect(again.session.rooms()).toEqual(["general"]);
    expect(lines).toEqual(["connected ada", "joined ada general"]);
    second.detach();
    await world.settle();
    expect(lines.at(-1)).toBe("left ada general");
  });

  test("keeps the room for the whole grace period of the last loss, however short a reconnect before it was", async () => {
    const { lines, hooks } = journal();
    const world = await createWorld({ hooks: { clients: hooks.clients ?? {} } });
    const ada = connect(world.core, "ada", freshId());
    const first = await watch(world, world.core.messages(ada.caller, "general", {}));
    first.detach();
    ada.unlink();
    await world.clock.advance(1_000);
    connect(world.core, "ada", ada.session.id).unlink();
    await world.clock.advance(4_900);
    const again = connect(world.core, "ada", ada.session.id);
    await world.clock.advance(1_000);
    await watch(world, world.core.messages(again.caller, "general", {}));
    await world.clock.advance(60_000);
    expect(again.session.rooms()).toEqual(["general"]);
    expect(lines).toEqual(["connected ada", "joined ada general"]);
  });

  test("that is not taken up again after a reconnect ends the attendance", async () => {
    const world = await createWorld();
    const ada = connect(world.core, "ada", freshId());
    const first = await watch(world, world.core.messages(ada.caller, "general", {}));
    first.detach();
    ada.unlink();
    await world.settle();
    connect(world.core, "ada", ada.session.id);
    await world.clock.advance(5_000);
    expect(ada.session.rooms()).toEqual([]);
  });

  test("ends when its session leaves the room", async () => {
    const world = await createWorld();
    const ada = connect(world.core, "ada");
    const watched = await watch(world, world.core.messages(ada.caller, "general", {}));
    const presence = await watch(world, world.core.presence(ada.caller, "general"));
    await world.core.leave(ada.caller, "general");
    expect([watched.ends, presence.ends]).toEqual([[undefined], [undefined]]);
    await world.core.trigger(undefined, { roomId: "general", event: "note", data: { text: "x" } });
    await world.settle();
    expect(texts(watched)).toEqual([]);
  });

  test("is bounded in number for each session", async () => {
    const world = await createWorld({ limits: { subscriptionsPerSession: 2 } });
    const ada = connect(world.core, "ada");
    const late = await world.core.typing(ada.caller, "general");
    await watch(world, world.core.messages(ada.caller, "general", {}));
    const second = await watch(world, world.core.presence(ada.caller, "general"));
    expect(await codeOf(world.core.signals(ada.caller, "general"))).toBe("RATE_LIMITED");
    expect((await watch(world, Promise.resolve(late))).ends).toMatchObject([{ code: "RATE_LIMITED" }]);
    second.detach();
    expect((await watch(world, Promise.resolve(late))).ends).toEqual([]);
  });

  test("with a malformed cursor is refused, and lastEventId beats the cursor", async () => {
    const world = await createWorld();
    const ada = connect(world.core, "ada");
    for (const text of ["1", "2", "3"]) await say(ada, text);
    expect(await codeOf(world.core.messages(ada.caller, "general", { cursor: "-1" }))).toBe("INVALID_REQUEST");
    const all = await watch(world, world.core.messages(ada.caller, "general", { cursor: "0." }));
    expect(texts(all)).toEqual(["1", "2", "3"]);
    const lastEventId = all.frames.at(-2)?.cursor ?? "";
    expect(
      texts(await watch(world, world.core.messages(ada.caller, "general", { cursor: "0.", lastEventId }))),
    ).toEqual(["3"]);
  });
});

describe("a node that stops", () => {
  test("ends what is open, runs the hooks, serves nobody and still hears them out", async () => {
    const { lines, hooks } = journal();
    const world = await createWorld({
      hooks: {
        ...hooks,
        clients: {
          ...hooks.clients,
          onDisconnected: async () => {
            await world.core.trigger(undefined, { roomId: "general", event: "note", data: { text: "bye" } });
            lines.push("said bye");
          },
        },
      },
    });
    const ada = connect(world.core, "ada");
    const watched = await watch(world, world.core.messages(ada.caller, "general", {}));
    await Promise.all([world.stop(), world.core.stop()]);
    expect(ada.closed).toEqual([closeCodes.DRAIN]);
    expect(watched.ends).toHaveLength(1);
    expect(lines.slice(-2)).toEqual(["left ada general", "said bye"]);
    expect(await world.presence.roster("general")).toEqual([]);
    expect(await codeOf(world.core.trigger(undefined, { roomId: "general", event: "note", data: { text: "x" } }))).toBe(
      "UNAVAILABLE",
    );
    expect(() => connect(world.core, "bob")).toThrow(expect.objectContaining({ code: "UNAVAILABLE" }));
    expect(world.reports).toEqual([]);
    expect(world.clock.pending).toBe(0);
  });
});
