import { createHistogram } from "node:perf_hooks";

/** What many waits came to, in milliseconds. */
export interface Percentiles {
  readonly count: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

/** Gathers waits. */
export class Latencies {
  private readonly histogram = createHistogram();

  add(micros: number): void {
    this.histogram.record(Math.max(1, micros));
  }

  /** What they came to since the last call. */
  take(): Percentiles {
    const { histogram } = this;
    const ms = (micros: number) => micros / 1_000;
    const taken = {
      count: histogram.count,
      p50: ms(histogram.percentile(50)),
      p99: ms(histogram.percentile(99)),
      max: ms(histogram.max),
    };
    histogram.reset();
    return taken;
  }
}
