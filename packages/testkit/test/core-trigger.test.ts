import { defineEvent, Message } from "@dialogue/events";
import { describe, expect, test, vi } from "vitest";
import * as z from "zod";
import { freshId } from "../src/drafts.ts";
import { codeOf, connect, createWorld, general, Note, say, texts, watch } from "./core-world.ts";

const system = undefined;

function nested(depth: number): unknown {
  let value: unknown = 1;
  for (let level = 0; level < depth; level++) value = [value];
  return value;
}

describe("a trigger", () => {
  test("answers the accepted event, and everyone who subscribes reads it", async () => {
    const world = await createWorld();
    const ada = connect(world.core, "ada");
    const watched = await watch(world, world.core.messages(ada.caller, "general", {}));
    const event = await say(ada, "hello");
    await world.settle();
    expect(event).toMatchObject({ roomId: "general", event: "message", seq: 1, from: "ada", data: { text: "hello" } });
    expect(watched.data).toContainEqual({ type: "event", event });
  });

  test("is read on other nodes at once, though no head is checked", async () => {
    const world = await createWorld({ nodes: 2 });
    const far = world.cores[1] ?? world.core;
    const watched = await watch(world, far.messages(connect(far, "bob").caller, "general", {}));
    await say(connect(world.core, "ada"), "hello");
    await world.settle();
    expect(texts(watched)).toEqual(["hello"]);
  });

  test("is refused for an event that the room does not declare", async () => {
    const { core } = await createWorld();
    const { caller } = connect(core, "ada");
    expect(await codeOf(core.trigger(caller, { roomId: "general", event: "nope", data: {} }))).toBe(
      "EVENT_NOT_ALLOWED",
    );
    expect(await codeOf(core.trigger(caller, { roomId: "general", event: "__proto__", data: {} }))).toBe(
      "EVENT_NOT_ALLOWED",
    );
  });

  test("by the application is refused for another definition of the same name", async () => {
    const { core } = await createWorld();
    const Other = defineEvent("message", { schema: z.object({ text: z.number() }) });
    const again = { ...Message };
    expect(await codeOf(core.trigger(system, { roomId: "general", event: Other, data: { text: 1 } }))).toBe(
      "EVENT_NOT_ALLOWED",
    );
    expect(
      await codeOf(core.trigger(system, { roomId: "general", event: again, data: { text: "x", senderId: "system" } })),
    ).toBe("none");
  });

  test.each([
    ["an id that is no UUID", { id: "1" }, "INVALID_REQUEST"],
    ["an id in upper case", { id: freshId().toUpperCase() }, "INVALID_REQUEST"],
    ["data that the schema refuses", { data: { text: 1 } }, "VALIDATION_FAILED"],
    ["data beyond its limit", { data: { text: "é".repeat(9_000) } }, "PAYLOAD_TOO_LARGE"],
    ["meta beyond its limit (S9)", { meta: { x: "a".repeat(5_000) } }, "PAYLOAD_TOO_LARGE"],
    ["meta that is no object (S9)", { meta: ["x"] }, "VALIDATION_FAILED"],
    ["meta that nests too deep (S9)", { meta: { x: nested(40) } }, "INVALID_REQUEST"],
    ["a NUL", { data: { text: "a\0b" } }, "VALIDATION_FAILED"],
    ["half a surrogate pair", { data: { text: "a\ud800b" } }, "VALIDATION_FAILED"],
    ["a reserved key", { data: JSON.parse('{"text":"a","__proto__":{"admin":true}}') }, "VALIDATION_FAILED"],
    ["a reserved key in meta", { meta: { constructor: 1 } }, "VALIDATION_FAILED"],
    ["data that has no JSON form", { data: { text: 1n } }, "VALIDATION_FAILED"],
  ])("is refused for %s", async (_what, facts, code) => {
    const { core, log } = await createWorld();
    const request = { roomId: "general", event: "note", data: { text: "fine" }, ...facts };
    // What a client sends has no type yet.
    expect(await codeOf(Reflect.apply(core.trigger, core, [connect(core, "ada").caller, request]))).toBe(code);
    expect((await log.events.heads(["general"]))[0]?.head.seq).toBe(0);
  });

  test("stores text exactly as it was given", async () => {
    const { core } = await createWorld();
    const text = "'; drop table -- $1 \\ 😀 \u202e\u200b";
    const event = await core.trigger(system, { roomId: "general", event: Note, data: { text } });
    expect(event.data).toEqual({ text });
  });

  test("is refused when the author's field names somebody else (S1)", async () => {
    const { core } = await createWorld();
    const { caller } = connect(core, "eve");
    const data = { text: "hi", senderId: "ada" };
    expect(await codeOf(core.trigger(caller, { roomId: "general", event: "message", data }))).toBe("VALIDATION_FAILED");
    expect((await core.trigger(caller, { roomId: "general", event: "note", data: { text: "x" } }, "ada")).from).toBe(
      "eve",
    );
  });

  test("awaits refinements and transforms that are async (C12)", async () => {
    const Slow = defineEvent("slow", {
      schema: z.object({
        at: z.coerce.date(),
        word: z
          .string()
          .refine(async (word) => word !== "bad")
          .transform(async (word) => word.toUpperCase()),
        odd: z
          .string()
          .optional()
          .refine(async (odd) => {
            if (odd === "throw") throw new Error("on purpose");
            return true;
          }),
      }),
    });
    const { core } = await createWorld({ rooms: { general: { name: "G", events: [Slow] } } });
    const handled: unknown[] = [];
    core.on("general", Slow, ({ data }) => handled.push(data));
    const at = "2026-01-02T03:04:05.000Z";
    const trigger = (data: object) => core.trigger(system, { roomId: "general", event: Slow, data });
    expect((await trigger({ at, word: "good" })).data).toEqual({ at, word: "GOOD" });
    expect(handled).toEqual([{ at: new Date(at), word: "GOOD" }]);
    expect(await codeOf(trigger({ at, word: "bad" }))).toBe("VALIDATION_FAILED");
    expect(await codeOf(trigger({ at, word: "good", odd: "throw" }))).toBe("VALIDATION_FAILED");
  });

  test("times out when the log does not answer, and is told of once it does", async () => {
    const world = await createWorld();
    const { append } = world.log.events;
    let release: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    vi.spyOn(world.log.events, "append").mockImplementation(async (drafts) => {
      await gate;
      return append(drafts);
    });
    const ada = connect(world.core, "ada");
    const watched = await watch(world, world.core.messages(ada.caller, "general", {}));
    const answer = codeOf(say(ada, "late"));
    await world.clock.advance(5_000);
    expect(await answer).toBe("TIMEOUT");
    expect(texts(watched)).toEqual([]);
    release();
    await world.settle();
    expect(texts(watched)).toEqual(["late"]);
  });

  test("succeeds when nobody can be told", async () => {
    const world = await createWorld({
      backplane: () => ({
        publish: () => {
          throw new Error("on purpose");
        },
        subscribe: async () => async () => undefined,
        onSuspect: () => () => undefined,
      }),
    });
    const ada = connect(world.core, "ada");
    const watched = await watch(world, world.core.messages(ada.caller, "general", {}));
    await say(ada, "hello");
    await world.settle();
    expect(texts(watched)).toEqual(["hello"]);
    expect(world.reports).toContain("publish news of room general: Error: on purpose");
  });
});

describe("a resend", () => {
  test("answers the first event, and no hook or listener sees it again", async () => {
    const seen: string[] = [];
    const world = await createWorld({
      hooks: {
        events: {
          beforeEach: ({ data }) => {
            seen.push("before");
            return { data: Object.assign({}, data, { text: `${seen.length}` }) };
          },
          afterEach: () => void seen.push("after"),
        },
      },
    });
    const ada = connect(world.core, "ada");
    world.core.on("general", Message, () => seen.push("on"));
    const id = freshId();
    const first = await say(ada, "x", { id });
    await world.settle();
    expect(await say(ada, "x", { id })).toEqual(first);
    await world.settle();
    expect(first.data).toMatchObject({ text: "1" });
    expect(seen).toEqual(["before", "on", "after"]);
  });

  test("is the same with its keys in another order", async () => {
    const { core } = await createWorld();
    const ada = connect(core, "ada");
    const id = freshId();
    const first = await say(ada, "x", { id });
    const data = { senderId: "ada", text: "x" };
    expect(await core.trigger(ada.caller, { roomId: "general", event: "message", id, data })).toEqual(first);
  });

  test.each([
    ["with a beforeEach hook", () => undefined],
    ["without one", undefined],
  ])("under the id of another event is a conflict, %s", async (_how, beforeEach) => {
    const { core, log } = await createWorld({ hooks: { events: beforeEach ? { beforeEach } : {} } });
    const [ada, bob] = [connect(core, "ada"), connect(core, "bob")];
    const id = freshId();
    await say(ada, "x", { id });
    expect(await codeOf(say(ada, "y", { id }))).toBe("CONFLICT");
    const copy = { roomId: "general", event: "message", id, data: { text: "x", senderId: "bob" } };
    expect(await codeOf(core.trigger(bob.caller, copy))).toBe("CONFLICT");
    expect((await log.events.heads(["general"]))[0]?.head.seq).toBe(1);
  });

  test("of a schema that knows the time is no conflict", async () => {
    let ticks = 0;
    const Timed = defineEvent("timed", { schema: z.object({ at: z.number().default(() => ++ticks) }) });
    const { core } = await createWorld({ rooms: { general: { name: "G", events: [Timed] } } });
    const request = { roomId: "general", event: Timed, data: {}, id: freshId() };
    const first = await core.trigger(system, request);
    expect(await core.trigger(system, request)).toEqual(first);
  });
});

describe("beforeEach", () => {
  const refusals: [string, () => unknown][] = [
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
    ["answers data that the schema refuses (C19)", () => ({ data: { text: 5 } })],
    ["answers data for another author (C19)", async () => ({ data: { text: "x", senderId: "bob" } })],
    ["answers meta that is no object", () => ({ data: { text: "x", senderId: "ada" }, meta: "x" })],
  ];
  test.each(refusals)("refuses when it %s (S7, C11)", async (_how, hook) => {
    const world = await createWorld({
      hooks: { events: { beforeEach: (proposal) => Reflect.apply(hook, undefined, [proposal]) } },
    });
    const answer = codeOf(say(connect(world.core, "ada"), "hello"));
    await world.clock.advance(5_000);
    expect(await answer).toBe("VALIDATION_FAILED");
    expect((await world.log.events.heads(["general"]))[0]?.head.seq).toBe(0);
  });

  test("may change data and meta, async, and cannot change event, room or sender (C19, S7)", async () => {
    const answer = {
      data: { text: "changed", senderId: "ada" },
      meta: { by: "hook" },
      event: "note",
      roomId: "x",
      from: "eve",
    };
    const { core } = await createWorld({ hooks: { events: { beforeEach: async () => answer } } });
    expect(await say(connect(core, "ada"), "hello")).toMatchObject({
      event: "message",
      roomId: "general",
      from: "ada",
      data: { text: "changed" },
      meta: { by: "hook" },
    });
  });

  test("changes nothing by what it does to the data in place", async () => {
    const { core } = await createWorld({
      hooks: { events: { beforeEach: ({ data }) => void Object.assign(Object(data), { text: 5 }) } },
    });
    expect((await say(connect(core, "ada"), "hello")).data).toMatchObject({ text: "hello" });
  });
});

describe("after the event is true", () => {
  const failures: [string, () => unknown][] = [
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
    ["never ends", () => new Promise(() => undefined)],
  ];
  test.each(failures)("a hook or listener that %s is reported and harms nothing (C11)", async (_how, fail) => {
    const world = await createWorld({
      hooks: {
        events: {
          afterEach: () =>
            Promise.resolve()
              .then(fail)
              .then(() => undefined),
        },
      },
    });
    world.core.on("general", Message, fail);
    const told = vi.fn();
    world.core.on("general", Message, told);
    expect(await say(connect(world.core, "ada"), "hello")).toMatchObject({ seq: 1 });
    await world.clock.advance(5_000);
    expect(told).toHaveBeenCalledOnce();
    expect(world.reports).toHaveLength(2);
  });

  test("a listener hears its own event of its own room until it ends", async () => {
    const { core } = await createWorld({ rooms: { general, other: general } });
    const told = vi.fn();
    const end = core.on("general", Note, told);
    await core.trigger(system, { roomId: "other", event: Note, data: { text: "1" } });
    await core.trigger(system, { roomId: "general", event: Message, data: { text: "2", senderId: "system" } });
    await core.trigger(system, { roomId: "general", event: Note, data: { text: "3" } });
    end();
    await core.trigger(system, { roomId: "general", event: Note, data: { text: "4" } });
    expect(told.mock.calls.map(([event]) => event.data)).toEqual([{ text: "3" }]);
  });
});

describe("the limits of triggers", () => {
  const limits = { triggersPerUser: { perSecond: 5, burst: 10 } };

  test("are of the user: neither reconnecting nor another tab begins them anew (C14)", async () => {
    const world = await createWorld({ limits: { ...limits, graceMs: 1 } });
    const codes: string[] = [];
    for (let at = 0; at < 30; at++) {
      const ada = connect(world.core, "ada");
      codes.push(await codeOf(say(ada, `${at}`)));
      ada.unlink();
      await world.clock.advance(1);
    }
    expect(codes.filter((code) => code === "none")).toHaveLength(10);
    expect(codes.at(-1)).toBe("RATE_LIMITED");
    expect(await codeOf(say(connect(world.core, "bob"), "other users have their own"))).toBe("none");
  });

  test("say how long to wait, and hold for that long", async () => {
    const world = await createWorld({ limits });
    const ada = connect(world.core, "ada");
    for (let at = 0; at < 10; at++) await say(ada, `${at}`);
    const error = await say(ada, "one more").catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: "RATE_LIMITED", retry: true, retryAfterMs: 200 });
    await world.clock.advance(199);
    expect(await codeOf(say(ada, "too soon"))).toBe("RATE_LIMITED");
    await world.clock.advance(1);
    expect(await codeOf(say(ada, "now"))).toBe("none");
  });

  test("of a room are not used up by those who may not trigger there", async () => {
    const rooms = { general: { ...general, visibility: "private" as const, createdById: "ada" } };
    const world = await createWorld({ rooms, limits: { triggersPerRoom: { perSecond: 1, burst: 1 } } });
    for (let at = 0; at < 3; at++) expect(await codeOf(say(connect(world.core, "eve"), "x"))).toBe("ROOM_NOT_FOUND");
    const ada = connect(world.core, "ada");
    expect(await codeOf(say(ada, "1"))).toBe("none");
    expect(await codeOf(say(ada, "2"))).toBe("RATE_LIMITED");
    await world.core.trigger(system, { roomId: "general", event: Note, data: { text: "the application's own word" } });
  });

  test("holds for one user whatever the number of others", async () => {
    const { core } = await createWorld({ limits: { triggersPerUser: { perSecond: 1, burst: 1 } } });
    const note = (id: string) =>
      core.trigger({ user: { id } }, { roomId: "general", event: "note", data: { text: "x" } });
    expect(await codeOf(note("ada"))).toBe("none");
    for (let at = 0; at < 1_100; at++) await note(`user-${at}`);
    expect(await codeOf(note("ada"))).toBe("RATE_LIMITED");
  });
});

describe("an id that was used", () => {
  test.each([
    ["without hooks", {}],
    ["through beforeEach", { events: { beforeEach: () => undefined } }],
  ])("is another's for another user, data or meta, %s", async (_how, hooks) => {
    const { core } = await createWorld({ hooks });
    const [ada, bob] = [connect(core, "ada"), connect(core, "bob")];
    const first = { roomId: "general", event: "note", data: { text: "x" }, meta: { n: 1 }, id: freshId() };
    expect(await codeOf(core.trigger(ada.caller, first))).toBe("none");
    expect(await codeOf(core.trigger(ada.caller, { ...first, meta: { n: 1 } }))).toBe("none");
    const others = [
      core.trigger(bob.caller, first),
      core.trigger(ada.caller, { ...first, data: { text: "y" } }),
      core.trigger(ada.caller, { ...first, meta: { n: 2 } }),
      core.trigger(ada.caller, { roomId: "general", event: "note", data: { text: "x" }, id: first.id }),
    ];
    expect(await Promise.all(others.map(codeOf))).toEqual(others.map(() => "CONFLICT"));
  });
});
