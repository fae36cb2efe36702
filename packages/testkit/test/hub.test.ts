import type { Bell, Frame } from "@dialogue/core";
import { DialogueError, type MessagesFrame } from "@dialogue/events";
import { expect, test } from "vitest";
import { Witness, World } from "./hub-world.ts";

/** No check of heads comes to the rescue in the time of a test. */
const unchecked = { headCheckMs: 3_600_000 };
/** The longest that a reader may be behind after a loss of which nobody heard. */
const staleMs = 6_000;

function expectFlawless(...witnesses: Witness[]): void {
  expect(witnesses.flatMap(({ faults }) => faults)).toEqual([]);
}

function cursorOf({ seq, tag }: { seq: number; tag: string }): string {
  return `${seq}.${tag}`;
}

function readyOf(witness: Witness): Frame<MessagesFrame> | undefined {
  return witness.frames.find(({ data }) => data.type === "ready");
}

/** A node with events and a witness that has seen them all. */
async function settled(count: number, options: ConstructorParameters<typeof World>[0] = {}) {
  const world = new World({ limits: unchecked, ...options });
  world.appendMany(count);
  const witness = new Witness(world).attach({ from: "floor" });
  await world.clock.advance(0);
  return { world, witness };
}

test("a subscription from the head gets what comes from then on", async () => {
  const world = new World();
  world.appendMany(3);
  const witness = new Witness(world).attach();
  await world.clock.advance(0);
  world.appendMany(2);
  expect(witness.story).toEqual([4, 5]);
  expectFlawless(witness);
});

test("a subscription from the floor gets everything that is kept", async () => {
  const world = new World();
  world.appendMany(5);
  await world.log.purge("room", 2);
  const witness = new Witness(world).attach({ from: "floor" });
  await world.clock.advance(0);
  expect(witness.story).toEqual([3, 4, 5]);
  expectFlawless(witness);
});

test("a subscription from the n-th last event counts only the names it was given", async () => {
  const world = new World();
  for (const event of ["message", "note", "message", "note", "note"]) world.append(0, { event });
  const last = async (count: number, events: string[]) => {
    const witness = new Witness(world).attach({ from: "last", count, events });
    await world.clock.advance(0);
    expectFlawless(witness);
    return witness.story;
  };
  expect(await last(2, ["message"])).toEqual([1, 2, 3, 4, 5]);
  expect(await last(1, ["message"])).toEqual([3, 4, 5]);
  expect(await last(9, ["note"])).toEqual([2, 3, 4, 5]);
  expect(await last(1, ["nothing"])).toEqual([]);
});

test("ready stands at the place where the reader begins, and names the head: a cut before the replay loses nothing", async () => {
  const world = new World();
  const [first] = [world.append(), world.append(), world.append()];
  const witness = new Witness(world, { capacity: 1 }).attach({ from: "cursor", cursor: cursorOf(first) });
  await world.clock.advance(0);
  expect(readyOf(witness)).toEqual({ cursor: cursorOf(first), data: { type: "ready", head: world.head() } });
  const resumed = new Witness(world).attach({ from: "cursor", cursor: witness.cursor ?? "" });
  await world.clock.advance(0);
  expect(resumed.story).toEqual([2, 3]);
  expectFlawless(witness, resumed);
});

test("what is not a cursor ends the subscription with INVALID_REQUEST", async () => {
  const world = new World();
  const witness = new Witness(world).attach({ from: "cursor", cursor: "nonsense" });
  await world.clock.advance(0);
  expect(witness.ended?.error?.code).toBe("INVALID_REQUEST");
  expect(witness.frames).toEqual([]);
});

test("every cursor either resumes exactly or is reset once, whatever was purged or rewound", async () => {
  for (const floor of [0, 3, 6]) {
    for (const cut of [0, 2]) {
      const world = new World();
      const places = [{ seq: 0, tag: "" }, ...Array.from({ length: 6 }, () => world.append())];
      world.log.rewind("room", cut);
      world.appendMany(cut);
      await world.log.purge("room", floor);
      const forged = [5, 6, 7, 9].map((seq) => ({ seq, tag: "deadbeef" }));
      for (const place of [...places, ...forged]) {
        const witness = new Witness(world);
        witness.cursor = cursorOf(place);
        witness.notice();
        witness.move(0);
        await world.clock.advance(0);
        const isHeld = world.log.holds("room", place);
        const reset = place.seq < floor ? "reset expired" : "reset rewound";
        const rest = [1, 2, 3, 4, 5, 6].filter((seq) => seq > place.seq);
        expect([floor, cut, place.seq, witness.story]).toEqual([floor, cut, place.seq, isHeld ? rest : [reset]]);
        expectFlawless(witness);
        witness.detach();
      }
    }
  }
});

test("a forged cursor costs one read and one query, and moves nobody else", async () => {
  const { world, witness } = await settled(3);
  const before = { ...world.log.calls };
  const forger = new Witness(world);
  forger.hasCause = true;
  forger.attach({ from: "cursor", cursor: "999999999.deadbeef" });
  await world.clock.advance(100);
  expect(forger.story).toEqual(["reset rewound"]);
  expect(world.log.calls).toEqual({ read: before.read + 1, heads: before.heads + 1 });
  world.append();
  expect(witness.story).toEqual([1, 2, 3, 4]);
  expect(forger.story).toEqual(["reset rewound", 4]);
});

test("a reset stands at the head and goes on live from there", async () => {
  const { world } = await settled(4);
  await world.log.purge("room", 2);
  const witness = new Witness(world);
  witness.hasCause = true;
  witness.attach({ from: "cursor", cursor: "0." });
  await world.clock.advance(0);
  const head = world.head();
  const oldest = cursorOf(world.log.headOf("room").floor);
  expect(witness.frames.at(-1)).toEqual({ cursor: head, data: { type: "reset", reason: "expired", head, oldest } });
  world.append();
  expect(witness.story).toEqual(["reset expired", 5]);
});

test("an event that is committed and published while the head is being asked is not missed", async () => {
  const world = new World({ nodes: 2, limits: unchecked });
  const cursor = cursorOf(world.append(1));
  world.trouble = (call) => (call === "heads" ? { delayMs: 50, fails: false } : undefined);
  const witness = new Witness(world).attach({ from: "cursor", cursor });
  await world.clock.advance(75);
  world.append(1);
  await world.clock.advance(1_000);
  expect(witness.story).toEqual([2]);
  expectFlawless(witness);
});

test("an event that is committed and published while the backplane is being subscribed to is not missed", async () => {
  const world = new World({ nodes: 2, limits: unchecked });
  const cursor = cursorOf(world.append(1));
  world.subscribingMs = 60;
  const witness = new Witness(world).attach({ from: "cursor", cursor });
  await world.clock.advance(30);
  world.append(1);
  await world.clock.advance(1_000);
  expect(witness.story).toEqual([2]);
  expectFlawless(witness);
});

test("a reader on another node hears of an append through the backplane at once, and reads nothing", async () => {
  const { world, witness } = await settled(1, { nodes: 2 });
  const reads = world.log.calls.read;
  world.append(1);
  await world.clock.advance(0);
  expect(witness.story).toEqual([1, 2]);
  expect(world.log.calls.read).toBe(reads);
});

test("bells out of order within the grace cost no read", async () => {
  const { world, witness } = await settled(1, { nodes: 2 });
  const reads = world.log.calls.read;
  const delays = [15, 10, 5, 0];
  world.fate = () => [delays.shift() ?? 0];
  for (let n = 0; n < 4; n++) world.append(1);
  await world.clock.advance(15);
  expect(witness.story).toEqual([1, 2, 3, 4, 5]);
  expect(world.log.calls.read).toBe(reads);
  expectFlawless(witness);
});

test("when a late bell releases more than the ring holds, riders still read nothing from the log", async () => {
  const { world, witness } = await settled(1, { nodes: 2, limits: { ...unchecked, ringEvents: 4 } });
  const { read } = world.log.calls;
  const delays = [10, 0, 0, 0, 0];
  world.fate = () => [delays.shift() ?? 0];
  for (let n = 0; n < 5; n++) world.append(1);
  await world.clock.advance(15);
  expect(witness.story).toEqual([1, 2, 3, 4, 5, 6]);
  expect(world.log.calls.read).toBe(read);
  expectFlawless(witness);
});

test("a hole is read once for all readers of the node, after a short grace", async () => {
  const { world, witness } = await settled(1, { nodes: 2 });
  const others = Array.from({ length: 20 }, () => new Witness(world).attach());
  await world.clock.advance(0);
  const reads = world.log.calls.read;
  world.append(1, { crashes: true });
  world.append(1, { crashes: true });
  world.append(1);
  await world.clock.advance(19);
  expect(witness.story).toEqual([1]);
  await world.clock.advance(1);
  expect(others.map(({ story }) => story)).toEqual(others.map(() => [2, 3, 4]));
  expect(world.log.calls.read).toBe(reads + 1);
  expectFlawless(witness, ...others);
});

test("a lost last bell costs a head check, and one query serves all rooms", async () => {
  const world = new World({ nodes: 2 });
  const witnesses = ["a", "b", "c"].map((roomId) => new Witness(world, { roomId }).attach());
  await world.clock.advance(0);
  const heads = world.log.calls.heads;
  for (const roomId of ["a", "b", "c"]) world.append(1, { roomId, crashes: true });
  await world.clock.advance(staleMs);
  expect(witnesses.map(({ story }) => story)).toEqual([[1], [1], [1]]);
  expect(world.log.calls.heads - heads).toBeLessThanOrEqual(2);
});

test("a suspicion of the backplane is followed by a check at once", async () => {
  const { world, witness } = await settled(1, { nodes: 2 });
  world.node(0).bus.sever();
  world.append(1);
  await world.clock.advance(1_000);
  expect(witness.story).toEqual([1]);
  world.node(0).bus.mend();
  await world.clock.advance(50);
  expect(witness.story).toEqual([1, 2]);
});

test("a process that stood still checks at once", async () => {
  const { world, witness } = await settled(1, { nodes: 2 });
  await world.clock.advance(1_500);
  world.append(1, { crashes: true });
  world.clock.stall(3_000);
  await world.clock.advance(50);
  expect(witness.story).toEqual([1, 2]);
});

test("bells without payload are read at once, and those that came meanwhile together", async () => {
  const { world, witness } = await settled(1);
  const reads = world.log.calls.read;
  for (let n = 0; n < 5; n++) {
    const { seq, tag } = world.append(0, { crashes: true });
    world.hub.ring("room", { type: "bell", seq, tag, previousTag: "" });
  }
  await world.clock.advance(0);
  expect(witness.story).toEqual([1, 2, 3, 4, 5, 6]);
  expect(world.log.calls.read).toBe(reads + 2);
});

test("a payload that is not the event its bell names is not believed", async () => {
  const { world, witness } = await settled(1);
  const [previous, place] = [world.log.events("room")[0], world.append(0, { crashes: true })];
  const event = world.log.events("room")[1];
  if (!event || !previous) throw new Error("there is no event");
  const bell: Bell = {
    type: "bell",
    ...place,
    previousTag: previous.tag,
    event: { ...event, tag: "00000000", data: "forged" },
  };
  world.hub.ring("room", bell);
  await world.clock.advance(0);
  expect(witness.frames.at(-1)?.data).toMatchObject({ type: "event", event: { seq: 2, data: "x" } });
  expectFlawless(witness);
});

test("a log that was rewound under an open tail resets those who read what is lost, once, and them alone", async () => {
  const { world, witness } = await settled(6, { limits: {} });
  const slow = new Witness(world, { capacity: 3 }).attach({ from: "floor" });
  await world.clock.advance(0);
  expect(slow.story).toEqual([1, 2]);
  world.log.rewind("room", 2);
  witness.notice();
  await world.clock.advance(staleMs);
  expect(witness.story.slice(6)).toEqual(["reset rewound"]);
  world.append();
  for (let n = 0; n < 5; n++) {
    slow.drain();
    await world.clock.advance(0);
  }
  expect(witness.story.slice(7)).toEqual([5]);
  expect(slow.story).toEqual([1, 2, 3, 4, 5]);
  expectFlawless(witness, slow);
});

test("a log that was rewound and has grown beyond the tail since is still noticed", async () => {
  const { world, witness } = await settled(6, { nodes: 2, limits: {} });
  world.log.rewind("room", 3);
  witness.notice();
  for (let n = 0; n < 10; n++) world.append(1);
  await world.clock.advance(100);
  expect(witness.story.slice(6)).toEqual(["reset rewound"]);
  world.append(1);
  await world.clock.advance(0);
  expect(witness.story.slice(7)).toEqual([14]);
  expectFlawless(witness);
});

test("a log that was rewound and has grown to where it was, unheard, is told by the tag of its head", async () => {
  const { world, witness } = await settled(6, { nodes: 2, limits: {} });
  world.log.rewind("room", 1);
  witness.notice();
  world.append(1, { crashes: true });
  await world.clock.advance(staleMs);
  expect(witness.story.slice(6)).toEqual(["reset rewound"]);
  expect(witness.cursor).toBe(world.head());
  expectFlawless(witness);
});

test("a bell under a seq that was passed, with another tag, has the log asked", async () => {
  const { world, witness } = await settled(6, { nodes: 2 });
  world.log.rewind("room", 3);
  witness.notice();
  world.append(1);
  await world.clock.advance(100);
  expect(witness.story.slice(6)).toEqual(["reset rewound"]);
  expectFlawless(witness);
});

test("a late bell from before a rewind is not believed for ever", async () => {
  const { world, witness } = await settled(3, { nodes: 2, limits: {} });
  world.fate = () => [8_000];
  world.append(1, { crashes: true });
  world.append(1);
  world.log.rewind("room", 2);
  world.fate = () => [0];
  await world.clock.advance(8_100);
  const { read } = world.log.calls;
  await world.clock.advance(20_000);
  expect(world.log.calls.read).toBe(read);
  world.append(1);
  await world.clock.advance(staleMs);
  expect(witness.cursor).toBe(world.head());
  expectFlawless(witness);
});

test("a reader that comes from a node that is ahead waits for this node's tail and repeats nothing", async () => {
  const { world, witness } = await settled(2, { nodes: 2 });
  const there = new Witness(world).attach({ from: "floor" }, 1);
  await world.clock.advance(0);
  world.node(0).bus.sever();
  world.append(1);
  world.append(1);
  await world.clock.advance(0);
  expect(there.story).toEqual([1, 2, 3, 4]);
  there.move(0);
  await world.clock.advance(100);
  expect(there.story).toEqual([1, 2, 3, 4]);
  expect(witness.story).toEqual([1, 2, 3, 4]);
  world.append(0);
  expect(there.story).toEqual([1, 2, 3, 4, 5]);
  expectFlawless(witness, there);
});

test("a read that began before an event was appended does not convict a reader that has it", async () => {
  const { world } = await settled(3, { nodes: 2 });
  const there = new Witness(world).attach({ from: "floor" }, 1);
  const joined = new Witness(world);
  await world.clock.advance(70_000);
  await world.hub.check();
  world.node(0).bus.sever();
  world.trouble = (call) => (call === "read" ? { delayMs: 50, fails: false } : undefined);
  joined.attach({ from: "cursor", cursor: "0." });
  await world.clock.advance(75);
  world.append(1);
  there.move(0);
  await world.clock.advance(1_000);
  expect([joined.story.slice(0, 3), there.story]).toEqual([
    [1, 2, 3],
    [1, 2, 3, 4],
  ]);
  expectFlawless(there, joined);
});

test("a reader that is ahead of the tail is judged too when what it read is lost", async () => {
  const { world } = await settled(2, { nodes: 2, limits: {} });
  const there = new Witness(world).attach({ from: "floor" }, 1);
  await world.clock.advance(0);
  world.node(0).bus.sever();
  world.append(1);
  world.append(1);
  await world.clock.advance(0);
  there.move(0);
  await world.clock.advance(10);
  world.log.rewind("room", 1);
  there.notice();
  await world.clock.advance(staleMs);
  expect(there.story).toEqual([1, 2, 3, 4, "reset rewound"]);
  expectFlawless(there);
});

test("all readers of an event get the same frame, also where a delivery is cut into turns", async () => {
  const world = new World({ framesPerTurn: 3 });
  const witnesses = Array.from({ length: 20 }, () => new Witness(world).attach());
  await world.clock.advance(0);
  world.append();
  expect(witnesses.filter(({ story }) => story.length > 0).length).toBeLessThan(5);
  await world.clock.advance(0);
  expect(new Set(witnesses.map(({ frames }) => frames.at(-1))).size).toBe(1);
  expectFlawless(...witnesses);
});

test("a room that ends in the middle of a delivery leaves nothing running", async () => {
  const world = new World({ framesPerTurn: 1, limits: unchecked });
  const witnesses = Array.from({ length: 5 }, () => new Witness(world).attach());
  await world.clock.advance(0);
  world.append();
  await world.close();
  await world.clock.advance(5_000);
  expect(world.clock.pending).toBe(0);
  expectFlawless(...witnesses);
});

test("what arrives while a long delivery is under way reaches everyone in order", async () => {
  const world = new World({ framesPerTurn: 2, limits: { ...unchecked, ringEvents: 2, readEvents: 5 } });
  const witnesses = Array.from({ length: 10 }, () => new Witness(world).attach());
  await world.clock.advance(0);
  world.appendMany(30);
  await world.clock.advance(100);
  for (const { story } of witnesses) expect(story).toEqual(Array.from({ length: 30 }, (_, n) => n + 1));
  expectFlawless(...witnesses);
});

test("a sink that throws ends alone, and is reported", async () => {
  const { world, witness } = await settled(1);
  const broken = new Witness(world, { throwsAt: 2 }).attach();
  await world.clock.advance(0);
  world.append();
  expect(broken.ended?.error?.code).toBe("INTERNAL");
  expect(world.reports).toEqual(["write to a reader of room room: Error: this sink is broken"]);
  expect(witness.story).toEqual([1, 2]);
});

test("a full sink gets nothing until it has room, and then everything, from the log where the ring has moved on", async () => {
  const { world, witness } = await settled(1, { limits: { ...unchecked, ringEvents: 3, readEvents: 4 } });
  const slow = new Witness(world, { capacity: 2 }).attach();
  await world.clock.advance(0);
  world.appendMany(20);
  expect(slow.story).toEqual([2]);
  for (let n = 0; n < 20; n++) {
    slow.drain();
    await world.clock.advance(0);
  }
  expect(slow.story).toEqual(witness.story.slice(1));
  expectFlawless(slow, witness);
});

test("a sink that is woken before its write has answered false is not forgotten", async () => {
  const world = new World();
  const frames: Frame<MessagesFrame>[] = [];
  let wake: (() => void) | undefined;
  const write = (frame: Frame<MessagesFrame>): boolean => {
    frames.push(frame);
    wake?.();
    return false;
  };
  const onWritable = (given: () => void): void => {
    wake = given;
  };
  world.hub.subscribe("room", { from: "head" }, { write, onWritable, end: () => undefined }, async () => true);
  await world.clock.advance(0);
  world.appendMany(3);
  expect(frames.length).toBe(4);
});

test("a herd that comes back reads each stretch of the log once", async () => {
  const { world } = await settled(100, { limits: { ...unchecked, ringEvents: 10, readEvents: 50 } });
  const places = world.log.events("room").slice(0, 80);
  world.trouble = () => ({ delayMs: 1, fails: false });
  const { read } = world.log.calls;
  const herd = places.map((place) => new Witness(world).attach({ from: "cursor", cursor: cursorOf(place) }));
  await world.clock.advance(100);
  expect(herd.map(({ cursor }) => cursor)).toEqual(herd.map(() => world.head()));
  expect(world.log.calls.read - read).toBeLessThanOrEqual(4);
  expectFlawless(...herd);
});

test("a reader whose right has ended is ended at the recheck, on every node, like one of a room that is not there", async () => {
  const { world, witness } = await settled(1, { nodes: 2 });
  const stays = new Witness(world).attach();
  await world.clock.advance(0);
  witness.isAllowed = false;
  await world.node(1).bus.publish("room", { type: "access" });
  await world.clock.advance(0);
  expect(witness.ended?.error?.code).toBe("ROOM_NOT_FOUND");
  world.append();
  expect(witness.story).toEqual([1]);
  expect(stays.story).toEqual([2]);
});

test("a change of rights of which the news was lost is found by the head check", async () => {
  const { world, witness } = await settled(1, { limits: {} });
  witness.isAllowed = false;
  world.log.changeAccess("room");
  await world.clock.advance(staleMs);
  expect(witness.ended?.error?.code).toBe("ROOM_NOT_FOUND");
});

test("a right that ends while a page is awaited ends the reader before the page is written", async () => {
  const { world } = await settled(20, { limits: { ...unchecked, ringEvents: 2 } });
  world.trouble = () => ({ delayMs: 10, fails: false });
  const witness = new Witness(world).attach({ from: "cursor", cursor: "0." });
  await world.clock.advance(15);
  witness.isAllowed = false;
  await world.clock.advance(100);
  expect(witness.story).toEqual([]);
  expect(witness.ended?.error?.code).toBe("ROOM_NOT_FOUND");
});

test("while nobody can say who may read, a reader gets nothing and loses nothing", async () => {
  const world = new World({ limits: unchecked });
  const seqs: number[] = [];
  let isAway = false;
  const allowed = async (): Promise<boolean> => {
    if (isAway) throw new DialogueError("UNAVAILABLE", "cannot read rights: away");
    return true;
  };
  const write = ({ data }: Frame<MessagesFrame>): boolean => {
    if (data.type === "event") seqs.push(data.event.seq);
    return true;
  };
  world.hub.subscribe("room", { from: "head" }, { write, onWritable: () => undefined, end: () => undefined }, allowed);
  await world.clock.advance(0);
  isAway = true;
  world.hub.recheck("room");
  await world.clock.advance(0);
  world.append();
  expect(seqs).toEqual([]);
  isAway = false;
  await world.clock.advance(2_000);
  expect(seqs).toEqual([1]);
});

test("a deleted room ends its readers on every node, and the room that is made under its id begins anew", async () => {
  const { world, witness } = await settled(2, { nodes: 2 });
  const here = new Witness(world).attach({ from: "head" }, 1);
  await world.clock.advance(0);
  await world.log.drop("room");
  world.node(1).hub.end("room", new DialogueError("ROOM_NOT_FOUND", "cannot find room room"));
  await world.node(1).bus.publish("room", { type: "deleted" });
  await world.clock.advance(0);
  expect([witness.ended?.error?.code, here.ended?.error?.code]).toEqual(["ROOM_NOT_FOUND", "ROOM_NOT_FOUND"]);
  const next = new Witness(world).attach();
  await world.clock.advance(0);
  world.append(1);
  await world.clock.advance(0);
  expect(next.story).toEqual([1]);
});

test("a redacted event leaves the memory of every node, and what its late bell still says is not used", async () => {
  const { world } = await settled(2, { nodes: 2 });
  const redact = async (seq: number): Promise<void> => {
    const event = world.log.events("room").find((stored) => stored.seq === seq);
    await world.log.redact("room", event?.id ?? "");
    world.fate = () => [0];
    await world.node(1).bus.publish("room", { type: "redacted", seq });
  };
  world.append(1);
  await world.clock.advance(0);
  world.fate = () => [10];
  world.append(1, { data: "secret" });
  await redact(4);
  await redact(3);
  await world.clock.advance(50);
  const cursor = cursorOf(world.log.events("room")[1] ?? { seq: 0, tag: "" });
  const witness = new Witness(world).attach({ from: "cursor", cursor });
  await world.clock.advance(0);
  expect(witness.frames.slice(1).map(({ data }) => data.type)).toEqual(["redacted", "redacted"]);
  expect(JSON.stringify(witness.frames)).not.toContain("secret");
  expectFlawless(witness);
});

test("what a read that a redaction overtook has found is not used", async () => {
  const { world, witness } = await settled(2, { nodes: 2 });
  world.trouble = (call) => (call === "read" ? { delayMs: 20, fails: false } : undefined);
  world.append(1, { data: "secret", crashes: true });
  world.append(1);
  // The log has answered, and the answer is on its way.
  await world.clock.advance(50);
  expect(world.log.calls.read).toBeGreaterThan(0);
  await world.log.redact("room", world.log.events("room")[2]?.id ?? "");
  await world.node(1).bus.publish("room", { type: "redacted", seq: 3 });
  await world.clock.advance(500);
  expect(witness.frames.slice(-2).map(({ data }) => data.type)).toEqual(["redacted", "event"]);
  expect(JSON.stringify(witness.frames)).not.toContain("secret");
  expectFlawless(witness);
});

test("whoever comes after a redaction shares no read that began before it", async () => {
  const { world } = await settled(4, { limits: { ...unchecked, ringEvents: 1 } });
  world.trouble = (call) => (call === "read" ? { delayMs: 20, fails: false } : undefined);
  const start = { from: "cursor", cursor: "0." } as const;
  const early = new Witness(world).attach(start);
  // The log has answered, and the answer is on its way.
  await world.clock.advance(30);
  await world.log.redact("room", world.log.events("room")[2]?.id ?? "");
  world.node(0).hub.redact("room", [3]);
  const late = new Witness(world).attach(start);
  await world.clock.advance(100);
  const typesOf = ({ frames }: Witness) => frames.slice(1).map(({ data }) => data.type);
  expect(typesOf(early)).toEqual(["event", "event", "event", "redaction", "event"]);
  expect(typesOf(late)).toEqual(["event", "event", "redacted", "event"]);
  expectFlawless(early, late);
});

test("an event leaves the memory after a minute, so that a redaction that was not heard of ends", async () => {
  const { world } = await settled(2, { limits: {} });
  world.append(0, { data: "secret" });
  await world.log.redact("room", world.log.events("room")[2]?.id ?? "");
  await world.clock.advance(70_000);
  const cursor = cursorOf(world.log.events("room")[1] ?? { seq: 0, tag: "" });
  const witness = new Witness(world).attach({ from: "cursor", cursor });
  await world.clock.advance(0);
  expect(witness.frames.at(-1)?.data.type).toBe("redacted");
});

test("while the log is away subscriptions stay open, and go on when it is back", async () => {
  const { world, witness } = await settled(1, { nodes: 2, limits: {} });
  world.trouble = () => ({ delayMs: 0, fails: true });
  const late = new Witness(world).attach({ from: "cursor", cursor: "0." });
  world.append(1, { crashes: true });
  await world.clock.advance(20_000);
  expect([witness.story, late.ended]).toEqual([[1], undefined]);
  world.trouble = () => undefined;
  await world.clock.advance(staleMs);
  expect([witness.story, late.story]).toEqual([
    [1, 2],
    [1, 2],
  ]);
  expectFlawless(witness, late);
});

test("a backplane that is away at first holds up nobody, and is listened to once it is back", async () => {
  const world = new World({ nodes: 2 });
  world.node(0).bus.sever();
  const witness = new Witness(world).attach();
  await world.clock.advance(1_000);
  expect(readyOf(witness)).toBeDefined();
  world.append(0);
  expect(witness.story).toEqual([1]);
  world.node(0).bus.mend();
  await world.clock.advance(2_000);
  world.append(1);
  await world.clock.advance(0);
  expect(witness.story).toEqual([1, 2]);
});

test("a room closes after its last reader has left, and opens again for the next", async () => {
  const { world, witness } = await settled(1);
  witness.detach();
  await world.clock.advance(2_000);
  const { heads } = world.log.calls;
  await world.hub.check();
  expect(world.log.calls.heads).toBe(heads);
  world.append();
  witness.move(0);
  await world.clock.advance(0);
  expect(witness.story).toEqual([1, 2]);
  expectFlawless(witness);
});

test("one who comes and goes while a room opens leaves nothing behind", async () => {
  const world = new World({ limits: unchecked });
  world.trouble = () => ({ delayMs: 100, fails: false });
  const witness = new Witness(world).attach();
  await world.clock.advance(50);
  witness.detach();
  witness.detach();
  await world.clock.advance(5_000);
  expect(witness.frames).toEqual([]);
  expectFlawless(witness);
});

test("a closed hub has ended its readers with UNAVAILABLE, holds no timer, and refuses the next", async () => {
  const { world, witness } = await settled(3);
  await world.close();
  const next = new Witness(world).attach();
  await world.clock.advance(10_000);
  expect([witness.ended?.error?.code, next.ended?.error?.code]).toEqual(["UNAVAILABLE", "UNAVAILABLE"]);
  expect(world.clock.pending).toBe(0);
  expectFlawless(witness, next);
});
