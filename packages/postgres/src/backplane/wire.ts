import type { Bell, News } from "@dialogue/core";
import type { Envelope } from "@dialogue/events";

/** What one NOTIFY says. */
export interface Notice {
  readonly nodeId: string;
  readonly news: readonly { readonly roomId: string; readonly news: News }[];
  /** The number of a probe: its sender waits to hear it again. */
  readonly probe: number | undefined;
  /** The sender was away: what it had to say meanwhile was not heard. */
  readonly wasAway: boolean;
}

const version = 1;

/** One piece of news as JSON. A bell goes without its event: whoever needs it reads the log. */
export function pieceOf(roomId: string, news: News): string {
  if (news.type !== "bell") return JSON.stringify([roomId, news]);
  const { seq, tag, previousTag } = news;
  return JSON.stringify([roomId, seq, tag, previousTag]);
}

/** The payload that carries these pieces. */
export function payloadOf(
  nodeId: string,
  pieces: readonly string[],
  { probe, wasAway = false }: { readonly probe?: number; readonly wasAway?: boolean } = {},
): string {
  return `[${version},${JSON.stringify(nodeId)},${probe ?? 0},${Number(wasAway)},[${pieces.join()}]]`;
}

/** Undefined for what no node of this version has said. Pieces that cannot be read are left out. */
export function noticeOf(payload: string): Notice | undefined {
  const said = parsed(payload);
  if (!Array.isArray(said)) return undefined;
  const [spoken, nodeId, probe, wasAway, pieces]: unknown[] = said;
  if (spoken !== version || typeof nodeId !== "string" || !Array.isArray(pieces)) return undefined;
  return {
    nodeId,
    news: pieces.map(newsOf).filter((one) => one !== undefined),
    probe: typeof probe === "number" && probe > 0 ? probe : undefined,
    wasAway: wasAway === 1,
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Another's word on our channel.
    return undefined;
  }
}

function newsOf(piece: unknown): Notice["news"][number] | undefined {
  if (!Array.isArray(piece)) return undefined;
  const [roomId, second, tag, previousTag]: unknown[] = piece;
  if (typeof roomId !== "string") return undefined;
  const news = typeof second === "number" ? bellOf(second, tag, previousTag) : otherOf(second, roomId);
  return news && { roomId, news };
}

function bellOf(seq: number, tag: unknown, previousTag: unknown): Bell | undefined {
  if (!Number.isSafeInteger(seq) || seq < 1 || typeof tag !== "string" || typeof previousTag !== "string") return;
  return { type: "bell", seq, tag, previousTag };
}

function otherOf(given: unknown, roomId: string): News | undefined {
  if (!isRecord(given)) return undefined;
  switch (given.type) {
    case "presence":
    case "access":
    case "deleted":
      return { type: given.type };
    case "redacted":
      return Number.isSafeInteger(given.seq) ? { type: "redacted", seq: Number(given.seq) } : undefined;
    case "typing":
      return typingOf(given);
    case "signal":
      return isEnvelope(given.envelope, roomId) ? { type: "signal", envelope: given.envelope } : undefined;
    default:
      return undefined;
  }
}

function typingOf({ user, sessionId, isTyping }: Readonly<Record<string, unknown>>): News | undefined {
  if (!isRecord(user) || typeof sessionId !== "string" || typeof isTyping !== "boolean") return undefined;
  const { id, name } = user;
  if (typeof id !== "string" || typeof name !== "string") return undefined;
  return { type: "typing", user: { id, name }, sessionId, isTyping };
}

function isEnvelope(given: unknown, roomId: string): given is Envelope {
  if (!isRecord(given) || given.roomId !== roomId || typeof given.timestamp !== "number") return false;
  return [given.id, given.event, given.from].every((fact) => typeof fact === "string") && "data" in given;
}

function isRecord(given: unknown): given is Readonly<Record<string, unknown>> {
  return typeof given === "object" && given !== null;
}
