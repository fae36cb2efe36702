export type {
  Action,
  Can,
  ConnectedClient,
  Hooks,
  Joining,
  Log,
  Logger,
  Membership,
  Metrics,
  Proposal,
  Report,
  RoomChange,
  RoomDraft,
  TransactionalLog,
  User,
} from "@dialogue/core";
export {
  type DataOf,
  DialogueError,
  type DialogueTypes,
  type DurableEnvelope,
  defineEvent,
  defineRoom,
  type Envelope,
  type EnvelopeFor,
  type EnvelopeOf,
  type ErrorCode,
  type EventDefinition,
  type EventsIn,
  type HistoryPage,
  type HistoryQuery,
  type InputOf,
  type JsonObject,
  type JsonValue,
  type Limits,
  Message,
  type MessagesFrame,
  type Meta,
  type PresenceFrame,
  type PublicUser,
  type RoomDefinition,
  type RoomEvents,
  type RoomInfo,
  type RoomRef,
  type Schema,
  Typing,
  type TypingFrame,
  UserJoined,
  UserLeft,
  type Versioned,
  type Versions,
  versions,
  type Welcome,
  type Wire,
  type WireError,
  type WireOf,
} from "@dialogue/events";
export type { DialogueConfig } from "./config.ts";
export type { ContextSource, CreateContext, DialogueContext, RouterContext } from "./context.ts";
export { createDialogue } from "./create-dialogue.ts";
export type { By, ClientRooms, Dialogue, HandledEvent, Room, TransactionOf, TriggerIn, WithExtra } from "./dialogue.ts";
export type { Attach, AttachOptions } from "./http/attach.ts";
export type { Cors, CorsOptions } from "./http/origins.ts";
export type { ServedRequest } from "./http/served.ts";
export type { Authenticate, Credentials } from "./identity.ts";
export type { DialogueRouter, TriggerInput } from "./router/dialogue-router.ts";
export type { DialogueErrorData, DialogueErrorFormatter, DialogueErrorShape } from "./router/error-formatter.ts";
export { stderrLogger } from "./stderr-logger.ts";
export type { TokenUser } from "./tokens.ts";
