import { expectTypeOf } from "vitest";
import * as z from "zod";
import { createDialogue, defineEvent, type Log, type TransactionalLog } from "../src/index.ts";

interface Tx {
  run(statement: string): Promise<number>;
}

declare const log: TransactionalLog<Tx>;
declare const plain: Log;

const Paid = defineEvent("paid", { schema: z.object({ order: z.string(), cents: z.coerce.number() }) });
const Sent = defineEvent("sent", { schema: z.object({ order: z.string() }) });
const rooms = { orders: { name: "Orders", events: [Paid] }, parcels: { name: "Parcels", events: [Sent] } } as const;

const dialogue = createDialogue({ rooms, log });

const paid = dialogue.transaction(async (tx, trigger) => {
  expectTypeOf(tx).toEqualTypeOf<Tx>();
  const event = await trigger("orders", Paid, { order: "7", cents: "5" }, "ada");
  expectTypeOf(event.data.cents).toEqualTypeOf<number>();
  await trigger({ id: "made-at-run-time" }, Sent, { order: "7" });
  // @ts-expect-error a room that is not there
  void trigger("order", Paid, { order: "7", cents: 5 });
  // @ts-expect-error an event of another room
  void trigger("orders", Sent, { order: "7" });
  // @ts-expect-error data that is not the event's
  void trigger("parcels", Sent, { order: 7 });
  return event.seq;
});
expectTypeOf(paid).resolves.toEqualTypeOf<number>();

// @ts-expect-error a log that has no transactions
createDialogue({ rooms, log: plain }).transaction(() => Promise.resolve());
// @ts-expect-error the log in memory has none
createDialogue({ rooms }).transaction(() => Promise.resolve());

// It refers to itself within its own hooks, as any application does.
const chat = createDialogue({
  rooms,
  log,
  hooks: {
    clients: {
      onConnected: async (client) => {
        await chat.transaction(async (tx, trigger) => {
          await tx.run("insert");
          await trigger("parcels", Sent, { order: client.userId });
        });
      },
    },
  },
});
