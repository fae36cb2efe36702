import type { Backplane, Can, Hooks, Log, Logger, PresenceStore, Report } from "@dialogue/core";
import type { EventDefinition, Limits, RoomDefinition, RoomEvents } from "@dialogue/events";
import type { Cors } from "./http/origins.ts";
import type { Authenticate } from "./identity.ts";
import type { ClientAddress } from "./sockets/client-address.ts";

/** What makes a Dialogue. */
export interface DialogueConfig<
  Rooms extends RoomEvents,
  Extra extends readonly EventDefinition[],
  Kept extends Log = Log,
> {
  /** Where `start` listens. Default 3000; 0 for any free port. */
  readonly port?: number;
  /** The address `start` listens at. Default: every one of the machine's. */
  readonly host?: string;
  readonly rooms: { readonly [Id in keyof Rooms]: RoomDefinition<Rooms[Id]> };
  /** Further events, for rooms made at run time. */
  readonly events?: Extra;
  readonly hooks?: Hooks<NoInfer<Rooms>>;
  /** Default: verifies the tokens of `issueToken`. */
  readonly authenticate?: Authenticate;
  /** The key of the tokens of `issueToken`, 32 characters or more. Default: one made at start, so that tokens end with the process. */
  readonly secret?: string;
  /** How old a token of `issueToken` may be, whatever it says itself. Default: a day. */
  readonly tokenMaxAgeMs?: number;
  readonly can?: Can;
  /** Default: in memory. */
  readonly log?: Kept;
  /** Default: one for a single node. */
  readonly backplane?: Backplane;
  /** Default: one for a single node. */
  readonly presence?: PresenceStore;
  /** Default: readable lines on stderr. */
  readonly logger?: Logger;
  /** Told of every failure that nobody is there to receive, beside the log. */
  readonly onError?: Report;
  /** Whose pages may use the server. Default: those of its own origin. */
  readonly cors?: Cors;
  /** Who is behind a proxy, for `limits.socketsPerAddress`. Default: the peer, where that is no address of a private network. */
  readonly clientAddress?: ClientAddress;
  readonly limits?: Partial<Limits>;
}
