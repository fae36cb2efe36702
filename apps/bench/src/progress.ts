/** A line that says what runs and how long the rest may take; where nobody watches, a line for each run. */
export class Progress {
  private readonly output: NodeJS.WriteStream;
  private readonly total: number;
  private readonly began = performance.now();
  private done = 0;

  /** `total` is the seconds that all runs may take. */
  constructor(output: NodeJS.WriteStream, total: number) {
    this.output = output;
    this.total = total;
  }

  /** A run begins that may take so many seconds. Answers what to call at its end. */
  begin(what: string, seconds: number): () => void {
    const percent = Math.round((this.done / this.total) * 100);
    const line = `${String(percent).padStart(3)} %  ${what} (${this.timeLeft()})`;
    this.output.write(this.output.isTTY ? `\r\u001b[K${line}` : `${line}\n`);
    return () => {
      this.done += seconds;
    };
  }

  end(): void {
    if (this.output.isTTY) this.output.write("\r\u001b[K");
  }

  /** The estimates, corrected by what they were worth so far. */
  private timeLeft(): string {
    const spent = (performance.now() - this.began) / 1_000;
    const pace = this.done > 0 ? spent / this.done : 1;
    const seconds = (this.total - this.done) * pace;
    return seconds < 60 ? `${Math.ceil(seconds)} s left` : `${Math.ceil(seconds / 60)} min left`;
  }
}
