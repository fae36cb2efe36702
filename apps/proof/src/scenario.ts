import type { DatabaseName } from "./database.ts";
import type { Conduct } from "./stage.ts";

/** A long run by name. */
export interface Scenario {
  readonly name: string;
  /** What happens in it, and what must hold. */
  readonly says: string;
  readonly databases: readonly DatabaseName[];
  /** For how long it is run where nobody says. */
  readonly seconds: number;
  run(conduct: Conduct): Promise<Outcome>;
}

/** How it ended. */
export interface Outcome {
  /** What was measured, for the table. */
  readonly figures: readonly string[];
  /** What did not hold; empty where all did. */
  readonly faults: readonly string[];
}
