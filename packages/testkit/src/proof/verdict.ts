import { type Fault, type FaultType, faultTypes } from "./fault.ts";

/** What `checkHistory` found. */
export interface Verdict {
  /** Empty where every promise was kept. */
  readonly faults: readonly Fault[];
  /** How much was judged: a verdict over nothing says nothing. */
  readonly counts: {
    /** Different ids that were tried, and that were acknowledged. */
    readonly tried: number;
    readonly acked: number;
    /** Events in the logs. */
    readonly events: number;
    readonly readers: number;
    readonly reads: number;
    readonly resumes: number;
    readonly resets: number;
  };
}

/** The verdict for people: what was judged, how often each promise was broken, and the first `most` faults by room, seq and id. */
export function describeVerdict({ faults, counts }: Verdict, most = 20): string {
  const { tried, acked, events, readers, reads, resumes, resets } = counts;
  const judged =
    `${acked} acknowledged of ${tried} tried, ${events} events in the log; ` +
    `${readers} readers, ${reads} reads, ${resumes} resumes, ${resets} resets`;
  if (faults.length === 0) return `every promise was kept: ${judged}`;
  const lines = [
    `${faults.length} faults: ${judged}`,
    ...tally(faults),
    ...faults.slice(0, most).map(lineOf),
    ...(faults.length > most ? [`  … and ${faults.length - most} more`] : []),
  ];
  return lines.join("\n");
}

function tally(faults: readonly Fault[]): string[] {
  const types = Object.keys(faultTypes) as FaultType[];
  return types.flatMap((type) => {
    const count = faults.filter((fault) => fault.type === type).length;
    return count === 0 ? [] : [`  ${count} ${type} (${faultTypes[type]})`];
  });
}

function lineOf({ type, roomId, seq, id, says }: Fault): string {
  return `  ${type}: room ${roomId}${seq === undefined ? "" : `, seq ${seq}`}${id === undefined ? "" : `, id ${id}`}: ${says}`;
}
