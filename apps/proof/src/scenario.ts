import type { DatabaseName } from "./database.ts";
import type { Outcome } from "./outcome.ts";
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
