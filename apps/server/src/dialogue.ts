import type { Backplane, Log, Logger, PresenceStore } from "@dialogue/core";
import { Message, Typing, UserJoined, UserLeft } from "@dialogue/events";
import { createDialogue } from "@dialogue/server";
import type { Tokens } from "./tokens.ts";

/** What the chat is given by whoever starts it. */
export interface ChatOptions {
  readonly log: Log;
  readonly backplane?: Backplane;
  readonly presence?: PresenceStore;
  readonly logger: Logger;
  readonly tokens: Tokens;
}

/**
 * The reference chat: one public room that everyone joins, where people are announced once, however many tabs they open
 * and on however many processes.
 */
export function createChat({ tokens, log, logger, backplane, presence }: ChatOptions) {
  /** The verified names of those who are connected. */
  const names = new Map<string, string>();

  const dialogue = createDialogue({
    rooms: {
      general: {
        name: "General",
        description: "Public chat room for everyone",
        events: [Message, Typing, UserJoined, UserLeft],
        defaultSubscriptions: ["message", "user:joined", "user:left"],
        syncHistoryOnJoin: 50,
      },
    },
    log,
    logger,
    ...(backplane ? { backplane } : {}),
    ...(presence ? { presence } : {}),
    authenticate: ({ token }) => tokens.verify(token),
    hooks: {
      clients: {
        onConnected: async (client) => {
          const { userId, user, isFirst } = client;
          const username = user.name ?? userId;
          names.set(userId, username);
          const isNew = isFirst && !(await dialogue.isInRoom(userId, "general"));
          await client.join("general");
          if (isNew) await dialogue.trigger("general", UserJoined, { userId, username }, userId);
        },
        onDisconnected: async ({ userId }) => {
          const isHere = () => dialogue.getClients(userId).length > 0;
          if (isHere()) return;
          const isElsewhere = await dialogue.isInRoom(userId, "general");
          if (!isElsewhere && !isHere()) await dialogue.trigger("general", UserLeft, { userId }, userId);
          if (!isHere()) names.delete(userId);
        },
      },
      events: {
        // Whoever reads old messages must be able to name their authors: the verified name replaces what a client gave.
        beforeEach: ({ data, from }) => {
          const name = names.get(from);
          return { data, meta: name === undefined ? {} : { name } };
        },
      },
    },
  });
  return dialogue;
}

/** The types that the page's client is made of. */
export type Chat = ReturnType<typeof createChat>;
