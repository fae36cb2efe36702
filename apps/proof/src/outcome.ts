import { describeVerdict, type Verdict } from "@dialogue/testkit/proof";
import type { Outcome } from "./scenario.ts";

/** What a scenario has seen beside the verdict over its journal. */
export interface Seen {
  readonly figures: readonly string[];
  readonly faults: readonly string[];
}

/** The outcome of a verdict and what was seen beside it. A verdict over next to nothing is a fault of the run itself. */
export function outcomeOf(verdict: Verdict, { figures, faults }: Seen): Outcome {
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
