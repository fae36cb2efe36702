type Report = (error: unknown) => void;

class WatchedPromise<T> extends Promise<T> {
  static override get [Symbol.species](): PromiseConstructor {
    return Promise;
  }

  isWatched = false;
  report: Report | undefined;

  // biome-ignore lint/suspicious/noThenProperty: noticing who calls it is what this class is for
  override then<Result1 = T, Result2 = never>(
    onFulfilled?: ((value: T) => Result1 | PromiseLike<Result1>) | null,
    onRejected?: ((reason: unknown) => Result2 | PromiseLike<Result2>) | null,
  ): Promise<Result1 | Result2> {
    this.isWatched = true;
    const chained = super.then(onFulfilled, onRejected);
    return this.report ? reportFloating(chained, this.report) : chained;
  }
}

/**
 * The same promise for a caller who may leave it floating, with or without something chained to it: a rejection that
 * nobody waits for goes to `report` and never to `unhandledRejection`.
 */
export function reportFloating<T>(work: Promise<T>, report: Report): Promise<T> {
  const watched = new WatchedPromise<T>((resolve, reject) => {
    work.then(resolve, reject);
  });
  watched.report = report;
  Promise.prototype.then.call(watched, undefined, (error: unknown) => {
    if (!watched.isWatched) report(error);
  });
  return watched;
}
