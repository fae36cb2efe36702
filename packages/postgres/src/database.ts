import type { SQL } from "drizzle-orm";
import type { PgDatabase, PgQueryResultHKT } from "drizzle-orm/pg-core";

/** Any Drizzle Postgres database, whatever its driver and schema. */
export type Database = Pick<
  PgDatabase<PgQueryResultHKT>,
  "delete" | "execute" | "insert" | "select" | "transaction" | "update"
>;

/** One row as a driver gives it. */
export type Row = Readonly<Record<string, unknown>>;

/** The rows of a raw query: postgres.js answers a list, the other drivers an object that holds one. */
export async function query(db: Pick<Database, "execute">, statement: SQL): Promise<readonly Row[]> {
  const result: unknown = await db.execute(statement);
  if (isRows(result)) return result;
  if (typeof result === "object" && result !== null && "rows" in result && isRows(result.rows)) return result.rows;
  throw new TypeError("cannot read a query's result: the driver's form is not known");
}

function isRows(value: unknown): value is readonly Row[] {
  return Array.isArray(value);
}
