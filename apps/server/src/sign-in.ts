import type { IncomingMessage } from "node:http";
import type { User } from "@dialogue/core";
import { DialogueError, type PublicUser, parse } from "@dialogue/events";
import * as z from "zod";
import { readJson } from "./json-body.ts";
import { personName } from "./person.ts";
import type { TokenBuckets } from "./token-buckets.ts";

/** What signing in needs. */
export interface SignInOptions {
  /** A token that says who the user is. */
  readonly issue: (user: PublicUser) => Promise<string>;
  /** Who a token says it is for; undefined for one that is not valid. */
  readonly verify: (token: string) => Promise<User | undefined>;
  /** Per address. */
  readonly buckets: TokenBuckets;
  readonly newId: () => string;
}

/** Who signed in, and the token that proves it. */
export interface SignedIn {
  readonly user: PublicUser;
  readonly token: string;
}

const mostBytes = 4 * 1024;
const body = z.object({ name: personName });

/**
 * `POST /api/session` with `{ name }`: a new user, or the same one under that name when the request bears a valid
 * token. Throws RATE_LIMITED, VALIDATION_FAILED, UNAUTHENTICATED and what reading the body throws.
 */
export async function signIn(request: IncomingMessage, options: SignInOptions): Promise<SignedIn> {
  const waitMs = options.buckets.take(request.socket.remoteAddress ?? "");
  if (waitMs > 0)
    throw new DialogueError("RATE_LIMITED", "cannot sign in: too many tries from this address", {
      retryAfterMs: waitMs,
    });
  const { name } = await parse(body, await readJson(request, mostBytes), "sign-in");
  const user = { id: await idOf(request, options), name };
  return { user, token: await options.issue(user) };
}

async function idOf(request: IncomingMessage, { verify, newId }: SignInOptions): Promise<string> {
  const authorization = request.headers.authorization;
  if (authorization === undefined) return newId();
  const user = await verify(/^Bearer (.+)$/i.exec(authorization)?.[1] ?? "");
  if (user === undefined) throw new DialogueError("UNAUTHENTICATED", "cannot sign in: the token is not valid any more");
  return user.id;
}
