import type { Membership, RoomDraft } from "@dialogue/core";
import type {
  Cursor,
  DurableEnvelope,
  Envelope,
  EnvelopeOf,
  EventDefinition,
  HistoryPage,
  HistoryQuery,
  InputOf,
  JsonObject,
  MessagesFrame,
  NameOf,
  PresenceFrame,
  RoomEvents,
  RoomInfo,
  SignalFrame,
  TypingFrame,
  Welcome,
  WireOf,
} from "@dialogue/events";
import type {
  TRPCBuiltRouter,
  TRPCMutationProcedure,
  TRPCQueryProcedure,
  TRPCSubscriptionProcedure,
} from "@trpc/server";
import type { RouterContext } from "../context.ts";
import type { DialogueErrorShape } from "./error-formatter.ts";

/** The router of a Dialogue. Its shape is the same for any number of events; they stand in a few unions. */
export type DialogueRouter<Rooms extends RoomEvents> = TRPCBuiltRouter<
  RouterRoot,
  Procedures<Rooms[keyof Rooms][number]>
>;

/** The root types that the router is built on. */
export interface RouterRoot {
  readonly ctx: RouterContext;
  readonly meta: object;
  readonly errorShape: DialogueErrorShape;
  readonly transformer: false;
}

/** What a client proposes: data and name must be those of one event. */
export type TriggerInput<Event extends EventDefinition> = Event extends EventDefinition
  ? {
      readonly roomId: string;
      readonly event: NameOf<Event>;
      readonly data: InputOf<Event>;
      /** A UUID; the same one again is answered with the same event. */
      readonly id?: string;
      readonly meta?: JsonObject;
    }
  : never;

/** The durable events among some. */
export type DurableAmong<Event extends EventDefinition> = Event extends EventDefinition
  ? "durable" extends Event["delivery"]
    ? Event
    : never
  : never;

/** The envelopes of the durable events among some. */
export type DurableOf<Event extends EventDefinition> = Event extends EventDefinition
  ? "durable" extends Event["delivery"]
    ? DurableEnvelope<NameOf<Event>, WireOf<Event>>
    : never
  : never;

/** The envelopes of the ephemeral events among some. */
export type EphemeralOf<Event extends EventDefinition> = Event extends EventDefinition
  ? "ephemeral" extends Event["delivery"]
    ? Envelope<NameOf<Event>, WireOf<Event>>
    : never
  : never;

interface RoomInput {
  readonly roomId: string;
}

interface EphemeralInput extends RoomInput {
  readonly lastEventId?: string | null | undefined;
}

interface MessagesInput extends EphemeralInput {
  readonly cursor?: Cursor;
}

interface Tracked<Data> {
  readonly id: string;
  readonly data: Data;
}

type Query<Input, Output> = TRPCQueryProcedure<Definition<Input, Output>>;
type Mutation<Input, Output> = TRPCMutationProcedure<Definition<Input, Output>>;
type Subscription<Input, Yield> = TRPCSubscriptionProcedure<Definition<Input, AsyncIterable<Yield, void, undefined>>>;
type Definition<Input, Output> = { input: Input; output: Output; meta: object; errorShape: DialogueErrorShape };

// A type, not an interface: tRPC asks for an index signature, which interfaces lack.
type Procedures<Event extends EventDefinition> = {
  connect: Mutation<void, Welcome>;
  trigger: Mutation<TriggerInput<Event>, EnvelopeOf<Event>>;
  history: Query<RoomInput & HistoryQuery, HistoryPage<DurableOf<Event>>>;
  messages: Subscription<MessagesInput, Tracked<MessagesFrame<DurableOf<Event>>>>;
  typing: Subscription<EphemeralInput, TypingFrame>;
  presence: Subscription<EphemeralInput, PresenceFrame>;
  signals: Subscription<EphemeralInput, SignalFrame<EphemeralOf<Event>>>;
  rooms: {
    list: Query<void, readonly RoomInfo[]>;
    get: Query<RoomInput, RoomInfo>;
    create: Mutation<CreateRoomInput<NameOf<Event>>, RoomInfo>;
    update: Mutation<RoomInput & UpdateRoomInput, RoomInfo>;
    delete: Mutation<RoomInput, void>;
    join: Mutation<RoomInput, RoomInfo>;
    leave: Mutation<RoomInput, void>;
    members: Query<RoomInput, readonly Membership[]>;
  };
};

/** What a client may say of a room that it makes. */
export interface CreateRoomInput<Name extends string>
  extends Omit<RoomDraft, "events" | "defaultSubscriptions" | "createdById"> {
  /** Names of events that the application defines. Default: all of them. */
  readonly events?: readonly Name[];
  readonly defaultSubscriptions?: readonly Name[];
}

type UpdateRoomInput = Pick<CreateRoomInput<string>, "description" | "maxSize" | "metadata"> & {
  readonly name?: string;
};
