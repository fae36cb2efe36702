/** Who follows a tail. Its methods never throw. */
export interface Rider {
  readonly seq: number;
  /** Goes on as far as it can; answers how many frames it wrote. */
  step(): number;
  /** The log may no longer hold this rider's place: it must ask the log before it goes on. */
  doubt(): void;
}

/** Has the riders of a tail follow it, a share of them in each turn of the event loop. */
export class Delivery {
  readonly riders = new Set<Rider>();
  /** The riders must be served though the position has not moved. */
  isOwed = false;
  private readonly framesPerTurn: number;
  private round: Iterator<Rider> | undefined;

  constructor(framesPerTurn: number) {
    this.framesPerTurn = framesPerTurn;
  }

  get isUnderWay(): boolean {
    return this.round !== undefined;
  }

  begin(): void {
    this.isOwed = false;
    // Who joins while it is under way is visited too, and has then nothing to do.
    this.round = this.riders.values();
  }

  /** One turn's share; true when all have been served. */
  serve(): boolean {
    for (let written = 0; written < this.framesPerTurn; ) {
      const next = this.round?.next();
      if (!next || next.done) {
        this.round = undefined;
        return true;
      }
      written += next.value.step();
    }
    return false;
  }

  stop(): void {
    this.round = undefined;
    this.riders.clear();
  }
}
