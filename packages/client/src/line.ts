import { DialogueError } from "@dialogue/events";
import { createWSClient } from "@trpc/client/links/wsLink/wsLink";
import type { Call } from "./call.ts";
import { type Cancel, type Clock, within } from "./clock.ts";
import { nothing } from "./nothing.ts";
import type { Auth } from "./options.ts";
import type { Pace } from "./pace.ts";
import { refusalOf } from "./refusal.ts";
import { watchedSocket } from "./socket.ts";

/** What a subscription tells: its values, and that it ended, with the refusal where there was one. */
export interface Observer {
  data(value: unknown): void;
  ended(error: DialogueError | undefined): void;
}

/** What is told of a line. */
export interface LineWatch {
  /** A socket is up, the first or another one. */
  opened(): void;
  /** The last open socket is gone, or could not be opened. */
  lost(code: number, reason: string): void;
  /** The next try begins at that time; undefined: it has begun. */
  waiting(nextTryAt: number | undefined): void;
  /** Who the credentials say that this is. */
  claimed(userId: string): void;
  /** No token could be had. */
  unauthenticated(error: DialogueError): void;
}

export interface LineOptions {
  readonly url: string;
  readonly auth: () => Auth | Promise<Auth>;
  readonly session: string;
  /** Put before the name of each procedure. */
  readonly prefix: string;
  readonly WebSocket: typeof WebSocket;
  readonly keepAlive: { readonly intervalMs: number; readonly timeoutMs: number };
  readonly openMs: number;
  readonly pace: Pace;
  readonly clock: Clock;
}

/** One tRPC client, from `connect` to `disconnect`, over as many sockets as that takes. */
export interface Line {
  /** One try. Rejects with a DialogueError; UNAVAILABLE when the connection is lost before the answer. */
  call(call: Call, signal?: AbortSignal): Promise<unknown>;
  /** Goes on by itself after a lost connection, from the last tracked id. */
  subscribe(path: string, input: unknown, observer: Observer): () => void;
  /** Who the last credentials say that this is. */
  readonly claimedUserId: string | undefined;
  /** Ends the socket of now; another follows in its turn. */
  drop(): void;
  /** Tries again at once, if a try is waited for. */
  wake(): void;
  /** Ends for good. */
  close(): void;
}

type Operation = Pick<Parameters<WsClient["request"]>[0]["op"], "type" | "path" | "input" | "signal">;
type WsClient = ReturnType<typeof createWSClient>;

const same = <Value>(value: Value): Value => value;
const plain = { input: { serialize: same, deserialize: same }, output: { serialize: same, deserialize: same } };

const closeMs = 200;
const normalClosure = 1000;

/** Opens a line and keeps it open until `close`. */
export function openLine(options: LineOptions, watch: LineWatch): Line {
  const { clock, pace } = options;
  const sockets = new Set<WebSocket>();
  const open = new Set<WebSocket>();
  let credentials: Auth | undefined;
  let isClosed = false;
  let wake = nothing;

  const Watched = watchedSocket(
    options.WebSocket,
    {
      opening: (socket) => void sockets.add(socket),
      opened(socket) {
        open.add(socket);
        pace.opened();
        // A second socket beside an open one is a move the server asked for: tRPC uses it once the first has closed.
        if (open.size === 1) watch.opened();
      },
      gone(socket, code, reason) {
        sockets.delete(socket);
        const wasOpen = open.delete(socket);
        if (isClosed) return;
        if (wasOpen && open.size > 0) return watch.opened();
        pace.lost(code);
        if (open.size === 0) watch.lost(code, reason);
      },
    },
    clock,
    { openMs: options.openMs, closeMs },
  );

  /** The wait before a try is here, not in `retryDelayMs`, so that it can be cut short and follows the clock that is given. */
  async function nextUrl(): Promise<string> {
    await turn();
    credentials = await credentialsNow();
    // A closed line must not open another socket, and a throw here would only bring the next try.
    if (isClosed) return never();
    if (credentials?.userId !== undefined) watch.claimed(credentials.userId);
    return options.url;
  }

  async function credentialsNow(): Promise<Auth | undefined> {
    try {
      return isClosed ? undefined : await within(clock, options.openMs, "ask for a token", options.auth);
    } catch (cause) {
      pace.lost(undefined);
      const error = new DialogueError("UNAUTHENTICATED", "cannot connect: auth gave no token", { cause });
      if (!isClosed) watch.unauthenticated(error);
      return isClosed ? never() : Promise.reject(error);
    }
  }

  function turn(): Promise<void> {
    const waitMs = pace.next();
    if (isClosed || waitMs === 0) return Promise.resolve();
    watch.waiting(clock.now() + waitMs);
    return new Promise((resolve) => {
      const begin = (): void => {
        wake = nothing;
        watch.waiting(undefined);
        resolve();
      };
      let cancel: Cancel = clock.after(waitMs, begin);
      wake = () => {
        cancel();
        cancel = clock.after(isClosed ? 0 : pace.floor(), begin);
      };
    });
  }

  const client = createWSClient({
    url: nextUrl,
    connectionParams: () => ({ token: credentials?.token ?? "", session: options.session }),
    WebSocket: Watched,
    retryDelayMs: () => 0,
    keepAlive: { enabled: true, intervalMs: options.keepAlive.intervalMs, pongTimeoutMs: options.keepAlive.timeoutMs },
  });

  /** All that tRPC's own untyped client and wsLink would add here; without them the bundle is a tenth smaller. */
  function request(operation: Operation) {
    return client.request({ op: { id: 0, ...operation, path: options.prefix + operation.path }, transformer: plain });
  }

  return {
    async call({ kind, path, input, what }, signal) {
      // A request to a closed tRPC client would open it again.
      if (isClosed) throw new DialogueError("UNAVAILABLE", `cannot ${what}: the client is disconnected`);
      return new Promise((resolve, reject) => {
        const fail = (error: unknown): void => reject(signal?.aborted ? signal.reason : refusalOf(error, what));
        // After an answer, which always comes first, the promise is settled: completion is news when there was none.
        const operation = { type: kind, path, input, signal };
        request(operation).subscribe({
          next: ({ result }) => result.type === "data" && resolve(result.data),
          error: fail,
          complete: () => fail(undefined),
        });
      });
    },
    subscribe(path, input, observer) {
      if (isClosed) return nothing;
      let isOver = false;
      const over = (error?: DialogueError): void => {
        if (isOver || isClosed) return;
        isOver = true;
        observer.ended(error);
      };
      const operation: Operation = { type: "subscription", path, input, signal: undefined };
      const subscription = request(operation).subscribe({
        next({ result }) {
          if (result.type === "data" && !isOver && !isClosed) observer.data(result.data);
        },
        error: (error) => over(refusalOf(error, `follow ${path}`)),
        complete: () => over(),
      });
      return () => {
        isOver = true;
        subscription.unsubscribe();
      };
    },
    get claimedUserId() {
      return credentials?.userId;
    },
    drop() {
      for (const socket of open) socket.close();
    },
    wake: () => wake(),
    close() {
      isClosed = true;
      // It waits for answers still on their way, which the sockets' end brings; nothing of it can fail.
      void client.close();
      for (const socket of [...sockets]) socket.close(normalClosure);
      wake();
    },
  };
}

function never(): Promise<never> {
  return new Promise(nothing);
}
