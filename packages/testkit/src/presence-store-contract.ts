import type { Attendee, PresenceStore } from "@dialogue/core";
import * as fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { freshId, freshRoomId } from "./drafts.ts";

/** A presence store, and how its time passes. */
export interface PresenceTrial {
  readonly store: PresenceStore;
  /** Lets at least so much time pass for the store's leases. */
  pass(ms: number): Promise<void>;
}

/** A lease that outlives a test. */
const longMs = 600_000;
const shortMs = 1_000;

/** The promises of PresenceStore as tests. Whoever made what `open` answers closes it. */
export function presenceStoreContract(name: string, open: () => Promise<PresenceTrial>): void {
  describe(`PresenceStore: ${name}`, () => {
    let trial: PresenceTrial;
    beforeAll(async () => {
      trial = await open();
    });
    entering(() => trial.store);
    leaving(() => trial.store);
    lapsing(() => trial);
    filling(() => trial.store);
  });
}

type Store = () => PresenceStore;

function attendee(nodeId: string, userId: string, name = userId): Attendee {
  return { sessionId: freshId(), nodeId, user: { id: userId, name } };
}

async function liveNode(store: PresenceStore, ttlMs = longMs): Promise<string> {
  const nodeId = freshId();
  await store.renew(nodeId, ttlMs);
  return nodeId;
}

async function sessionsIn(store: PresenceStore, roomId: string): Promise<readonly string[]> {
  return (await store.roster(roomId)).map(({ sessionId }) => sessionId).sort();
}

function entering(store: Store): void {
  test("1. entering twice is entering once, and the latest facts win", async () => {
    const roomId = freshRoomId();
    const ada = attendee(await liveNode(store()), "ada");
    await store().enter(roomId, ada);
    const renamed = { ...ada, user: { id: "ada", name: "Countess" } };
    expect(await store().enter(roomId, renamed)).toBe(true);
    expect(await store().roster(roomId)).toEqual([renamed]);
  });

  test("4. the roster answers who entered through any node, room by room", async () => {
    const [roomId, otherId] = [freshRoomId(), freshRoomId()];
    const [ada, bob] = [attendee(await liveNode(store()), "ada"), attendee(await liveNode(store()), "bob")];
    await store().enter(roomId, ada);
    await store().enter(roomId, bob);
    await store().enter(otherId, bob);
    expect(await sessionsIn(store(), roomId)).toEqual([ada.sessionId, bob.sessionId].sort());
    expect(await store().roster(otherId)).toEqual([bob]);
    expect(await store().roster(freshRoomId())).toEqual([]);
  });

  test("4. two sessions of one user are two attendees", async () => {
    const roomId = freshRoomId();
    const nodeId = await liveNode(store());
    const tabs = [attendee(nodeId, "ada"), attendee(nodeId, "ada")];
    for (const tab of tabs) await store().enter(roomId, tab);
    expect(await sessionsIn(store(), roomId)).toEqual(tabs.map((tab) => tab.sessionId).sort());
  });
}

function leaving(store: Store): void {
  test("2. leaving twice, or without having entered, is harmless", async () => {
    const roomId = freshRoomId();
    const nodeId = await liveNode(store());
    const [ada, bob] = [attendee(nodeId, "ada"), attendee(nodeId, "bob")];
    for (const who of [ada, bob]) await store().enter(roomId, who);
    await store().leave(roomId, ada.sessionId);
    await store().leave(roomId, ada.sessionId);
    await store().leave(roomId, freshId());
    await store().leave(freshRoomId(), bob.sessionId);
    expect(await store().roster(roomId)).toEqual([bob]);
  });

  test("6. forgetting a node removes its attendees and no others", async () => {
    const roomId = freshRoomId();
    const [gone, live] = [await liveNode(store()), await liveNode(store())];
    const bob = attendee(live, "bob");
    await store().enter(roomId, attendee(gone, "ada"));
    await store().enter(roomId, bob);
    await store().forget(gone);
    await store().forget(gone);
    expect(await store().roster(roomId)).toEqual([bob]);
    await store().renew(gone, longMs);
    expect(await store().roster(roomId)).toEqual([bob]);
  });
}

function lapsing(trial: () => PresenceTrial): void {
  test("3. attendees of a node that has not renewed in time are in no later roster", async () => {
    const { store, pass } = trial();
    const roomId = freshRoomId();
    const [dying, live] = [await liveNode(store, shortMs), await liveNode(store)];
    const bob = attendee(live, "bob");
    await store.enter(roomId, attendee(dying, "ada"));
    await store.enter(roomId, bob);
    expect(await store.roster(roomId)).toHaveLength(2);
    await pass(shortMs + 1);
    expect(await store.roster(roomId)).toEqual([bob]);
  });

  test("3. a renewed lease keeps its attendees", async () => {
    const { store, pass } = trial();
    const roomId = freshRoomId();
    const nodeId = await liveNode(store, shortMs);
    const ada = attendee(nodeId, "ada");
    await store.enter(roomId, ada);
    await store.renew(nodeId, longMs);
    await pass(shortMs + 1);
    expect(await store.roster(roomId)).toEqual([ada]);
  });

  test("3. a lease that is taken up again after a lapse brings nobody back", async () => {
    const { store, pass } = trial();
    const roomId = freshRoomId();
    const nodeId = await liveNode(store, shortMs);
    await store.enter(roomId, attendee(nodeId, "ada"));
    await pass(shortMs + 1);
    await store.renew(nodeId, longMs);
    expect(await store.roster(roomId)).toEqual([]);
  });

  test("3. whoever enters again after a lapse is there again", async () => {
    const { store, pass } = trial();
    const roomId = freshRoomId();
    const nodeId = await liveNode(store, shortMs);
    const ada = attendee(nodeId, "ada");
    await store.enter(roomId, ada);
    await pass(shortMs + 1);
    await store.renew(nodeId, longMs);
    await store.enter(roomId, ada);
    expect(await store.roster(roomId)).toEqual([ada]);
  });

  test("5. a lapsed node's users take no place", async () => {
    const { store, pass } = trial();
    const roomId = freshRoomId();
    await store.enter(roomId, attendee(await liveNode(store, shortMs), "ada"), 1);
    await pass(shortMs + 1);
    expect(await store.enter(roomId, attendee(await liveNode(store), "bob"), 1)).toBe(true);
  });
}

function filling(store: Store): void {
  test("5. a full room refuses one more user and changes nothing", async () => {
    const roomId = freshRoomId();
    const ada = attendee(await liveNode(store()), "ada");
    expect(await store().enter(roomId, ada, 1)).toBe(true);
    expect(await store().enter(roomId, attendee(ada.nodeId, "bob"), 1)).toBe(false);
    expect(await store().roster(roomId)).toEqual([ada]);
  });

  test("5. a user who is in fills one place with any number of sessions", async () => {
    const roomId = freshRoomId();
    const nodeId = await liveNode(store());
    const ada = attendee(nodeId, "ada");
    expect(await store().enter(roomId, ada, 1)).toBe(true);
    expect(await store().enter(roomId, ada, 1)).toBe(true);
    expect(await store().enter(roomId, attendee(nodeId, "ada"), 1)).toBe(true);
  });

  test("5. of any number who race for the last places, as many get in as there are", async () => {
    const node = await liveNode(store());
    const race = fc.asyncProperty(
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 2, max: 8 }),
      async (places, racers) => {
        const roomId = freshRoomId();
        const users = Array.from({ length: racers }, (_, at) => attendee(node, `user-${at}`));
        const answers = await Promise.all(users.map((user) => store().enter(roomId, user, places)));
        expect(answers.filter(Boolean)).toHaveLength(Math.min(places, racers));
        expect(await store().roster(roomId)).toHaveLength(Math.min(places, racers));
      },
    );
    await fc.assert(race, { numRuns: 15 });
  });
}
