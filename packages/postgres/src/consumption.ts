import { and, eq, type SQL, sql } from "drizzle-orm";
import { type Database, query } from "./database.ts";
import { consumers } from "./schema.ts";

interface Claim {
  readonly consumer: string;
  readonly roomId: string;
  readonly nodeId: string;
  readonly ttlMs: number;
}

/** Claims a room for a consumer; false while another node holds it. By the database's clock: nodes need not agree on the time. */
export async function claim(db: Database, { consumer, roomId, nodeId, ttlMs }: Claim): Promise<boolean> {
  const until = sql`clock_timestamp() + ${ttlMs}::float8 * interval '1 millisecond'`;
  const claimed = await query(
    db,
    sql`
      insert into dialogue_consumers as c (consumer, room_id, node_id, claimed_until)
      values (${consumer}, ${roomId}, ${nodeId}, ${until})
      on conflict (consumer, room_id) do update set node_id = excluded.node_id, claimed_until = ${until}
      where c.node_id is null or c.node_id = excluded.node_id or c.claimed_until <= clock_timestamp()
      returning 1 as claimed`,
  );
  return claimed.length > 0;
}

/** Gives up the node's claim, if it holds it. */
export async function release(db: Database, consumer: string, roomId: string, nodeId: string): Promise<void> {
  await db
    .update(consumers)
    .set({ nodeId: null })
    .where(and(isConsumption(consumer, roomId), eq(consumers.nodeId, nodeId)));
}

/** The last mark that was set. */
export async function readMark(db: Database, consumer: string, roomId: string): Promise<string | undefined> {
  const found = await db.select({ mark: consumers.mark }).from(consumers).where(isConsumption(consumer, roomId));
  return found[0]?.mark ?? undefined;
}

interface Mark {
  readonly consumer: string;
  readonly roomId: string;
  readonly nodeId: string;
  readonly cursor: string;
}

/** Sets the mark; false for a node that does not hold the claim. */
export async function setReadMark(db: Database, { consumer, roomId, nodeId, cursor }: Mark): Promise<boolean> {
  const isHolder = and(
    isConsumption(consumer, roomId),
    eq(consumers.nodeId, nodeId),
    sql`${consumers.claimedUntil} > clock_timestamp()`,
  );
  const marked = await db.update(consumers).set({ mark: cursor }).where(isHolder).returning({ mark: consumers.mark });
  return marked.length > 0;
}

function isConsumption(consumer: string, roomId: string): SQL | undefined {
  return and(eq(consumers.consumer, consumer), eq(consumers.roomId, roomId));
}
