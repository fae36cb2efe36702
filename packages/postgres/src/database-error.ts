import { DialogueError, type ErrorCode } from "@dialogue/events";

/** Runs a database call; what it throws becomes a DialogueError that says what could not be done. */
export async function guarded<T>(doing: string, run: () => PromiseLike<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    throw databaseError(doing, error);
  }
}

/** The DialogueError for what a driver threw. */
export function databaseError(doing: string, error: unknown): DialogueError {
  const causes = causesOf(error);
  const refusal = causes.find((cause) => cause instanceof DialogueError);
  if (refusal) return refusal;

  // The deepest cause is the driver's own: Drizzle's wrapper bears the parameters, which are people's words.
  const cause = causes.at(-1);
  const code = codeOf(causes);
  return new DialogueError(code, `cannot ${doing}: ${reasons[code] ?? "the database refused it"}`, { cause });
}

/** True when another transaction was in the way, so that the same statement may pass now. */
export function isRace(error: unknown): boolean {
  return causesOf(error).some((cause) => raceStates.has(stateOf(cause)));
}

/** True for an error that lies in what was given, so that the rest of a batch may pass without it. */
export function isPoison(error: unknown): boolean {
  return causesOf(error).some((cause) => poisonStates.test(stateOf(cause)));
}

/** True when a lock was not had in time. */
export function isLockTimeOut(error: unknown): boolean {
  return causesOf(error).some((cause) => stateOf(cause) === "55P03");
}

const reasons: { readonly [Code in ErrorCode]?: string } = {
  UNAVAILABLE: "the database is not available",
  TIMEOUT: "the database did not answer in time",
  INVALID_REQUEST: "it holds text that the database cannot store",
};

/** unique_violation, serialization_failure, deadlock_detected. */
const raceStates = new Set(["23505", "40001", "40P01"]);

/** Data exceptions, constraints, limits of the program: 23505 is a race and not among them. */
const poisonStates = /^(22|23(?!505)|54)/;

/** query_canceled, lock_not_available, idle_in_transaction_session_timeout, transaction_timeout. */
const timeOutStates = new Set(["57014", "55P03", "25P03", "25P04"]);

/** NUL, a lone surrogate, bytes that are not UTF-8. */
const textStates = new Set(["22P05", "22P02", "22021"]);

/** SQLSTATEs and classes that pass: connection, resources, operator's intervention, a standby after a failover, a race. */
const passingStates = /^(08|53|57P|58|40|25006)/;

const passingCodes = new Set([
  "CONNECTION_CLOSED",
  "CONNECTION_DESTROYED",
  "CONNECTION_ENDED",
  "CONNECT_TIMEOUT",
  "EAI_AGAIN",
  "ECONNREFUSED",
  "ECONNRESET",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENOTFOUND",
  "EPIPE",
  "ETIMEDOUT",
]);

// pg gives these no code.
const passingMessages =
  /connection terminated|timeout exceeded when trying to connect|connection error and is not queryable|client was closed|after calling end on the pool|connection ended/i;
const timeOutMessages = /query read timeout/i;

function codeOf(causes: readonly unknown[]): ErrorCode {
  for (const cause of causes) {
    const state = stateOf(cause);
    const message = cause instanceof Error ? cause.message : "";
    if (timeOutStates.has(state) || timeOutMessages.test(message)) return "TIMEOUT";
    if (textStates.has(state)) return "INVALID_REQUEST";
    if (passingStates.test(state) || passingCodes.has(state) || passingMessages.test(message)) return "UNAVAILABLE";
  }
  return "INTERNAL";
}

function stateOf(error: unknown): string {
  return typeof error === "object" && error !== null && "code" in error ? String(error.code) : "";
}

function causesOf(error: unknown): readonly unknown[] {
  const causes: unknown[] = [];
  let current = error;
  while (current !== undefined && current !== null && causes.length < 8) {
    causes.push(current);
    current = current instanceof Error ? current.cause : undefined;
  }
  return causes;
}
