import { DialogueError } from "@dialogue/events";

/** One line that says why the server could not start, without a stack. */
export function failureLine(error: unknown): string {
  return `dialogue: ${reasonOf(error).replace(/\s+/g, " ").trim()}\n`;
}

function reasonOf(error: unknown): string {
  if (error instanceof DialogueError) return error.message;
  if (!(error instanceof Error)) return `cannot start: ${String(error)}`;
  return listenReason(error) ?? `cannot start: ${error.message}`;
}

const reasons: Readonly<Record<string, string>> = {
  EADDRINUSE: "another program uses it",
  EACCES: "this user may not listen there",
  EADDRNOTAVAIL: "this machine has no such address",
  ENOTFOUND: "there is no such host",
};

function listenReason(error: Error): string | undefined {
  if (!("syscall" in error) || (error.syscall !== "listen" && error.syscall !== "getaddrinfo")) return undefined;
  const reason = "code" in error ? reasons[String(error.code)] : undefined;
  const place =
    "port" in error ? `port ${String(error.port)}` : `host ${"hostname" in error ? String(error.hostname) : ""}`;
  return reason === undefined ? undefined : `cannot listen on ${place}: ${reason}`;
}
