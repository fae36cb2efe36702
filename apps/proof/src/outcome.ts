import { describeVerdict, type Verdict } from "@dialogue/testkit/proof";

/** How a scenario ended. */
export interface Outcome {
  /** What was measured, for the table. */
  readonly figures: readonly string[];
  /** What did not hold; empty where all did. */
  readonly faults: readonly string[];
}

/** The outcome of a verdict and what was seen beside it. A verdict over next to nothing is a fault of the run itself. */
export function outcomeOf(verdict: Verdict, { figures, faults }: Outcome): Outcome {
  const { tried, acked, events, readers, reads, resumes, resets } = verdict.counts;
  const isIdle = acked === 0 || reads === 0;
  return {
    figures: [
      ...figures,
      `${acked} acknowledged of ${tried} tried, ${events} in the log`,
      `${readers} readers, ${reads} reads, ${resumes} resumes, ${resets} resets`,
    ],
    faults: [
      ...faults,
      ...(verdict.faults.length > 0 ? [describeVerdict(verdict)] : []),
      ...(isIdle ? ["nothing was acknowledged or nothing read: it proves nothing"] : []),
    ],
  };
}
