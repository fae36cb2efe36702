/** Cancels what a clock was asked to do; safe to call twice. */
export type Cancel = () => void;

/** Time, given from outside so that tests own it. */
export interface Clock {
  /** Milliseconds since 1970: for what people read, never for order. */
  now(): number;
  /** Monotonic milliseconds: for durations. */
  elapsed(): number;
  /** Calls back once, after at least `ms`. Does not keep the process alive. */
  after(ms: number, callback: () => void): Cancel;
  /** Calls back once, as soon as what is due now has run: how a long pass yields to others. */
  soon(callback: () => void): Cancel;
}
