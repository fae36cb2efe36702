/** How appends are gathered. Each has a default. */
export interface BatchOptions {
  /** Drafts that one statement writes at most. Default: 500. */
  readonly drafts?: number;
  /** Bytes of drafts, about, that one statement writes at most; a larger draft goes alone. Default: 1 MiB. */
  readonly bytes?: number;
  /** Drafts that may wait for their turn; one room has half of them at most. Past it an append is refused with UNAVAILABLE. Default: 10,000. */
  readonly waitingDrafts?: number;
  /** Bytes of drafts, about, that may wait; past it an append is refused with UNAVAILABLE. Default: 16 MiB. */
  readonly waitingBytes?: number;
  /** Statements under way at once. PGlite runs one. Default: 4. */
  readonly writers?: number;
}

/** The same, complete. */
export type BatchLimits = Required<BatchOptions>;

/** What holds where nothing else is said. */
export const batchDefaults: BatchLimits = Object.freeze({
  drafts: 500,
  bytes: 1024 * 1024,
  waitingDrafts: 10_000,
  waitingBytes: 16 * 1024 * 1024,
  writers: 4,
});
