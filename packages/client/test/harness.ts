import {
  type DurableEnvelope,
  defineEvent,
  type Limits,
  Message,
  Typing,
  UserJoined,
  UserLeft,
} from "@dialogue/events";
import { createDialogue, type DialogueConfig } from "@dialogue/server";
import { expect } from "vitest";
import { WebSocket } from "ws";
import * as z from "zod";
import { createClient, type Surroundings } from "../src/client.ts";
import { systemClock } from "../src/clock.ts";
import type { DialogueClient } from "../src/dialogue-client.ts";
import { newId } from "../src/new-id.ts";
import type { ClientOptions } from "../src/options.ts";
import type { UntypedRoom } from "../src/room-context.ts";

/** An event that is ephemeral without being `typing`. */
export const Wave = defineEvent("wave", { schema: z.object({ to: z.string() }), delivery: "ephemeral" });
/** A meeting on a day. */
export const Meeting = defineEvent("meeting", {
  schema: z.object({ on: z.coerce.date(), where: z.string().optional() }),
});

export const secret = "a secret of more than thirty-two characters";

/** No test is about the limits per time unless it says so. */
export const wideLimits: Partial<Limits> = {
  triggersPerUser: { perSecond: 1e6, burst: 1e6 },
  triggersPerRoom: { perSecond: 1e6, burst: 1e6 },
  callsPerUser: { perSecond: 1e6, burst: 1e6 },
};

export const quiet = { debug: nothing, info: nothing, warn: nothing, error: nothing };

const rooms = {
  general: {
    name: "General Chat",
    events: [Message, Typing, UserJoined, UserLeft, Wave],
    defaultSubscriptions: ["message", "user:joined", "user:left"],
    syncHistoryOnJoin: 50,
  },
  plans: { name: "Plans", events: [Message, Meeting] },
  tiny: { name: "Tiny", events: [Message], maxSize: 1 },
} as const;

type Settings = Omit<
  DialogueConfig<{ readonly [Id in keyof typeof rooms]: (typeof rooms)[Id]["events"] }, readonly []>,
  "rooms" | "port"
>;

/** A server on a free port. */
export async function serve(settings: Settings = {}) {
  const dialogue = createDialogue({
    port: 0,
    rooms,
    secret,
    logger: quiet,
    ...settings,
    limits: { ...wideLimits, ...settings.limits },
  });
  await dialogue.start();
  return dialogue;
}

export type TestDialogue = Awaited<ReturnType<typeof serve>>;

/** Retries follow each other at once. */
export const hasty: Surroundings = { clock: systemClock, random: () => 0, newId };

/** A client of the user, signed by the server. */
export async function clientOf(
  dialogue: TestDialogue,
  userId: string,
  options: Partial<ClientOptions> = {},
  surroundings: Surroundings = hasty,
): Promise<DialogueClient> {
  const token = await dialogue.issueToken({ id: userId, name: userId.toUpperCase() });
  return createClient({ url: dialogue.url, auth: { userId, token }, WebSocket: WebSocket, ...options }, surroundings);
}

/** Only to end what would never come with a failure that says where: a busy machine is slow. */
const patienceMs = 30_000;

/** Resolves when `isSo` holds; asked whenever the event loop has turned. */
export async function until(isSo: () => boolean): Promise<void> {
  const begun = performance.now();
  while (!isSo()) {
    if (performance.now() - begun > patienceMs) expect.fail(`it never came to be: ${isSo}`);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

/** Everything of that name that the room's listeners see, as it comes. */
export function collect(room: UntypedRoom, name = "message"): DurableEnvelope[] {
  const seen: DurableEnvelope[] = [];
  room.on(name, (event) => void seen.push(event as DurableEnvelope));
  return seen;
}

export function textOf({ data }: { readonly data: unknown }): string {
  return z.object({ text: z.string() }).parse(data).text;
}

/** What was said in the room, as the server knows it. */
export async function logOf(dialogue: TestDialogue): Promise<string[]> {
  return (await dialogue.history("general")).events.map(textOf);
}

/** A message by the client's user. */
export function say(client: DialogueClient, room: UntypedRoom, text: string, id?: string) {
  return room.trigger("message", { text, senderId: client.userId }, id === undefined ? {} : { id });
}

function nothing(): void {
  // Tests listen to errors where they are about them.
}
