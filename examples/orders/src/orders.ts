import { openLog } from "@dialogue/postgres";
import { createDialogue, defineEvent } from "@dialogue/server";
import { sql } from "drizzle-orm";
import { integer, pgTable, text } from "drizzle-orm/pg-core";
import * as z from "zod";

/** An order was paid. */
export const Paid = defineEvent("paid", {
  schema: z.object({ order: z.string(), cents: z.number().int().positive() }),
});

const orders = pgTable("orders", { id: text().primaryKey(), userId: text().notNull(), cents: integer().notNull() });

/** A shop whose orders and events are in one database. */
export async function openShop(dataDir: string) {
  const log = await openLog({ dataDir });
  const dialogue = createDialogue({ rooms: { orders: { name: "Orders", events: [Paid] } }, log });
  await dialogue.transaction((tx) =>
    tx.execute(
      sql`create table if not exists orders (id text primary key, "userId" text not null, cents integer not null)`,
    ),
  );

  async function pay(order: typeof orders.$inferInsert): Promise<void> {
    await dialogue.transaction(async (tx, trigger) => {
      await tx.insert(orders).values(order);
      await trigger("orders", Paid, { order: order.id, cents: order.cents }, order.userId);
    });
  }

  async function paid(): Promise<readonly string[]> {
    const rows = await dialogue.transaction((tx) => tx.select().from(orders));
    return rows.map((row) => row.id);
  }

  async function close(): Promise<void> {
    await dialogue.stop();
    await log.close();
  }

  return { dialogue, pay, paid, close };
}
