import type { Call } from "./call.ts";
import type { Draft } from "./draft-store.ts";

/** The call that triggers a draft, which the id makes harmless to repeat. */
export function triggerCall(roomId: string, { id, event, data, meta }: Draft): Call {
  const input = { roomId, id, event, data, ...(meta && { meta }) };
  return { kind: "mutation", path: "trigger", input, what: `trigger ${event} in ${roomId}`, isRepeatable: true };
}
