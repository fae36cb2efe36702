import {
  DialogueError,
  type Envelope,
  type ErrorCode,
  type EventDefinition,
  type JsonObject,
  type Limits,
  parse,
  systemUser,
} from "@dialogue/events";
import { roomNotFound } from "../authority.ts";
import type { Clock } from "../clock.ts";
import type { Caller, TriggerRequest } from "../core.ts";
import { lift } from "../evolution/upcast.ts";
import type { HookRunner } from "../hook-runner.ts";
import type { Hooks, Proposal } from "../hooks.ts";
import type { Room } from "../rooms/room.ts";
import { createTokenBuckets, type TokenBuckets } from "../token-bucket.ts";
import type { Accepted } from "./accepted.ts";
import type { Commit } from "./commit.ts";
import type { Deletions, DeletionWatch } from "./deletions.ts";
import type { Emit } from "./emit.ts";
import { hashedText } from "./proposal-hash.ts";
import { dataForm, metaJson, type StoredForm } from "./stored-form.ts";

/** The one place where a command is judged. */
export type Trigger = (caller: Caller | undefined, request: TriggerRequest, from?: string) => Promise<Envelope>;

export interface TriggerOptions {
  /** The room, once the caller may trigger there. */
  readonly authorise: (caller: Caller | undefined, roomId: string) => Promise<Room>;
  readonly commit: Commit;
  readonly emit: Emit;
  readonly hooks: HookRunner;
  readonly beforeEach: NonNullable<Hooks["events"]>["beforeEach"];
  readonly deletions: Deletions;
  /** An event was appended to a room that had been deleted: it is not to be found there, nor in one made anew. */
  readonly takeBack: (roomId: string, id: string) => Promise<unknown>;
  /** Every call of a user but triggers. */
  readonly calls: TokenBuckets;
  readonly clock: Clock;
  readonly newId: () => string;
  readonly sha256: (text: string) => string;
  readonly limits: Limits;
}

interface Given extends Pick<Accepted, "room" | "event" | "id" | "from" | "hash"> {
  /** Untouched, for the schema. */
  readonly data: unknown;
  /** What `data` is as JSON. */
  readonly form: StoredForm;
  readonly meta: JsonObject | undefined;
}

interface Judged {
  readonly proposal: Given;
  readonly accepted: Accepted;
}

const typing = "typing";

// Lower case only: a database may fold the case of a UUID, and two ids would be one.
const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

export function createTrigger(options: TriggerOptions): Trigger {
  const { authorise, commit, emit, hooks, beforeEach, deletions, takeBack, calls, clock, limits } = options;
  const perUser = createTokenBuckets(clock, limits.triggersPerUser);
  const stops = createTokenBuckets(clock, limits.callsPerUser);
  // Apart, so that a flood of signals takes nothing from what lasts.
  const perRoom = {
    durable: createTokenBuckets(clock, limits.triggersPerRoom),
    ephemeral: createTokenBuckets(clock, limits.triggersPerRoom),
  };

  function limitUser(userId: string, request: TriggerRequest): void {
    const doing = `trigger in room ${request.roomId}`;
    if (nameOf(request.event) !== typing) perUser.take(userId, doing);
    // A "stopped" that was refused would leave somebody typing: as many as there may be beginnings, and of their own.
    else (isStop(request) ? stops : calls).take(userId, doing);
  }

  /** Once the right is established, so that outsiders cannot use up a room's share. */
  function limitRoom(userId: string, room: Room, event: EventDefinition): void {
    const doing = `trigger in room ${room.id}`;
    const isTyping = event.name === typing;
    if (isTyping && event.delivery === "ephemeral") return;
    if (isTyping) perUser.take(userId, doing);
    perRoom[event.delivery].take(room.id, doing);
  }

  function proposed(room: Room, request: TriggerRequest, from: string): Omit<Given, "event"> {
    const event = nameOf(request.event);
    const id = request.id ?? options.newId();
    if (typeof id !== "string" || !uuidPattern.test(id))
      throw new DialogueError("INVALID_REQUEST", `cannot trigger ${event}: its id is not a UUID in lower case`);
    const form = dataForm(request.data, event, limits);
    const meta = metaJson(request.meta, event, limits);
    const hash = options.sha256(hashedText({ event, data: form.data, meta }));
    return { room, id, from, hash, data: request.data, form, meta };
  }

  async function accept(proposal: Given): Promise<Accepted> {
    const { room, event, id, from, hash, data: raw, form, meta } = proposal;
    const parsed = await parse(event.schema, raw, `the data of ${event.name}`);
    checkAuthor(event, parsed, from);
    const { data } = dataForm(parsed, event.name, limits, form);
    return { room, event, id, from, hash, parsed, data, meta };
  }

  /** As `accept`; what only an older version takes becomes today's, for a page that was loaded before a deploy sends it still. */
  async function acceptAnyVersion(proposal: Given): Promise<Judged> {
    try {
      return { proposal, accepted: await accept(proposal) };
    } catch (refusal) {
      const lifted = isRefusedWith(refusal, "VALIDATION_FAILED") && (await lift(proposal.event, proposal.data));
      if (!lifted) throw refusal;
      const ofToday = { ...proposal, data: lifted.input };
      return { proposal: ofToday, accepted: await accept(ofToday) };
    }
  }

  async function judge(caller: Caller | undefined, room: Room, request: TriggerRequest, from: string): Promise<Judged> {
    const event = eventOf(room, request.event);
    if (caller) limitRoom(caller.user.id, room, event);
    const proposal = { ...proposed(room, request, from), event };
    return caller ? acceptAnyVersion(proposal) : { proposal, accepted: await accept(proposal) };
  }

  /** The event that a refused proposal made before a deploy that would not take it any more; rejects with the refusal when there is none. */
  async function madeBefore(refusal: unknown, room: Room, request: TriggerRequest, from: string): Promise<Envelope> {
    const isOfDefinition = isRefusedWith(refusal, "VALIDATION_FAILED") || isRefusedWith(refusal, "EVENT_NOT_ALLOWED");
    const isSignal = room.events.get(nameOf(request.event))?.delivery === "ephemeral";
    if (!isOfDefinition || isSignal || request.id === undefined) throw refusal;
    const standing = await commit.standing(proposed(room, request, from));
    if (!standing) throw refusal;
    return standing;
  }

  async function refine(proposal: Given, accepted: Accepted): Promise<Accepted> {
    if (!beforeEach) return accepted;
    const { event, room } = proposal;
    const answer = await hooks
      .ask(`run beforeEach for ${event.name} of room ${room.id}`, () => beforeEach(proposalOf(proposal)))
      .catch((cause: unknown) => {
        throw refusal(cause, event.name);
      });
    // What it did to the data in place has not been parsed, and does not count.
    if (!answer) return accepted;
    const data = "data" in answer ? answer.data : proposal.data;
    const meta = "meta" in answer ? metaJson(answer.meta, event.name, limits) : proposal.meta;
    return accept({ ...proposal, data, meta });
  }

  /** A right to trigger ends with the room: an event that comes to be after it must not be the first of its successor. */
  async function appendIn(watch: DeletionWatch, accepted: Accepted): Promise<Envelope> {
    const { id, room } = accepted;
    if (watch.isDeleted) throw roomNotFound(room.id);
    const envelope = await commit.append(accepted);
    if (!watch.isDeleted) return envelope;
    await takeBack(room.id, id);
    throw roomNotFound(room.id);
  }

  async function judgeAndAppend(
    watch: DeletionWatch,
    ...[caller, request, given = systemUser]: Parameters<Trigger>
  ): Promise<Envelope> {
    const room = await authorise(caller, request.roomId);
    const from = caller ? caller.user.id : given;
    const judged = await judge(caller, room, request, from).catch(async (refusal: unknown) => ({
      standing: await madeBefore(refusal, room, request, from),
    }));
    if ("standing" in judged) return judged.standing;
    const { proposal, accepted } = judged;
    if (accepted.event.delivery === "ephemeral") return emit(await refine(proposal, accepted), caller);
    const standing = beforeEach && (await commit.standing(accepted));
    return standing ?? appendIn(watch, await refine(proposal, accepted));
  }

  return async (caller, request, given) => {
    if (caller) limitUser(caller.user.id, request);
    const watch = deletions.watch(request.roomId);
    try {
      return await judgeAndAppend(watch, caller, request, given);
    } finally {
      watch.end();
    }
  };
}

function nameOf(event: string | EventDefinition): string {
  return typeof event === "string" ? event : event.name;
}

function eventOf(room: Room, wanted: string | EventDefinition): EventDefinition {
  const name = nameOf(wanted);
  const event = room.events.get(name);
  if (!event) throw new DialogueError("EVENT_NOT_ALLOWED", `cannot trigger in room ${room.id}: it has no such event`);
  if (typeof wanted !== "string" && wanted.schema !== event.schema)
    throw new DialogueError("EVENT_NOT_ALLOWED", `cannot trigger ${name} in room ${room.id}: its own is another one`);
  return event;
}

function isRefusedWith(error: unknown, code: ErrorCode): boolean {
  return error instanceof DialogueError && error.code === code;
}

function isStop({ data }: TriggerRequest): boolean {
  return typeof data === "object" && data !== null && "isTyping" in data && data.isTyping === false;
}

function checkAuthor({ name, author }: EventDefinition, parsed: unknown, from: string): void {
  if (author === undefined) return;
  const claimed: unknown = typeof parsed === "object" && parsed !== null ? Reflect.get(parsed, author) : undefined;
  if (claimed === from) return;
  const issues = [{ path: author, message: "is not the user who triggers it" }];
  throw new DialogueError("VALIDATION_FAILED", `cannot accept ${name}: its ${author} is not who triggers it`, {
    issues,
  });
}

function proposalOf({ id, room, event, data, from, meta }: Given): Proposal {
  const proposal = { id, roomId: room.id, event: event.name, data, from };
  return meta === undefined ? proposal : { ...proposal, meta };
}

function refusal(cause: unknown, event: string): DialogueError {
  if (cause instanceof DialogueError && cause.code !== "TIMEOUT") return cause;
  return new DialogueError("VALIDATION_FAILED", `cannot accept ${event}: beforeEach refused`, { cause });
}
