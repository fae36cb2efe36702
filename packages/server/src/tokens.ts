import { randomBytes } from "node:crypto";
import type { User } from "@dialogue/core";
import { DialogueError } from "@dialogue/events";
import { jwtVerify, SignJWT } from "jose";
import { type Authenticate, checkUserId } from "./identity.ts";

/** Whom a token names. */
export type TokenUser = Pick<User, "id" | "name">;

/** How long a token is good for; an hour where that is not said. */
export interface TokenLife {
  readonly expiresInMs?: number;
}

/** Signs and verifies the tokens of one Dialogue: HS256, with its own issuer and audience. */
export interface Tokens {
  issue(user: TokenUser, life?: TokenLife): Promise<string>;
  readonly authenticate: Authenticate;
}

const party = "dialogue";
const algorithm = "HS256";
const shortestSecret = 32;
const hourMs = 60 * 60 * 1000;

export function createTokens(options: {
  readonly secret: string | undefined;
  readonly maxAgeMs: number;
  readonly now: () => number;
}): Tokens {
  const { maxAgeMs, now } = options;
  const key = keyOf(options.secret);

  return {
    async issue(user, { expiresInMs = hourMs } = {}) {
      checkUserId(user.id);
      const issuedAt = now() / 1000;
      return new SignJWT(user.name === undefined ? {} : { name: user.name })
        .setProtectedHeader({ alg: algorithm })
        .setSubject(user.id)
        .setIssuer(party)
        .setAudience(party)
        .setIssuedAt(issuedAt)
        .setExpirationTime(issuedAt + expiresInMs / 1000)
        .sign(key);
    },
    async authenticate({ token }) {
      if (token === undefined) return undefined;
      const { payload } = await jwtVerify<{ readonly name?: unknown }>(token, key, {
        algorithms: [algorithm],
        issuer: party,
        audience: party,
        requiredClaims: ["sub", "iat", "exp"],
        currentDate: new Date(now()),
      });
      const { sub, iat = 0, exp = 0, name } = payload;
      if (sub === undefined) return undefined;
      const expiresAt = Math.min(exp * 1000, iat * 1000 + maxAgeMs);
      return typeof name === "string" ? { id: sub, name, expiresAt } : { id: sub, expiresAt };
    },
  };
}

function keyOf(secret: string | undefined): Uint8Array {
  if (secret === undefined) return randomBytes(shortestSecret);
  if (secret.length < shortestSecret)
    throw new DialogueError("INVALID_REQUEST", `cannot use the secret: it has fewer than ${shortestSecret} characters`);
  return new TextEncoder().encode(secret);
}
