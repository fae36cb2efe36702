import type { User } from "@dialogue/core";
import type { PublicUser } from "@dialogue/events";
import { jwtVerify, SignJWT } from "jose";

/** Signs and verifies what a browser proves its user with: HS256, good for thirty days. */
export interface Tokens {
  issue(user: PublicUser): Promise<string>;
  /** Undefined for a token that was not signed here, was changed, or has expired. */
  verify(token: string | undefined): Promise<User | undefined>;
}

const party = "dialogue-chat";
const lifeMs = 30 * 24 * 60 * 60 * 1000;

/** Tokens under a secret of 32 characters or more; `now` in milliseconds since 1970. */
export function createTokens(secret: string, now: () => number): Tokens {
  const key = new TextEncoder().encode(secret);
  return {
    issue(user) {
      return new SignJWT({ name: user.name })
        .setProtectedHeader({ alg: "HS256" })
        .setSubject(user.id)
        .setIssuer(party)
        .setAudience(party)
        .setExpirationTime(Math.floor((now() + lifeMs) / 1000))
        .sign(key);
    },
    async verify(token) {
      if (token === undefined) return undefined;
      const options = { algorithms: ["HS256"], issuer: party, audience: party, currentDate: new Date(now()) };
      // Why a token is not valid is nobody's business: all that counts is that it is not.
      const payload = await jwtVerify(token, key, options).then(
        (verified) => verified.payload,
        () => undefined,
      );
      const { sub, name, exp } = payload ?? {};
      if (typeof sub !== "string" || typeof name !== "string" || exp === undefined) return undefined;
      return { id: sub, name, expiresAt: exp * 1000 };
    },
  };
}
