import { SignJWT } from "jose";
import { expect, it } from "vitest";
import { createTokens } from "./tokens.ts";

const secret = "a secret of thirty-two characters";
const ada = { id: "u1", name: "Ada" };
const day = 24 * 60 * 60 * 1000;

it("verifies what it issued, with the moment it lapses", async () => {
  const tokens = createTokens(secret, () => day);
  expect(await tokens.verify(await tokens.issue(ada))).toEqual({ ...ada, expiresAt: 31 * day });
});

it("knows its tokens after a restart with the same secret", async () => {
  const token = await createTokens(secret, () => 0).issue(ada);
  expect(await createTokens(secret, () => 0).verify(token)).toMatchObject(ada);
});

it("refuses a token that has expired", async () => {
  let now = 0;
  const tokens = createTokens(secret, () => now);
  const token = await tokens.issue(ada);
  now = 30 * day + 1000;
  expect(await tokens.verify(token)).toBeUndefined();
});

it("refuses a token of another secret, a changed one, an unsigned one and none", async () => {
  const tokens = createTokens(secret, () => 0);
  const [head, , signature] = (await tokens.issue(ada)).split(".");
  const claims = Buffer.from(JSON.stringify({ sub: "u2", name: "Eve", exp: 1e10 })).toString("base64url");
  const unsigned = `${Buffer.from('{"alg":"none"}').toString("base64url")}.${claims}.`;
  const strange = await createTokens(secret.toUpperCase(), () => 0).issue(ada);
  for (const token of [strange, `${head}.${claims}.${signature}`, unsigned, "", "abc", undefined])
    expect(await tokens.verify(token)).toBeUndefined();
});

it("refuses a token of another party under the same secret", async () => {
  const token = await new SignJWT({ name: "Ada" })
    .setProtectedHeader({ alg: "HS256" })
    .setSubject("u1")
    .setExpirationTime(1e10)
    .sign(new TextEncoder().encode(secret));
  expect(await createTokens(secret, () => 0).verify(token)).toBeUndefined();
});
