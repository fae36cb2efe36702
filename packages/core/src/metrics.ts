import type { RetentionMetrics } from "./retention/retention-metrics.ts";

/** What this node has done since it was made, and what it has in hand. */
export interface Metrics {
  readonly retention: RetentionMetrics;
}
