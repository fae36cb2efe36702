import { DialogueError, type ErrorCode, isWireError } from "@dialogue/events";

/** What tRPC itself refuses with, before Dialogue's own procedures are reached. */
const codes: Readonly<Record<string, ErrorCode>> = {
  UNAUTHORIZED: "UNAUTHENTICATED",
  FORBIDDEN: "PERMISSION_DENIED",
  TOO_MANY_REQUESTS: "RATE_LIMITED",
  BAD_REQUEST: "INVALID_REQUEST",
  PARSE_ERROR: "INVALID_REQUEST",
  NOT_FOUND: "INVALID_REQUEST",
  PAYLOAD_TOO_LARGE: "PAYLOAD_TOO_LARGE",
  SERVICE_UNAVAILABLE: "UNAVAILABLE",
  TIMEOUT: "TIMEOUT",
};

/** The DialogueError behind whatever a call was rejected with; UNAVAILABLE where no answer came at all. */
export function refusalOf(error: unknown, what: string): DialogueError {
  if (error instanceof DialogueError) return error;
  const data = fieldOf(error, "data");
  const wire = fieldOf(data, "dialogue");
  if (isWireError(wire)) return DialogueError.fromWire(wire, error);
  const code = fieldOf(data, "code");
  if (typeof code !== "string")
    return new DialogueError("UNAVAILABLE", `cannot ${what}: the connection was lost`, { cause: error });
  return new DialogueError(codes[code] ?? "INTERNAL", `cannot ${what}: the server answered ${code}`, { cause: error });
}

/** Whether what is kept up on its own (a subscription, a join) should be tried again after this refusal. */
export function mayRecover(error: DialogueError): boolean {
  return error.retry || error.code === "INTERNAL" || error.code === "UNAUTHENTICATED";
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}
