import { createKept, isRecord, type Kept } from "../ui/kept.ts";

/** A message that is answered, as far as it is shown beside the answer. */
export interface Quoted {
  readonly id: string;
  readonly name: string;
  readonly text: string;
}

/** What was begun and not sent. */
export interface Draft {
  readonly text: string;
  readonly reply?: Quoted;
}

/** One draft for each room, by its id. */
export type Drafts = Kept<Readonly<Record<string, Draft>>>;

export function keptDrafts(userId: string): Drafts {
  return createKept<Readonly<Record<string, Draft>>>(`dialogue.drafts.${userId}`, {}, (value) =>
    isRecord(value)
      ? Object.fromEntries(Object.entries(value).filter((entry): entry is [string, Draft] => isDraft(entry[1])))
      : undefined,
  );
}

/** Keeps a room's draft; one that says nothing is forgotten. */
export function keepDraft(drafts: Drafts, roomId: string, draft: Draft): void {
  drafts.change((before) => {
    const { [roomId]: _, ...others } = before;
    const isEmpty = draft.text.trim() === "" && draft.reply === undefined;
    if (isEmpty) return before[roomId] === undefined ? before : others;
    return { ...others, [roomId]: draft };
  });
}

function isDraft(value: unknown): value is Draft {
  return isRecord(value) && typeof value.text === "string" && (value.reply === undefined || isQuoted(value.reply));
}

function isQuoted(value: unknown): value is Quoted {
  return isRecord(value) && [value.id, value.name, value.text].every((part) => typeof part === "string");
}
