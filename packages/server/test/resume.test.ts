import { randomUUID } from "node:crypto";
import { memoryLog } from "@dialogue/core";
import { describe, expect, it } from "vitest";
import { systemClock } from "../src/system-clock.ts";
import { Dice, serve } from "./support/chat.ts";

const general = { roomId: "general" };

describe.each(["socket", "http"] as const)("a subscription over %s", (transport) => {
  async function begun(events: number) {
    const log = memoryLog({ clock: systemClock, random: Math.random });
    const served = await serve({ log });
    for (let n = 0; n < events; n++) await served.dialogue.trigger("general", Dice, { sides: n + 2 });
    const { events: stored } = await log.events.read("general", { after: 0, limit: events });
    const cursorOf = (seq: number) => `${seq}.${stored[seq - 1]?.tag ?? ""}`;
    const follow = async (cursor: string) =>
      (await served[transport]("ann")).follow("messages", { ...general, cursor });
    return { ...served, log, cursorOf, follow };
  }

  it("begins with ready, then has exactly the events after its cursor, from any of them", async () => {
    const { cursorOf, follow } = await begun(5);
    for (let seq = 0; seq <= 5; seq++) {
      const { frames } = await follow(cursorOf(seq));
      const [first, ...rest] = await frames.take(6 - seq);
      expect(first).toEqual({ id: cursorOf(seq), data: { type: "ready", head: cursorOf(5) } });
      const after = Array.from({ length: 5 - seq }, (_, at) => cursorOf(seq + 1 + at));
      expect(rest.map(({ id }) => id)).toEqual(after);
    }
  });

  it.each([
    ["a place that was purged", "expired", ({ cursorOf }: Begun) => cursorOf(1)],
    ["a log that was rewound", "rewound", () => "4.00000000"],
    ["more than the log holds", "rewound", () => "99.00000000"],
  ])("is told by one reset at the head of %s, and goes on live", async (_what, reason, place) => {
    const given = await begun(5);
    const { log, dialogue, cursorOf, follow } = given;
    await log.events.purge("general", 3);
    const { frames } = await follow(place(given));
    expect((await frames.next()).data).toMatchObject({ type: "ready" });
    const head = cursorOf(5);
    expect(await frames.next()).toEqual({ id: head, data: { type: "reset", reason, head, oldest: cursorOf(3) } });
    const { id } = await dialogue.trigger("general", Dice, { sides: 9 }, { id: randomUUID() });
    expect((await frames.next()).data).toMatchObject({ type: "event", event: { id, seq: 6 } });
  });

  type Begun = Awaited<ReturnType<typeof begun>>;

  it("has history around an event, with the cursors of its neighbours", async () => {
    const { dialogue, cursorOf, ...clients } = await begun(9);
    const { events } = await dialogue.history("general");
    const ann = await clients[transport]("ann");
    const page = await ann.trpc.history.query({ ...general, around: events[4]?.id ?? "", limit: 4 });
    expect(page).toMatchObject({ older: cursorOf(3), newer: cursorOf(7), end: cursorOf(7) });
    expect(page.events.map(({ seq }) => seq)).toEqual([4, 5, 6, 7]);
  });
});
