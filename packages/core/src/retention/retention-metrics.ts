/** How retention gets on, on this node. Other nodes tend other rooms and count for themselves. */
export interface RetentionMetrics {
  /** Rounds over all rooms that have ended. Only grows. */
  readonly rounds: number;
  /** Events that lost their data. Only grows. */
  readonly redacted: number;
  /** Empty places that were removed from the beginning of a log. Only grows. */
  readonly purged: number;
  /** What failed and is tried again in the next round; each was reported. Only grows. */
  readonly failures: number;
  /** Rooms that the round under way has yet to look at, or has not done with; 0 between rounds. */
  readonly roomsLeft: number;
  /** When the last round ended, in milliseconds since 1970; null before the first. */
  readonly lastRoundAt: number | null;
}
