import * as z from "zod";
import { defineEvent } from "./event.ts";

/** A chat message: 1–2000 characters, by the user who triggers it. */
export const Message = defineEvent("message", {
  description: "A chat message",
  author: "senderId",
  schema: z.object({
    text: z.string().min(1).max(2000),
    senderId: z.string(),
    /** The id of the event it answers. */
    replyTo: z.string().max(64).optional(),
  }),
});

/** Somebody types, or stopped. */
export const Typing = defineEvent("typing", {
  description: "Somebody types, or stopped",
  schema: z.object({ isTyping: z.boolean() }),
});

/** Somebody came into the room. */
export const UserJoined = defineEvent("user:joined", {
  description: "Somebody came into the room",
  schema: z.object({ userId: z.string(), username: z.string() }),
});

/** Somebody left the room. */
export const UserLeft = defineEvent("user:left", {
  description: "Somebody left the room",
  schema: z.object({ userId: z.string() }),
});
