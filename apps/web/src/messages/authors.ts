import type { PublicUser } from "@dialogue/events";
import type { Row } from "./rows.ts";

/** Those who have written what is shown and are not among the present, by name. */
export function absentAuthors(rows: readonly Row[], here: readonly PublicUser[]): readonly PublicUser[] {
  const absent = new Map<string, PublicUser>();
  for (const row of rows) if (row.kind === "message") absent.set(row.from, { id: row.from, name: row.name });
  for (const { id } of here) absent.delete(id);
  return sortedByName([...absent.values()]);
}

export function sortedByName(people: readonly PublicUser[]): readonly PublicUser[] {
  return people.toSorted((one, other) => one.name.localeCompare(other.name) || one.id.localeCompare(other.id));
}
