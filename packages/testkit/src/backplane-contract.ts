import type { Backplane, News } from "@dialogue/core";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { freshRoomId } from "./drafts.ts";

/** Two nodes on one engine. */
export interface BackplanePair {
  readonly here: Backplane;
  readonly there: Backplane;
}

/**
 * The promises of Backplane as tests. Whoever made what `open` answers closes it. `lose` makes the node `there` miss
 * news and then hear again; leave it out for an engine that cannot.
 */
export function backplaneContract(
  name: string,
  open: () => Promise<BackplanePair>,
  lose?: (pair: BackplanePair) => Promise<void>,
): void {
  describe(`Backplane: ${name}`, () => {
    let pair: BackplanePair;
    beforeAll(async () => {
      pair = await open();
    });
    carrying(() => pair);
    ending(() => pair);
    suspecting(() => pair, lose);
  });
}

type Pair = () => BackplanePair;

const presence: News = { type: "presence" };
const access: News = { type: "access" };

function carrying(pair: Pair): void {
  test("1. news is heard as it was published, and in its own room only", async () => {
    const { here, there } = pair();
    const [roomId, otherId] = [freshRoomId(), freshRoomId()];
    const [heard, elsewhere]: [News[], News[]] = [[], []];
    const ends = await Promise.all([
      there.subscribe(roomId, (news) => heard.push(news)),
      there.subscribe(otherId, (news) => elsewhere.push(news)),
    ]);
    const typing: News = { type: "typing", user: { id: "ada", name: "Ada" }, sessionId: "s", isTyping: true };
    await here.publish(roomId, typing);
    await here.publish(otherId, access);
    await vi.waitFor(() => expect(heard).toContainEqual(typing));
    await vi.waitFor(() => expect(elsewhere).toContainEqual(access));
    expect(heard).not.toContainEqual(access);
    expect(elsewhere).not.toContainEqual(typing);
    await Promise.all(ends.map((end) => end()));
  });

  test("1. a signal is heard whole", async () => {
    const { here, there } = pair();
    const roomId = freshRoomId();
    const heard: News[] = [];
    const end = await there.subscribe(roomId, (news) => heard.push(news));
    const envelope = {
      id: "i",
      roomId,
      event: "wave",
      data: { to: ["b"], n: 1.5, é: null },
      from: "ada",
      timestamp: 3,
    };
    await here.publish(roomId, { type: "signal", envelope });
    await vi.waitFor(() => expect(heard).toContainEqual({ type: "signal", envelope }));
    await end();
  });

  test("2. what is published once subscribe has resolved is heard", async () => {
    const { here, there } = pair();
    for (let round = 0; round < 20; round++) {
      const roomId = freshRoomId();
      const heard: News[] = [];
      const end = await there.subscribe(roomId, (news) => heard.push(news));
      await here.publish(roomId, presence);
      await vi.waitFor(() => expect(heard).toContainEqual(presence));
      await end();
    }
  });

  test("6. a listener that throws harms neither the others nor the backplane", async () => {
    const { here, there } = pair();
    const roomId = freshRoomId();
    const heard: News[] = [];
    const ends = await Promise.all([
      there.subscribe(roomId, () => {
        throw new Error("on purpose");
      }),
      there.subscribe(roomId, (news) => heard.push(news)),
    ]);
    await here.publish(roomId, presence);
    await vi.waitFor(() => expect(heard).toContainEqual(presence));
    await here.publish(roomId, access);
    await vi.waitFor(() => expect(heard).toContainEqual(access));
    await Promise.all(ends.map((end) => end()));
  });
}

function ending(pair: Pair): void {
  test("3. an end ends its own subscription only, and twice is harmless", async () => {
    const { here, there } = pair();
    const roomId = freshRoomId();
    const [ended, standing]: [News[], News[]] = [[], []];
    const end = await there.subscribe(roomId, (news) => ended.push(news));
    const endOther = await there.subscribe(roomId, (news) => standing.push(news));
    await end();
    await end();
    await here.publish(roomId, presence);
    await vi.waitFor(() => expect(standing).toContainEqual(presence));
    expect(ended).toEqual([]);
    await endOther();
  });

  test("3. a room can be subscribed to again after its last end", async () => {
    const { here, there } = pair();
    const roomId = freshRoomId();
    await (await there.subscribe(roomId, () => undefined))();
    const heard: News[] = [];
    const end = await there.subscribe(roomId, (news) => heard.push(news));
    await here.publish(roomId, presence);
    await vi.waitFor(() => expect(heard).toContainEqual(presence));
    await end();
  });

  test("5. publishing to a room that nobody listens to resolves", async () => {
    await pair().here.publish(freshRoomId(), presence);
  });
}

function suspecting(pair: Pair, lose: ((pair: BackplanePair) => Promise<void>) | undefined): void {
  if (lose)
    test("4. a possible loss is never kept silent", async () => {
      const suspect = vi.fn();
      const stop = pair().there.onSuspect(suspect);
      await lose(pair());
      await vi.waitFor(() => expect(suspect).toHaveBeenCalled());
      stop();
    });

  test("4. who stopped suspecting is not called, and stopping twice is harmless", () => {
    const stop = pair().there.onSuspect(() => expect.unreachable());
    stop();
    stop();
  });
}
