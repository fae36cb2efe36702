import type { EventEmitter } from "node:events";

/** A pool of the kind of `pg`'s; Neon's is one too. */
type Pool = Pick<EventEmitter, "on">;

interface Client extends Pick<EventEmitter, "on"> {
  release: (isBroken?: boolean) => void;
}

const guarded = new WeakSet<object>();

/**
 * Keeps what a lost connection does to itself. An error event that nobody hears would end the process, and the pool hears
 * only those of its idle clients. A client whose `begin` failed is never given back by Drizzle: enough of them, and
 * the pool would have none left to give.
 */
export function guardPool(pool: Pool, lost: (error: Error) => void): void {
  if (guarded.has(pool)) return;
  guarded.add(pool);
  const inUse = new WeakSet<Client>();
  pool.on("error", lost);
  pool.on("acquire", (client: Client) => inUse.add(client));
  pool.on("release", (_error: unknown, client: Client) => inUse.delete(client));
  pool.on("connect", (client: Client) => {
    client.on("error", lost);
    client.on("end", () => {
      if (!inUse.has(client)) return;
      client.release(true);
      // Who still holds it gives it back a second time.
      client.release = () => undefined;
    });
  });
}

/** The pool behind a Drizzle database, if it is one of that kind. */
export function poolOf(db: object): Pool | undefined {
  const client: unknown = "$client" in db ? db.$client : undefined;
  return isPool(client) ? client : undefined;
}

function isPool(client: unknown): client is Pool {
  return typeof client === "object" && client !== null && "totalCount" in client && "on" in client;
}
