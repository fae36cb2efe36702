export { Message, Typing, UserJoined, UserLeft } from "./chat.ts";
export { type Cursor, formatCursor, type Position, parseCursor, startCursor } from "./cursor.ts";
export {
  type DurableEnvelope,
  type Envelope,
  type EnvelopeFor,
  type EnvelopeOf,
  type Meta,
  systemUser,
} from "./envelope.ts";
export {
  DialogueError,
  type DialogueErrorDetails,
  type ErrorCode,
  errorCodes,
  type Issue,
  isWireError,
  type WireError,
} from "./errors.ts";
export {
  type DataOf,
  type Delivery,
  defineEvent,
  type EventDefinition,
  type EventNamed,
  type EventOptions,
  type HistoryPolicy,
  type InputOf,
  type NameOf,
  type WireOf,
} from "./event.ts";
export { reportFloating } from "./floating.ts";
export type { JsonObject, JsonValue, Unfrozen, Wire } from "./json.ts";
export { defaultLimits, type Limits, type Rate, roomIdPattern } from "./limits.ts";
export {
  closeCodes,
  type HistoryPage,
  type HistoryQuery,
  type MessagesFrame,
  type PresenceFrame,
  type PublicUser,
  type RedactedEnvelope,
  type ResetReason,
  type SignalFrame,
  type TypingFrame,
  type UnreadableEnvelope,
  type Welcome,
} from "./protocol.ts";
export {
  type DialogueTypes,
  defineRoom,
  type EnvelopeIn,
  type EventNameIn,
  type EventsIn,
  type InputIn,
  type RoomDefinition,
  type RoomEvents,
  type RoomIdOf,
  type RoomInfo,
  type RoomRef,
  type RoomsOf,
  type Visibility,
} from "./room.ts";
export { isSchema, parse, type Schema, toJson, toWire } from "./schema.ts";
export { type PastVersion, type Versioned, type Versions, versions } from "./versions.ts";
