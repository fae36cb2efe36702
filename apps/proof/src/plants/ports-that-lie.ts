import { setTimeout as pause } from "node:timers/promises";
import { openPorts as openReal, type Ports } from "@dialogue/app-server/ports";
import type { Appended, Draft, EventLog, Log } from "@dialogue/core";

const lateMs = 40;

/** The real ports, but that an append is acknowledged before it is committed. */
export async function openPorts(...given: Parameters<typeof openReal>): Promise<Ports> {
  const ports = await openReal(...given);
  const events: EventLog = { ...ports.log.events, append: lying(ports.log.events) };
  const log: Log = { ...ports.log, events };
  return { ...ports, log };
}

function lying(real: EventLog): EventLog["append"] {
  const heads = new Map<string, Promise<{ seq: number }>>();

  async function lie(draft: Draft): Promise<Appended> {
    const standing = await real.find(draft.roomId, draft.id);
    if (standing) return { status: "duplicate", event: standing };
    const head =
      heads.get(draft.roomId) ?? real.heads([draft.roomId]).then(([first]) => ({ seq: first?.head.seq ?? 0 }));
    heads.set(draft.roomId, head);
    const place = await head;
    place.seq += 1;
    void pause(lateMs).then(() => real.append([draft]));
    const facts = { ...draft, seq: place.seq, tag: "00000000", timestamp: Date.now(), redacted: false };
    return { status: "appended", event: facts, previousTag: "00000000" };
  }

  return (drafts) => Promise.all(drafts.map(lie));
}
