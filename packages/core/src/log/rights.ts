import type { Gate } from "./gate.ts";
import type { Retry } from "./retry.ts";

/** One reader's right to read its room. Where it cannot be established it is neither granted nor taken away. */
export class Rights {
  /** True while nobody can say: whose right is unknown gets nothing, and loses nothing, for its events wait in the log. */
  isUnknown = false;
  private readonly options: {
    readonly roomId: string;
    readonly allowed: () => Promise<boolean>;
    readonly retry: Retry;
    /** Where questions wait, so that a change in a large room does not ask them all at once. */
    readonly gate: Gate;
    readonly isOver: () => boolean;
    readonly refused: () => void;
  };
  private isBeingAsked = false;
  private isAskedAgain = false;

  constructor(options: Rights["options"]) {
    this.options = options;
  }

  /** True when it may go on; calls `refused` when it may not. */
  async confirm(): Promise<boolean> {
    return this.ask({});
  }

  /** Asks anew; the answer to an earlier question does not count. */
  async recheck(): Promise<void> {
    this.isAskedAgain = true;
    if (this.isBeingAsked) return;
    this.isBeingAsked = true;
    const failed = (): void => {
      this.isUnknown = true;
    };
    while (this.isAskedAgain && !this.options.isOver()) {
      this.isAskedAgain = false;
      await this.ask({ gate: this.options.gate, failed });
    }
    this.isBeingAsked = false;
    this.isUnknown = false;
  }

  private async ask(how: { readonly gate?: Gate; readonly failed?: () => void }): Promise<boolean> {
    const { roomId, allowed, retry, isOver, refused } = this.options;
    const isAllowed = await retry({ doing: `ask who may read room ${roomId}`, ask: allowed, isOver, ...how });
    if (isOver()) return false;
    if (isAllowed === false) refused();
    return isAllowed === true;
  }
}
