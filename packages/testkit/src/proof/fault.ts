/** What can be wrong with a history, and which promise of the delivery contract it breaks. */
export const faultTypes = {
  /** Acknowledged, and not in the log at its seq. */
  missing: "I1",
  /** Under one id, twice in the log. */
  doubled: "I2",
  /** Acknowledged more than once, with different seqs. */
  disagreeing: "I2",
  /** A seq that the log leaves out. */
  hole: "I3",
  /** Behind what it must come after: in the log, or of one sender, or tried after it was acknowledged. */
  disordered: "I3",
  /** A reader was given an event and not the one before it. */
  skipped: "I4",
  /** A reader was given an event again. */
  repeated: "I4",
  /** A reader was not given the end of the log, although it was waited for. */
  short: "I4",
  /** A reader went on from another place than the one it had reached. */
  resumedElsewhere: "I5",
  /** A reader was reset although it could have gone on. */
  needlessReset: "I5",
  /** A reader was given an event that is not in the log. */
  vanished: "I7",
} as const;

export type FaultType = keyof typeof faultTypes;

/** One broken promise. */
export interface Fault {
  readonly type: FaultType;
  readonly roomId: string;
  readonly seq?: number;
  readonly id?: string;
  readonly reader?: string;
  /** What is wrong, in words. */
  readonly says: string;
}
