import { createDialogue, defineEvent } from "@dialogue/server";
import * as z from "zod";

export const Message = defineEvent("message", {
  author: "senderId",
  schema: z.object({ text: z.string().min(1).max(2000), senderId: z.string(), replyTo: z.string().optional() }),
});

export const dialogue = createDialogue({
  port: 3000,
  rooms: { general: { name: "General Chat", events: [Message], syncHistoryOnJoin: 50 } },
});
