import { once } from "node:events";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, request as rawRequest } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { afterAll, expect, it } from "vitest";
import { readPageFiles } from "../src/page-files.ts";
import { createSite } from "../src/site.ts";
import { createTokenBuckets } from "../src/token-buckets.ts";
import { createTokens } from "../src/tokens.ts";

const folder = await mkdtemp(join(tmpdir(), "dialogue-page-"));
await mkdir(join(folder, "page", "assets"), { recursive: true });
await writeFile(join(folder, "page", "index.html"), "<!doctype html><title>Page</title>");
await writeFile(join(folder, "page", "assets", "main-1a2b.js"), `export const text = "${"x".repeat(2_000)}";`);
await writeFile(join(folder, "secret.txt"), "secret");

const logged: string[] = [];
const tokens = createTokens("s".repeat(32), Date.now);
let made = 0;
let elapsed = 0;
let isReady = true;
const server = createServer(
  createSite({
    signIn: {
      issue: tokens.issue,
      verify: tokens.verify,
      buckets: createTokenBuckets({ perSecond: 1, burst: 5 }, () => elapsed),
      newId: () => `user-${++made}`,
    },
    page: readPageFiles(join(folder, "page")),
    isReady: () => isReady,
    logger: pino({ level: "debug" }, { write: (line) => void logged.push(line) }),
  }),
);
server.listen(0, "127.0.0.1");
await once(server, "listening");
const address = server.address();
const port = typeof address === "object" ? (address?.port ?? 0) : 0;
const url = `http://127.0.0.1:${port}`;

afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await rm(folder, { recursive: true });
});

async function signIn(body: unknown, headers: Readonly<Record<string, string>> = {}) {
  elapsed += 60_000;
  const response = await fetch(`${url}/api/session`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
  return { status: response.status, headers: response.headers, body: await response.json() };
}

/** A path as it is, without the tidying that fetch does. */
async function status(path: string): Promise<number | undefined> {
  const request = rawRequest({ host: "127.0.0.1", port, path, agent: false });
  const answered = once(request, "response");
  request.end();
  const [response] = await answered;
  response.resume();
  return response.statusCode;
}

it("serves the page anew each time and its assets for ever, each with its type", async () => {
  const page = await fetch(url);
  expect(await page.text()).toContain("<title>Page</title>");
  expect(page.headers.get("content-type")).toBe("text/html; charset=utf-8");
  expect(page.headers.get("cache-control")).toBe("no-cache");
  const script = await fetch(`${url}/assets/main-1a2b.js`);
  expect(script.headers.get("content-type")).toBe("text/javascript; charset=utf-8");
  expect(script.headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
  expect(script.headers.get("content-encoding")).toBe("gzip");
  expect(await script.text()).toContain("export const text");
});

it("answers that a page has not changed", async () => {
  const etag = (await fetch(url)).headers.get("etag") ?? "";
  expect((await fetch(url, { headers: { "if-none-match": `W/${etag}` } })).status).toBe(304);
  expect((await fetch(url, { headers: { "if-none-match": '"other"' } })).status).toBe(200);
});

it("guards every answer with headers", async () => {
  for (const path of ["/", "/healthz", "/nothing"]) {
    const { headers } = await fetch(url + path);
    expect(headers.get("content-security-policy")).toMatch(/script-src 'self'.*frame-ancestors 'none'/);
    expect(headers.get("content-security-policy")).not.toContain("unsafe");
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("referrer-policy")).toBe("no-referrer");
  }
});

it.each([
  "/../secret.txt",
  "/%2e%2e/secret.txt",
  "/..%2fsecret.txt",
  "/assets/../../secret.txt",
  "//etc/passwd",
  "/%00",
  "/assets",
])("has nothing at %s", async (path) => {
  expect(await status(path)).toBe(404);
});

it("says that it is ready, and no more once it stops", async () => {
  const healthy = await fetch(`${url}/healthz`);
  expect([healthy.status, await healthy.text()]).toEqual([200, '{"status":"ok"}']);
  isReady = false;
  expect((await fetch(`${url}/healthz`)).status).toBe(503);
  isReady = true;
});

it("refuses methods that it does not know", async () => {
  expect((await fetch(url, { method: "POST" })).status).toBe(405);
  expect((await fetch(`${url}/api/session`)).headers.get("allow")).toBe("POST");
});

it("signs a person in under a tidied name, with a token that says so", async () => {
  const { status, body, headers } = await signIn({ name: "  Ada   Lovelace " });
  expect(status).toBe(200);
  expect(body.user).toEqual({ id: expect.stringMatching(/^user-/), name: "Ada Lovelace" });
  expect(await tokens.verify(body.token)).toMatchObject(body.user);
  expect(headers.get("cache-control")).toBe("no-store");
});

it("keeps the id of whoever comes back, also under another name", async () => {
  const { body: first } = await signIn({ name: "Ada" });
  const { body: second } = await signIn({ name: "Countess" }, { authorization: `Bearer ${first.token}` });
  expect(second.user).toEqual({ id: first.user.id, name: "Countess" });
});

it("refuses a token that is not its own, instead of making somebody new", async () => {
  const before = made;
  const { status, body } = await signIn({ name: "Eve" }, { authorization: "Bearer abc.def.ghi" });
  expect([status, body.error.code, made]).toEqual([401, "UNAUTHENTICATED", before]);
});

it.each([
  [{ name: "" }, "is empty"],
  [{ name: " \u200b\u200d " }, "is empty"],
  [{ name: "x".repeat(41) }, "is longer than 40 characters"],
  [{ name: "x".repeat(4_000) }, "is longer than 40 characters"],
  [{ name: "a\nb" }, "holds characters that cannot be shown"],
  [{ name: "a\u202eb" }, "holds characters that cannot be shown"],
  [{}, "is missing"],
  [{ name: 7 }, "is missing"],
])("refuses the name in %j: it %s", async (body, message) => {
  const answer = await signIn(body);
  expect(answer.status).toBe(400);
  expect(answer.body.error).toMatchObject({ code: "VALIDATION_FAILED", issues: [{ path: "name", message }] });
});

it("counts a name in characters as people do", async () => {
  expect((await signIn({ name: "👩".repeat(40) })).status).toBe(200);
});

it("refuses what is not JSON, is not called so, or is too much", async () => {
  expect((await signIn("{")).body.error.code).toBe("INVALID_REQUEST");
  expect((await signIn({ name: "Ada" }, { "content-type": "text/plain" })).body.error.code).toBe("INVALID_REQUEST");
  const { status, body } = await signIn({ name: "Ada", more: "x".repeat(5_000) });
  expect([status, body.error.code]).toEqual([413, "PAYLOAD_TOO_LARGE"]);
});

it("lets one address sign in only so often, and says when to come back", async () => {
  await signIn({ name: "Ada" });
  const tries = await Promise.all(
    Array.from({ length: 6 }, () =>
      fetch(`${url}/api/session`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ name: "Ada" }),
      }),
    ),
  );
  const refused = tries.filter(({ status }) => status === 429);
  expect(refused).toHaveLength(2);
  expect(refused[0]?.headers.get("retry-after")).toBe("1");
});

it("logs no names and no tokens", async () => {
  const { body } = await signIn({ name: "Zebedee" });
  await signIn({ name: "Zebedee" }, { authorization: `Bearer ${body.token}x` });
  expect(logged.join("")).not.toMatch(/Zebedee|eyJ/);
});
