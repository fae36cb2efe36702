import { type DestinationStream, type Logger, pino } from "pino";

/** A pino logger on the given stream: JSON, one short line each where a person reads along. */
export function createLogger(level: string, stream: DestinationStream, isTerminal: boolean): Logger {
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: ["token", "*.token", "secret", "data", "*.data", "authorization", "*.authorization"],
  };
  return pino(options, isTerminal ? { write: (line) => stream.write(readable(line)) } : stream);
}

const names: Readonly<Record<number, string>> = { 20: "debug", 30: "info", 40: "warn", 50: "error", 60: "fatal" };

/** `10:32:01 info  listening port=3000` */
function readable(line: string): string {
  const { level, time, msg, err, ...facts }: Record<string, unknown> = JSON.parse(line);
  const shown = Object.entries(facts).map(([name, value]) => ` ${name}=${text(value)}`);
  const stack = isRecord(err) ? `\n${String(err.stack ?? err.message)}` : "";
  return `${String(time).slice(11, 19)} ${(names[Number(level)] ?? "").padEnd(5)} ${text(msg)}${shown.join("")}${stack}\n`;
}

function text(value: unknown): string {
  // A terminal obeys control characters.
  return typeof value === "string" ? value.replace(/\p{Cc}/gu, "?") : JSON.stringify(value);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
