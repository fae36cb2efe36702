import type { IncomingHttpHeaders } from "node:http";
import type { Clock, User } from "@dialogue/core";
import { DialogueError, type Limits, systemUser } from "@dialogue/events";
import type { Origins } from "./http/origins.ts";

/** What a connection or request brings to prove who it is. */
export interface Credentials {
  /** From `connectionParams.token`, else from an `authorization: Bearer` header. */
  readonly token: string | undefined;
  /** Without the cookies that came with another site's page, unless `cors` allows them. */
  readonly headers: IncomingHttpHeaders;
  /** What the client's `connectionParams` gave, where its transport has them. */
  readonly connectionParams: Readonly<Record<string, string | undefined>> | undefined;
}

/** Says who somebody is. A throw, or anything but a user, refuses with UNAUTHENTICATED. */
export type Authenticate = (credentials: Credentials) => User | undefined | Promise<User | undefined>;

/** The verified user, or a rejection with a DialogueError. */
export type Identify = (credentials: Credentials) => Promise<User>;

const longestId = 128;
const longestName = 256;

/** Puts an application's `authenticate` under the rules that hold for every user. */
export function createIdentify(options: {
  readonly authenticate: Authenticate;
  readonly origins: Origins;
  readonly limits: Limits;
  readonly clock: Clock;
  readonly logRefusal: (error: unknown) => void;
}): Identify {
  const { authenticate, origins, limits, clock, logRefusal } = options;

  function trusted(credentials: Credentials): Credentials {
    if (origins.trustsCookies(credentials.headers)) return credentials;
    const { cookie: _, ...headers } = credentials.headers;
    return { ...credentials, headers };
  }

  function ask(credentials: Credentials): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const refuse = () =>
        reject(new DialogueError("TIMEOUT", `cannot authenticate: no answer in ${limits.hookMs} ms`));
      const cancel = clock.after(limits.hookMs, refuse);
      const asked = (async () => authenticate(trusted(credentials)))();
      asked.then(resolve, reject).finally(cancel);
    });
  }

  async function answer(credentials: Credentials): Promise<unknown> {
    try {
      return await ask(credentials);
    } catch (error) {
      if (error instanceof DialogueError) throw error;
      // What a check of a token throws may quote the token: it goes to the log alone, not to the client.
      logRefusal(error);
      throw new DialogueError("UNAUTHENTICATED", "cannot authenticate: the token was refused", { cause: error });
    }
  }

  return async (credentials) => {
    const user = checkUser(await answer(credentials));
    if (user.expiresAt !== undefined && user.expiresAt <= clock.now())
      throw new DialogueError("UNAUTHENTICATED", "cannot authenticate: the token has expired");
    return user;
  };
}

/** The token that came with headers, if any. */
export function bearerOf(headers: IncomingHttpHeaders): string | undefined {
  return /^Bearer +(\S+) *$/i.exec(headers.authorization ?? "")?.[1];
}

/** Refuses an id that cannot be a user's: empty, too long, or the server's own. */
export function checkUserId(id: string): void {
  if (id === "" || id.length > longestId || id === systemUser)
    throw new DialogueError(
      "UNAUTHENTICATED",
      `cannot accept a user: an id is 1-${longestId} characters and not "system"`,
    );
}

function checkUser(value: unknown): User {
  if (!isUser(value)) throw new DialogueError("UNAUTHENTICATED", "cannot authenticate: no valid identity was given");
  checkUserId(value.id);
  return value;
}

function isUser(value: unknown): value is User {
  if (typeof value !== "object" || value === null || !("id" in value) || typeof value.id !== "string") return false;
  if ("name" in value && value.name !== undefined && !isName(value.name)) return false;
  if (!("expiresAt" in value) || value.expiresAt === undefined) return true;
  // What is not a number never comes to pass: such an identity would hold for ever.
  return typeof value.expiresAt === "number" && !Number.isNaN(value.expiresAt);
}

function isName(value: unknown): value is string {
  return typeof value === "string" && value.length <= longestName;
}
