import type { Appended, Draft } from "@dialogue/core";
import type { Row } from "./database.ts";
import type { Line } from "./line.ts";

/** What one statement appends to a room. */
export interface Share {
  readonly room_id: string;
  readonly total: number;
  /** Of its last line: the tag of the room's new head. */
  readonly tag: string;
}

/** Where a line comes among those of its room that are appended with it. */
export interface Place {
  readonly share: Share;
  readonly nth: number;
  /** The tag of the one before it; undefined for the first. */
  readonly previousTag: string | undefined;
}

/** The places of lines that are all appended, in their order. */
export function placesOf(lines: readonly Line[]): readonly Place[] {
  const shares = new Map<string, { -readonly [Fact in keyof Share]: Share[Fact] }>();
  return lines.map(({ draft, tag }) => {
    const share = shares.get(draft.roomId) ?? { room_id: draft.roomId, total: 0, tag };
    const previousTag = share.total === 0 ? undefined : share.tag;
    if (share.total === 0) shares.set(draft.roomId, share);
    share.total++;
    share.tag = tag;
    return { share, nth: share.total, previousTag };
  });
}

/** How far below its room's new head a line comes to stand. */
export function behind({ share, nth }: Place): number {
  return share.total - nth;
}

/** The answer for a line that was appended; `head` is the database's, for its room. */
export function appendedAt({ draft, tag }: Line, place: Place | undefined, head: Row | undefined): Appended {
  if (!place || !head) throw new Error(`the database did not answer for draft ${draft.id}`);
  const { roomId, id, event, version, data, from, meta, hash }: Draft = draft;
  const seq = Number(head.seq) - behind(place);
  const timestamp = Number(head.timestamp);
  const stored = { roomId, seq, tag, id, event, version, data, from, timestamp, hash, redacted: false };
  return {
    status: "appended",
    event: meta === undefined ? stored : { ...stored, meta },
    previousTag: place.previousTag ?? String(head.previous_tag),
  };
}
