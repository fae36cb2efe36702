/** What the worker is started with. */
export interface WorkerStart {
  /** Where the database lies. */
  readonly folder: string;
  /** A packed data folder to begin with; absent when the database is there, or is to be made from nothing. */
  readonly prepared: string | undefined;
}

/** One call to the worker. */
export type WorkerRequest =
  | {
      readonly call: number;
      readonly kind: "query";
      readonly sql: string;
      readonly params: readonly unknown[];
      readonly rowMode: "array" | "object";
    }
  | { readonly call: number; readonly kind: "exec"; readonly sql: string }
  | { readonly call: number; readonly kind: "close" };

/** The answer to the call of that number; to 0: the database is open. */
export type WorkerReply =
  | { readonly call: number; readonly result: unknown }
  | { readonly call: number; readonly failure: WorkerFailure };

/** An error of the database, in what survives the way between threads. */
export interface WorkerFailure {
  readonly message: string;
  /** Its SQLSTATE; absent when it is not the database's own word. */
  readonly code: string | undefined;
}
