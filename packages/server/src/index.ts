export type {
  Action,
  Can,
  ConnectedClient,
  Hooks,
  Joining,
  Log,
  Logger,
  Membership,
  Proposal,
  Report,
  RoomChange,
  RoomDraft,
  User,
} from "@dialogue/core";
export {
  DialogueError,
  defineEvent,
  defineRoom,
  type Envelope,
  type EnvelopeOf,
  type ErrorCode,
  type EventDefinition,
  type HistoryPage,
  type HistoryQuery,
  type Limits,
  Message,
  type PublicUser,
  type RoomDefinition,
  type RoomInfo,
  type RoomRef,
  Typing,
  UserJoined,
  UserLeft,
} from "@dialogue/events";
export type { DialogueConfig } from "./config.ts";
export type { ContextSource, CreateContext, DialogueContext, RouterContext } from "./context.ts";
export { createDialogue } from "./create-dialogue.ts";
export type { By, ClientRooms, Dialogue, HandledEvent, Room } from "./dialogue.ts";
export type { Attach, AttachOptions } from "./http/attach.ts";
export type { Cors, CorsOptions } from "./http/origins.ts";
export type { ServedRequest } from "./http/served.ts";
export type { Authenticate, Credentials } from "./identity.ts";
export type { DialogueRouter, TriggerInput } from "./router/dialogue-router.ts";
export type { DialogueErrorData, DialogueErrorFormatter, DialogueErrorShape } from "./router/error-formatter.ts";
export { stderrLogger } from "./stderr-logger.ts";
export type { TokenUser } from "./tokens.ts";
