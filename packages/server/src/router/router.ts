import type { Core } from "@dialogue/core";
import type { EventDefinition, Limits, RoomEvents } from "@dialogue/events";
import { createCallProcedures } from "./call-procedures.ts";
import type { DialogueRouter } from "./dialogue-router.ts";
import type { DialogueErrorFormatter } from "./error-formatter.ts";
import type { Faults } from "./faults.ts";
import { createRoomProcedures } from "./room-procedures.ts";
import { createProcedures, createRoot } from "./root.ts";
import { createSubscriptions } from "./subscriptions.ts";

/** The tRPC router of a Dialogue: every call goes to core, which judges it. */
export function createRouter(options: {
  readonly core: Core;
  readonly events: ReadonlyMap<string, EventDefinition>;
  readonly limits: Limits;
  readonly faults: Faults;
  readonly errorFormatter: DialogueErrorFormatter;
}): DialogueRouter<RoomEvents> {
  const { faults, errorFormatter } = options;
  const root = createRoot(errorFormatter);
  const { call, subscription } = createProcedures(root, faults, errorFormatter);
  return root.router({
    ...createCallProcedures({ ...options, procedure: call }),
    ...createSubscriptions({ ...options, procedure: subscription }),
    rooms: createRoomProcedures({ ...options, procedure: call }),
  });
}
