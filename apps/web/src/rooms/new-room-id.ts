import { newId } from "@dialogue/client";

/** An id for a room of that name that people can read, where its letters allow one. */
export function newRoomId(name: string): string {
  const plain = name.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  const id = plain
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 64);
  return id === "" ? newId() : id;
}
