import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { DialogueError } from "@dialogue/events";
import type { Logger } from "pino";
import { sendError, sendJson } from "./json-body.ts";
import type { PageFiles } from "./page-files.ts";
import { type SignInOptions, signIn } from "./sign-in.ts";

/** What the site is made of. */
export interface SiteOptions {
  readonly signIn: SignInOptions;
  readonly page: PageFiles;
  readonly isReady: () => boolean;
  readonly logger: Logger;
}

const securityHeaders = {
  "content-security-policy":
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; " +
    "manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "cross-origin-opener-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
};

/** Everything the server answers over HTTP but the router's own path, which `dialogue.attach` takes for itself. */
export function createSite(options: SiteOptions): RequestListener {
  return (request, response) => {
    const path = pathOf(request);
    for (const [name, value] of Object.entries(securityHeaders)) response.setHeader(name, value);
    answer(path, request, response, options).catch((error: unknown) => fail(error, path, response, options.logger));
  };
}

async function answer(
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
  options: SiteOptions,
): Promise<void> {
  if (path === "/healthz") return health(response, options.isReady());
  if (path === "/api/session") return session(request, response, options.signIn);
  if (request.method !== "GET" && request.method !== "HEAD") return refuseMethod(response, "GET, HEAD");
  if (!options.page.answer(path, request, response)) sendText(response, 404, "Nothing is here.\n");
}

function health(response: ServerResponse, isReady: boolean): void {
  sendJson(response, isReady ? 200 : 503, { status: isReady ? "ok" : "stopping" });
}

async function session(request: IncomingMessage, response: ServerResponse, options: SignInOptions): Promise<void> {
  if (request.method !== "POST") return refuseMethod(response, "POST");
  sendJson(response, 200, await signIn(request, options));
}

function refuseMethod(response: ServerResponse, allowed: string): void {
  response.setHeader("allow", allowed);
  sendText(response, 405, `Only ${allowed} is answered here.\n`);
}

function sendText(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, {
    "content-type": "text/plain; charset=utf-8",
    "content-length": Buffer.byteLength(text),
  });
  response.end(text);
}

function fail(error: unknown, path: string, response: ServerResponse, logger: Logger): void {
  const refusal =
    error instanceof DialogueError ? error : new DialogueError("INTERNAL", "cannot answer: a fault on the server");
  if (refusal.code === "INTERNAL") logger.error({ err: error, path }, "a request failed");
  if (response.headersSent) response.destroy();
  else sendError(response, refusal);
}

function pathOf(request: IncomingMessage): string {
  const [path = ""] = (request.url ?? "").split(/[?#]/, 1);
  return path;
}
