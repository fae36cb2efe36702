import { randomUUID } from "node:crypto";
import type { Draft } from "@dialogue/core";
import { assertStorableTexts } from "./storable.ts";

/** A draft as the database takes it. */
export interface Line {
  readonly draft: Draft;
  readonly tag: string;
  readonly json: string;
}

/** Throws INVALID_REQUEST for a draft whose text the database refuses. */
export function lineOf(draft: Draft): Line {
  const { roomId, id, event, version, data, from, meta, hash } = draft;
  assertStorableTexts(`append to room ${roomId}`, [roomId, id, event, from, hash]);
  // Its first 32 bits are random all of them, and it is several times as fast as drawing four bytes.
  const tag = randomUUID().slice(0, 8);
  const json = JSON.stringify({
    tag,
    room_id: roomId,
    id,
    event,
    version,
    sender: from,
    hash,
    data: JSON.stringify(data),
    meta: meta && JSON.stringify(meta),
  });
  return { draft, tag, json };
}
