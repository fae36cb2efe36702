import type { Logger } from "@dialogue/core";

type Level = "debug" | "info" | "warn" | "error";

/** Writes a readable line for each entry to stderr; debug entries only where `DEBUG` is set. */
export const stderrLogger: Logger = {
  debug(facts, message) {
    if (process.env.DEBUG) writeLine("debug", facts, message);
  },
  info: (facts, message) => writeLine("info", facts, message),
  warn: (facts, message) => writeLine("warn", facts, message),
  error: (facts, message) => writeLine("error", facts, message),
};

function writeLine(level: Level, facts: object, message: string): void {
  const words = Object.entries(facts).map(([key, value]) => `${key}=${textOf(value)}`);
  process.stderr.write(`${[new Date().toISOString(), level.padEnd(5), message, ...words].join(" ")}\n`);
}

function textOf(value: unknown): string {
  if (value instanceof Error)
    return value.cause ? `${stackOf(value)} caused by ${textOf(value.cause)}` : stackOf(value);
  if (typeof value === "string") return value;
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    // A value that JSON refuses (a cycle, a bigint) still deserves its line.
    return String(value);
  }
}

function stackOf(error: Error): string {
  return error.stack ?? `${error.name}: ${error.message}`;
}
