import { defineEvent } from "@dialogue/events";
import * as z from "zod";
import { createDialogue } from "../src/index.ts";

declare function getUserById(id: string): Promise<{ name: string }>;
declare const db: {
  messages: {
    create(row: {
      roomId: string;
      text: string;
      senderId: string;
      replyTo: string | undefined;
      createdAt: Date;
    }): Promise<void>;
  };
};
export const Message = defineEvent("message", {
  schema: z.object({ text: z.string().min(1).max(2000), senderId: z.string(), replyTo: z.string().optional() }),
});
export const Typing = defineEvent("typing", { schema: z.object({ isTyping: z.boolean() }) });
export const UserJoined = defineEvent("user:joined", {
  schema: z.object({ userId: z.string(), username: z.string() }),
});
export const UserLeft = defineEvent("user:left", { schema: z.object({ userId: z.string() }) });
const Other = defineEvent("other", { schema: z.object({ when: z.date() }), delivery: "ephemeral" });
export const dialogue = createDialogue({
  port: 3000,
  rooms: {
    general: {
      name: "General Chat",
      description: "Public chat room for everyone",
      events: [Message, Typing, UserJoined, UserLeft],
      defaultSubscriptions: ["message", "user:joined", "user:left"],
      syncHistoryOnJoin: 50,
    },
    second: { name: "S", events: [Other] },
  },
  hooks: {
    clients: {
      onConnected: async (client) => {
        const user = await getUserById(client.userId);
        client.join("general");
        dialogue.trigger("general", UserJoined, { userId: client.userId, username: user.name }, client.userId);
        // @ts-expect-error misspelt
        client.join("genera");
      },
    },
  },
});
dialogue.on("general", Message, async (msg) => {
  await db.messages.create({
    roomId: msg.roomId,
    text: msg.data.text,
    senderId: msg.from,
    replyTo: msg.data.replyTo,
    createdAt: new Date(msg.timestamp),
  });
  const n: number = msg.seq;
  console.log(n);
});
dialogue.on("second", Other, (e) => {
  e.data.when.getTime();
  // @ts-expect-error no seq
  e.seq;
});
// @ts-expect-error wrong room
dialogue.trigger("genera", Message, { text: "", senderId: "" });
// @ts-expect-error wrong payload
dialogue.trigger("general", Message, { text: "" });
// @ts-expect-error event not in room
dialogue.trigger("general", Other, { when: new Date() });
dialogue.trigger("second", Other, { when: new Date() });
dialogue.trigger({ id: "x" }, Other, { when: new Date() });
dialogue.room("general").trigger(Message, { text: "a", senderId: "b" });
// @ts-expect-error
dialogue.room("general").trigger(Typing, { isTyping: "yes" });
createDialogue({
  rooms: {
    // @ts-expect-error misspelt default subscription
    general: { name: "x", events: [Message], defaultSubscriptions: ["messag"] },
  },
});
export type T = typeof dialogue;
