/** A call to the server. */
export interface Call {
  readonly kind: "query" | "mutation";
  readonly path: string;
  readonly input?: unknown;
  /** For the error: `join general`. */
  readonly what: string;
  /** Whether it may be made again when its answer was lost. */
  readonly isRepeatable: boolean;
}
