import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { join, relative, sep } from "node:path";
import { gzipSync } from "node:zlib";
import { lookup } from "mrmime";

/** The built page, held in memory. */
export interface PageFiles {
  /** How many files there are; 0 where the page was not built. */
  readonly count: number;
  /** Answers a GET or HEAD for one of the files; false where there is none of that path. */
  answer(path: string, request: IncomingMessage, response: ServerResponse): boolean;
}

interface PageFile {
  readonly body: Buffer;
  readonly gzipped: Buffer | undefined;
  readonly etag: string;
  readonly type: string;
  readonly caching: string;
}

/**
 * Reads the folder once. A request can only name what was found there, and a build that replaces the files under a
 * running server takes nothing away from it.
 */
export function readPageFiles(folder: string): PageFiles {
  const files = new Map(filesIn(folder).map((file) => [pathOf(folder, file), pageFile(pathOf(folder, file), file)]));
  return {
    count: files.size,
    answer(path, request, response) {
      const file = files.get(path === "/" ? "/index.html" : path);
      if (file === undefined) return false;
      send(file, request, response);
      return true;
    },
  };
}

function filesIn(folder: string): string[] {
  try {
    const entries = readdirSync(folder, { withFileTypes: true, recursive: true });
    return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
    throw error;
  }
}

function pathOf(folder: string, file: string): string {
  return `/${relative(folder, file).split(sep).join("/")}`;
}

function pageFile(path: string, file: string): PageFile {
  const body = readFileSync(file);
  const type = lookup(path) ?? "application/octet-stream";
  const isText = /^text\/|javascript|json|svg/.test(type);
  return {
    body,
    gzipped: isText && body.length > 1_000 ? gzipSync(body, { level: 9 }) : undefined,
    etag: `"${createHash("sha256").update(body).digest("base64url").slice(0, 22)}"`,
    type: isText ? `${type}; charset=utf-8` : type,
    // The build puts a hash of its content into the name of each asset.
    caching: path.startsWith("/assets/") ? "public, max-age=31536000, immutable" : "no-cache",
  };
}

function send(file: PageFile, request: IncomingMessage, response: ServerResponse): void {
  response.setHeader("cache-control", file.caching);
  response.setHeader("etag", file.etag);
  response.setHeader("vary", "accept-encoding");
  if (matches(request.headers["if-none-match"], file.etag)) {
    response.writeHead(304).end();
    return;
  }
  const gzipped = /\bgzip\b/.test(String(request.headers["accept-encoding"])) ? file.gzipped : undefined;
  if (gzipped !== undefined) response.setHeader("content-encoding", "gzip");
  const body = gzipped ?? file.body;
  response.writeHead(200, { "content-type": file.type, "content-length": body.length });
  response.end(request.method === "HEAD" ? undefined : body);
}

function matches(header: string | undefined, etag: string): boolean {
  return header?.split(",").some((one) => one.trim().replace(/^W\//, "") === etag) ?? false;
}
