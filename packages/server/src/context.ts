import type { IncomingHttpHeaders } from "node:http";
import type { Caller, Core, Session, User } from "@dialogue/core";
import { closeCodes, DialogueError } from "@dialogue/events";
import { bearerOf, type Credentials, type Identify } from "./identity.ts";
import type { Links } from "./links.ts";
import type { Faults } from "./router/faults.ts";

/** What tRPC's adapters hand to `createContext`; a server-side caller gives the request alone. */
export interface ContextSource {
  readonly req: { readonly headers: IncomingHttpHeaders | Headers };
  readonly res?: unknown;
  readonly info?: { readonly connectionParams: Readonly<Record<string, string | undefined>> | null };
}

/** What Dialogue's procedures need in a context, under one key; an application adds its own beside it. */
export interface RouterContext {
  readonly dialogue: DialogueContext;
}

/** Who makes a call. */
export interface DialogueContext {
  /** The verified user; undefined over HTTP when the request brought no valid identity. */
  readonly user: User | undefined;
  /** The caller, for a call that is answered once. Throws UNAUTHENTICATED. */
  caller(): Caller;
  /** The caller with a session that is linked until `end`, for a call that lasts. Throws UNAUTHENTICATED and RATE_LIMITED. */
  follow(): Following;
}

/** A caller whose session stays linked. */
export interface Following {
  readonly caller: Caller & { readonly session: Session };
  /**
   * Aborts when the server ends the connection, with a DialogueError where the client shall not come back. Absent
   * where a socket is the connection: what is followed over it ends with it.
   */
  readonly signal?: AbortSignal;
  end(): void;
}

/** Makes the context of one socket, or of one HTTP request. */
export type CreateContext = (source: ContextSource) => Promise<RouterContext>;

/** What `createContext` needs of a WebSocket, whichever library made it. */
interface Socket {
  readonly readyState: number;
  close(code: number, reason: string): void;
  once(event: "close", listener: () => void): unknown;
}

const openState = 1;
/** "Try again later", of the WebSocket protocol itself. */
const tryAgainLater = 1013;
/** Codes from here on are final: the client does not come back. */
const finalCodes = 4500;

export function createContextFactory(options: {
  readonly core: Core;
  readonly links: Links;
  readonly identify: Identify;
  readonly faults: Faults;
  /** Users already verified while their socket was upgraded, by request. */
  readonly verified: WeakMap<object, User>;
  /** Starts the node where no server of Dialogue's own did. Rejects with UNAVAILABLE while it cannot serve. */
  readonly ready: () => Promise<void>;
}): CreateContext {
  const { core, links, identify, faults, verified, ready } = options;

  async function openSocket(socket: Socket, source: ContextSource): Promise<DialogueContext> {
    const { credentials, sessionId } = presented(source);
    const known = credentials.connectionParams?.token === undefined ? verified.get(source.req) : undefined;
    const user = known ?? (await identify(credentials));
    if (socket.readyState !== openState)
      throw new DialogueError("UNAVAILABLE", "cannot connect: the socket has closed meanwhile");
    const link = links.open(user, socket, sessionId);
    socket.once("close", link.end);
    const caller = { user, session: link.session };
    const following = { caller, end: () => {} };
    return { user, caller: () => caller, follow: () => following };
  }

  async function openRequest(source: ContextSource): Promise<DialogueContext> {
    const { credentials, sessionId } = presented(source);
    const identity = await identify(credentials).then(
      (user) => ({ user, refusal: undefined }),
      (refusal: unknown) => ({ user: undefined, refusal }),
    );
    const verifiedUser = () => {
      if (!identity.user) throw identity.refusal;
      return identity.user;
    };
    return {
      user: identity.user,
      caller() {
        const user = verifiedUser();
        const session = sessionId === undefined ? undefined : core.session(user.id, sessionId);
        return session ? { user, session } : { user };
      },
      follow() {
        const ended = new AbortController();
        const close = (code: number, reason: string) => ended.abort(code < finalCodes ? undefined : finalEnd(reason));
        const link = links.open(verifiedUser(), { close }, sessionId);
        const caller = { user: verifiedUser(), session: link.session };
        return { caller, signal: ended.signal, end: link.end };
      },
    };
  }

  return async (source) => {
    const socket = isSocket(source.res) ? source.res : undefined;
    try {
      await ready();
      return { dialogue: await (socket ? openSocket(socket, source) : openRequest(source)) };
    } catch (error) {
      // Later than the answers that tRPC sends for it, earlier than its own close without a code.
      if (socket) setImmediate(() => socket.close(closeCodeOf(error), "cannot connect"));
      throw faults.toTrpc(error);
    }
  };
}

function finalEnd(reason: string): DialogueError {
  return new DialogueError("UNAUTHENTICATED", `cannot go on: ${reason}`);
}

/** What a request or socket brings: its credentials, and the session it belongs to. */
function presented(source: ContextSource): {
  readonly credentials: Credentials;
  readonly sessionId: string | undefined;
} {
  const headers = plainHeaders(source.req.headers);
  const connectionParams = source.info?.connectionParams ?? undefined;
  const header = headers["x-dialogue-session"];
  const sessionId = connectionParams?.session ?? (typeof header === "string" ? header : undefined);
  const token = connectionParams?.token ?? bearerOf(headers);
  return { credentials: { token, headers, connectionParams }, sessionId };
}

function plainHeaders(headers: IncomingHttpHeaders | Headers): IncomingHttpHeaders {
  return headers instanceof Headers ? Object.fromEntries(headers) : headers;
}

function closeCodeOf(error: unknown): number {
  if (!(error instanceof DialogueError)) return tryAgainLater;
  if (error.code === "UNAUTHENTICATED") return closeCodes.INVALID_TOKEN;
  if (error.code === "RATE_LIMITED") return closeCodes.CONNECTION_LIMIT;
  return tryAgainLater;
}

function isSocket(value: unknown): value is Socket {
  return typeof value === "object" && value !== null && "readyState" in value && "terminate" in value;
}
