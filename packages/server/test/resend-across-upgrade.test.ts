import { memoryLog } from "@dialogue/core";
import { expect, it } from "vitest";
import { systemClock } from "../src/system-clock.ts";
import { serve } from "./support/chat.ts";

const id = "0c1f8a52-6f0b-4f0e-9a55-3b1d6a3f7c01";
const from = "ann";

// What every version has stored for these proposals; a number that changes here makes strangers of all logs.
it.each([
  [{ sides: 6 }, "9e220e0287ab9825fc5d43c0ece8ac8fcf5cfa4c69d64d74f23331810174683c"],
  [{ sides: 6, who: "Zoë 😀" }, "c9dbf94202523881d9905b2da667657352fd95d6855a43d316ca836720d5e259"],
])("an event that an earlier version stored is the answer to its resend: %j", async (data, hash) => {
  const log = memoryLog({ clock: systemClock, random: Math.random });
  await log.events.append([{ roomId: "general", id, event: "dice", version: 1, data, from, hash }]);
  const { socket } = await serve({ log });
  const { trpc } = await socket(from);
  const proposal = { id, roomId: "general", event: "dice" } as const;
  expect(await trpc.trigger.mutate({ ...proposal, data })).toMatchObject({ id, seq: 1 });
  await expect(trpc.trigger.mutate({ ...proposal, data: { sides: 8 } })).rejects.toMatchObject({
    data: { dialogue: { code: "CONFLICT" } },
  });
});
