import { DialogueError } from "@dialogue/events";

/** A failure as a value. */
export function errorOf(error: unknown): DialogueError {
  if (error instanceof DialogueError) return error;
  return new DialogueError("INTERNAL", "cannot go on: something failed that must not", { cause: error });
}
