import type { DialogueError } from "@dialogue/events";
import fc from "fast-check";
import { afterEach, expect, test } from "vitest";
import { WebSocket } from "ws";
import * as z from "zod";
import { createClient } from "../src/client.ts";
import { collect, hasty, until } from "./harness.ts";
import { cursorOf, frameOf, type Request, scriptedServer } from "./scripted-server.ts";

const endings: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

/** A joined room whose `messages` subscriptions are answered by the scripts in turn, or all by the only one. */
async function joined(...scripts: ((request: Request) => void)[]) {
  const asked: unknown[] = [];
  const server = await scriptedServer((request) => {
    if (request.path !== "messages") return;
    asked.push(request.input);
    (scripts.length === 1 ? scripts[0] : scripts[asked.length - 1])?.(request);
  });
  endings.push(() => server.close());
  const client = createClient({ url: server.url, auth: { token: "t" }, WebSocket }, hasty);
  endings.push(() => client.disconnect());
  const errors: DialogueError[] = [];
  client.onError((error) => void errors.push(error));
  await client.connect();
  const room = await client.join("general");
  return { asked, client, room, errors, seen: collect(room) };
}

function ready({ tracked }: Request, start: number, head: number): void {
  tracked(cursorOf(start), { type: "ready", head: cursorOf(head) });
}

function events({ tracked }: Request, ...seqs: number[]): void {
  for (const seq of seqs) tracked(cursorOf(seq), frameOf(seq));
}

test("an event that comes too early is reported and asked for again from the cursor", async () => {
  const { asked, room, seen, errors } = await joined(
    (request) => {
      ready(request, 0, 0);
      events(request, 1, 3, 4);
    },
    (request) => {
      ready(request, 1, 4);
      events(request, 2, 3, 4, 5);
    },
  );
  await until(() => seen.length === 5);
  expect(room.faults).toBe(1);
  expect(seen.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5]);
  expect(errors.map(({ code }) => code)).toEqual(["INTERNAL"]);
  expect(asked).toEqual([{ roomId: "general" }, { roomId: "general", cursor: cursorOf(1) }]);
});

test("a stream that begins after the cursor is a gap too", async () => {
  const { asked, seen } = await joined(
    (request) => {
      ready(request, 0, 0);
      events(request, 1);
      request.refuse("SERVICE_UNAVAILABLE", "UNAVAILABLE");
    },
    (request) => ready(request, 3, 3),
    (request) => {
      ready(request, 1, 3);
      events(request, 2, 3);
    },
  );
  await until(() => seen.length === 3);
  expect(asked.slice(1)).toEqual([
    { roomId: "general", cursor: cursorOf(1) },
    { roomId: "general", cursor: cursorOf(1) },
  ]);
});

test("an event that comes again is a fault too, and is asked for anew from the last good place", async () => {
  const { asked, room, seen, errors } = await joined(
    (request) => {
      ready(request, 0, 0);
      events(request, 1, 2, 1, 2, 3);
    },
    (request) => {
      ready(request, 2, 3);
      events(request, 3);
    },
  );
  await until(() => seen.length === 3);
  expect(seen.map(({ seq }) => seq)).toEqual([1, 2, 3]);
  expect(errors.map(({ code }) => code)).toEqual(["INTERNAL"]);
  expect(asked[1]).toEqual({ roomId: "general", cursor: cursorOf(2) });
  expect(room.faults).toBe(1);
});

test("a server that goes on from before the cursor is not believed: it may have lost what came between", async () => {
  const resets: string[] = [];
  const { asked, room, seen } = await joined(
    (request) => {
      ready(request, 0, 0);
      events(request, 1, 2);
      request.refuse("SERVICE_UNAVAILABLE", "UNAVAILABLE");
    },
    (request) => {
      ready(request, 1, 2);
      events(request, 2, 3);
    },
    (request) => {
      request.tracked(cursorOf(2), { type: "reset", reason: "rewound", head: cursorOf(2), oldest: cursorOf(0) });
      events(request, 3);
    },
  );
  room.onReset(({ reason }) => void resets.push(reason));
  await until(() => seen.length === 3);
  expect(seen.map(({ seq }) => seq)).toEqual([1, 2, 3]);
  expect(resets).toEqual(["rewound"]);
  expect(asked).toHaveLength(3);
  expect(room.faults).toBe(1);
});

test("a frame of a kind that only a newer server knows is passed over where it moves no place", async () => {
  const { asked, room, seen } = await joined((request) => {
    ready(request, 0, 0);
    events(request, 1);
    request.tracked(cursorOf(1), { type: "of next year" });
    events(request, 2);
  });
  await until(() => seen.length === 2);
  expect(asked).toHaveLength(1);
  expect(room.faults).toBe(0);
});

test("whatever a server leaves out or says again, listeners see the log", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(fc.nat(6), fc.nat(6)), { maxLength: 8 }), async (mischief) => {
      const seqs = [1, 2, 3, 4, 5, 6];
      let round = 0;
      const { seen, client } = await joined((request) => {
        const [leftOut = 0, again = 0] = mischief[round++] ?? [];
        const start = seqOf(request);
        ready(request, start, seqs.length);
        events(request, ...seqs.filter((seq) => seq > start && seq !== leftOut), ...(again ? [again] : []));
        // What is left out at the end shows by nothing but the next subscription.
        if (leftOut) request.refuse("SERVICE_UNAVAILABLE", "UNAVAILABLE");
      });
      await until(() => seen.length >= seqs.length);
      expect(seen.map(({ seq }) => seq)).toEqual(seqs);
      await client.disconnect();
    }),
    { numRuns: 30 },
  );
}, 60_000);

/** Where a subscription asks to begin. */
function seqOf({ input, lastEventId }: Request): number {
  const { cursor = "0." } = z.object({ cursor: z.string().optional() }).parse(input);
  return Number((lastEventId ?? cursor).split(".")[0]);
}

test("an erased event keeps its place and is nobody's news", async () => {
  const { seen } = await joined((request) => {
    ready(request, 0, 3);
    events(request, 1);
    const { event } = frameOf(2) as { readonly event: object };
    request.tracked(cursorOf(2), { type: "redacted", event: { ...event, redacted: true } });
    events(request, 3);
  });
  await until(() => seen.length === 2);
  expect(seen.map(({ seq }) => seq)).toEqual([1, 3]);
});

test("an event that is erased after it was seen is told of, and moves nothing", async () => {
  const erased: (readonly number[])[] = [];
  const frames: [string, string][] = [];
  let more: () => void = () => undefined;
  const { room, seen, asked, errors } = await joined(
    (request) => {
      ready(request, 0, 2);
      events(request, 1, 2);
      more = () => {
        request.tracked(cursorOf(2), { type: "redaction", seqs: [1] });
        request.refuse("SERVICE_UNAVAILABLE", "UNAVAILABLE");
      };
    },
    (request) => {
      ready(request, 2, 3);
      events(request, 3);
    },
  );
  room.onRedacted((seqs) => void erased.push(seqs));
  room.onFrame(({ type }, cursor) => void frames.push([type, cursor]));
  more();
  await until(() => seen.length === 3);
  expect(erased).toEqual([[1]]);
  expect(frames.slice(3)).toEqual([
    ["redaction", cursorOf(2)],
    ["ready", cursorOf(2)],
    ["event", cursorOf(3)],
  ]);
  expect(asked[1]).toEqual({ roomId: "general", cursor: cursorOf(2) });
  expect(errors.map(({ code }) => code)).toEqual([]);
});

test.each(["UNAUTHENTICATED", "UNAVAILABLE", "INTERNAL"])("%s does not end a subscription for good", async (code) => {
  const { asked, seen } = await joined(
    (request) => {
      ready(request, 0, 0);
      events(request, 1);
      request.refuse("UNAUTHORIZED", code);
    },
    (request) => {
      ready(request, 1, 2);
      events(request, 2);
    },
  );
  await until(() => seen.length === 2);
  expect(asked[1]).toEqual({ roomId: "general", cursor: cursorOf(1) });
});

test("a right that ended ends the room, and says so", async () => {
  const { client, errors } = await joined((request) => {
    ready(request, 0, 0);
    request.refuse("NOT_FOUND", "ROOM_NOT_FOUND");
  });
  await until(() => client.getRoom("general") === undefined && errors.length === 1);
  expect(errors.map(({ code }) => code)).toEqual(["ROOM_NOT_FOUND"]);
});

test("a join from a place that does not stand any more is told so, and goes on from the head", async () => {
  const asked: unknown[] = [];
  const server = await scriptedServer((request) => {
    asked.push(request.input);
    request.tracked(cursorOf(4), { type: "reset", reason: "expired", head: cursorOf(4), oldest: cursorOf(3) });
    events(request, 5);
  });
  endings.push(() => server.close());
  const client = createClient({ url: server.url, auth: { token: "t" }, WebSocket }, hasty);
  endings.push(() => client.disconnect());
  await client.connect();
  const room = await client.join("general", { cursor: cursorOf(1) });
  const reasons: string[] = [];
  room.onReset(({ reason }) => void reasons.push(reason));
  const seen = collect(room);
  await until(() => seen.length === 1);
  expect(reasons).toEqual(["expired"]);
  expect(seen.map(({ seq }) => seq)).toEqual([5]);
  expect(asked).toEqual([{ roomId: "general", cursor: cursorOf(1) }]);
});

test("a move to another socket that the server asks for is nobody's news, and loses nothing", async () => {
  const resumed: (string | undefined)[] = [];
  const { client, seen } = await joined(
    (request) => {
      ready(request, 0, 0);
      events(request, 1);
      request.askToMove();
    },
    (request) => {
      resumed.push(request.lastEventId);
      ready(request, 1, 2);
      events(request, 2);
    },
  );
  const states: string[] = [];
  client.connection.subscribe(({ state }) => void states.push(state));
  await until(() => seen.length === 2);
  expect(seen.map(({ seq }) => seq)).toEqual([1, 2]);
  expect(resumed).toEqual([cursorOf(1)]);
  expect(states.filter((state) => state !== "connected")).toEqual([]);
});

test("after a reset the stream goes on from its head", async () => {
  const resets: unknown[] = [];
  const { room, seen, asked } = await joined((request) => {
    ready(request, 5, 5);
    events(request, 6);
    setTimeout(() => {
      request.tracked(cursorOf(2), { type: "reset", reason: "rewound", head: cursorOf(2), oldest: cursorOf(0) });
      events(request, 3);
    }, 5);
  });
  room.onReset((reset) => void resets.push(reset));
  await until(() => seen.length === 2);
  expect(seen.map(({ seq }) => seq)).toEqual([6, 3]);
  expect(resets).toEqual([{ type: "reset", reason: "rewound", head: cursorOf(2), oldest: cursorOf(0) }]);
  expect(asked).toHaveLength(1);
});
