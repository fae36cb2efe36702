import { createDialogueClient, type DialogueClient } from "@dialogue/client";
import { defineEvent, type Limits, Message, Typing, UserJoined } from "@dialogue/events";
import { createDialogue, type DialogueConfig } from "@dialogue/server";
import { cleanup, configure } from "@testing-library/react";
import type { ReactNode } from "react";
import { WebSocket } from "ws";
import * as z from "zod";
import { createDialogueHooks, type RoomMessage } from "../src/index.ts";

/** A meeting on a day. */
export const Meeting = defineEvent("meeting", {
  schema: z.object({ on: z.coerce.date(), where: z.string().optional() }),
});

const wideLimits: Partial<Limits> = {
  triggersPerUser: { perSecond: 1e6, burst: 1e6 },
  triggersPerRoom: { perSecond: 1e6, burst: 1e6 },
  callsPerUser: { perSecond: 1e6, burst: 1e6 },
};

const quiet = { debug: nothing, info: nothing, warn: nothing, error: nothing };

const rooms = {
  general: { name: "General", events: [Message, Typing, UserJoined], syncHistoryOnJoin: 5 },
  plain: { name: "Plain", events: [Message, UserJoined], defaultSubscriptions: ["user:joined"] },
  plans: { name: "Plans", events: [Meeting] },
  tiny: { name: "Tiny", events: [Message], maxSize: 1 },
} as const;

type Settings = Omit<
  DialogueConfig<{ readonly [Id in keyof typeof rooms]: (typeof rooms)[Id]["events"] }, readonly []>,
  "rooms" | "port"
>;

// Reconnects take their time, and a busy machine more.
configure({ asyncUtilTimeout: 15_000 });

const endings: (() => unknown)[] = [];

/** Ends what a test began, the last first. */
export async function endAll(): Promise<void> {
  cleanup();
  for (const end of endings.splice(0).reverse()) await end();
}

/** A server on a free port. */
export async function serve(settings: Settings = {}) {
  const dialogue = createDialogue({
    port: 0,
    rooms,
    secret: "a secret of more than thirty-two characters",
    logger: quiet,
    ...settings,
    limits: { ...wideLimits, ...settings.limits },
  });
  await dialogue.start();
  endings.push(() => dialogue.stop());
  return dialogue;
}

export type TestDialogue = Awaited<ReturnType<typeof serve>>;

export const hooks = createDialogueHooks<TestDialogue>();

/** A user's client, everything it sends, and a hand on its sockets. */
export interface TestClient {
  readonly client: DialogueClient<TestDialogue>;
  /** The procedures it called and subscribed to, in order: `rooms.join`. */
  readonly calls: string[];
  /** The inputs of the calls of that procedure. */
  inputs(path: string): unknown[];
  /** Ends its socket at once; while it is off, no other one can be opened. */
  setOffline(isOffline: boolean): void;
}

const frame = z.object({
  method: z.enum(["query", "mutation", "subscription", "subscription.stop"]),
  params: z.object({ path: z.string(), input: z.unknown().optional() }).optional(),
});

export async function clientOf(
  dialogue: TestDialogue,
  userId: string,
  options: { readonly triggerMs?: number } = {},
): Promise<TestClient> {
  const token = await dialogue.issueToken({ id: userId, name: userId.toUpperCase() });
  const sent: z.infer<typeof frame>[] = [];
  const sockets = new Set<WebSocket>();
  let isOffline = false;

  class Watched extends WebSocket {
    constructor(url: string | URL, protocols?: string | string[]) {
      super(isOffline ? "ws://127.0.0.1:1" : url, protocols);
      sockets.add(this);
      this.on("close", () => sockets.delete(this));
    }

    override send(data: string): void {
      const text: unknown = data.startsWith("{") || data.startsWith("[") ? JSON.parse(data) : undefined;
      for (const one of Array.isArray(text) ? text : [text]) {
        const known = frame.safeParse(one);
        if (known.success) sent.push(known.data);
      }
      super.send(data);
    }
  }

  const client = createDialogueClient<TestDialogue>({
    url: dialogue.url,
    auth: { userId, token },
    WebSocket: Watched,
    ...options,
  });
  endings.push(() => client.disconnect());
  return {
    client,
    get calls() {
      return sent.map(({ method, params }) => params?.path ?? method);
    },
    inputs: (path) => sent.flatMap(({ params }) => (params?.path === path ? [params.input] : [])),
    setOffline(value) {
      isOffline = value;
      if (value) for (const socket of [...sockets]) socket.terminate();
      else void client.connect();
    },
  };
}

/** What is inside sees that client's rooms. */
export function inside(client: DialogueClient<TestDialogue>, lingerMs = 0) {
  return ({ children }: { readonly children: ReactNode }) => (
    <hooks.DialogueProvider client={client} lingerMs={lingerMs}>
      {children}
    </hooks.DialogueProvider>
  );
}

/** Messages as the server itself says them. */
export async function say(dialogue: TestDialogue, ...texts: string[]): Promise<void> {
  for (const text of texts) await dialogue.trigger("general", Message, { text, senderId: "bob" }, "bob");
}

/** The list as words: `a`, `b (pending)`. */
export function wordsOf(messages: readonly RoomMessage[]): string[] {
  return messages.map(({ data, status, event }) => {
    const text = z.object({ text: z.string() }).safeParse(data).data?.text ?? event;
    return status === "sent" ? text : `${text} (${status})`;
  });
}

/** Resolves when the event loop has turned so many times. */
export async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setTimeout(resolve, 1));
}

export function nothing(): void {
  // Tests look at what concerns them.
}
