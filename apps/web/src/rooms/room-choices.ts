import type { RoomInfo } from "@dialogue/events";

/** A room to go to, one to enter, or one to make. */
export interface Choice {
  readonly kind: "open" | "enter" | "create";
  readonly id: string;
  readonly name: string;
}

/** The rooms whose name has the text, first those that begin with it, one's own before others; and a room of that name. */
export function choicesFor(text: string, mine: readonly RoomInfo[], others: readonly RoomInfo[]): readonly Choice[] {
  const wanted = text.trim().toLowerCase();
  const found = [...choices("open", mine, wanted), ...choices("enter", others, wanted)];
  const isNew = wanted !== "" && !found.some(({ name }) => name.toLowerCase() === wanted);
  return isNew ? [...found, { kind: "create", id: "+", name: text.trim() }] : found;
}

function choices(kind: Choice["kind"], rooms: readonly RoomInfo[], wanted: string): readonly Choice[] {
  const placed = rooms.map(({ id, name }) => ({ kind, id, name, at: name.toLowerCase().indexOf(wanted) }));
  const found = placed.filter(({ at }) => at >= 0).toSorted((one, other) => one.at - other.at);
  return found.map(({ at: _, ...choice }) => choice);
}
