/** What pulls at an iterable works with. */
export interface Pulling {
  readonly signal: AbortSignal;
  readonly abort: () => void;
  /** Resolves when what was emitted has left so far that there is room for more. */
  readonly emit: (value: unknown) => Promise<void> | undefined;
  /** Told of what fails when nobody waits for it any more. */
  readonly note: (error: unknown) => void;
}

/**
 * Emits what an iterable yields until it ends or the signal aborts, then disposes of the iterator. Aborts by itself
 * unless the iterable ended. Rejects with what the iterable throws.
 */
export async function pull(iterable: AsyncIterable<unknown>, pulling: Pulling): Promise<void> {
  const iterator = iterable[Symbol.asyncIterator]();
  let failure: { readonly cause: unknown } | undefined;
  let isDone = false;
  try {
    isDone = await drain(iterator, pulling);
  } catch (cause) {
    failure = { cause };
  }
  // Cleanup that waits for the abort must hear of it first.
  if (!isDone) pulling.abort();
  try {
    await dispose(iterator);
  } catch (error) {
    pulling.note(error);
  }
  if (failure) throw failure.cause;
}

/** Ends an iterable of which nothing was asked. */
export async function discard(iterable: AsyncIterable<unknown>): Promise<void> {
  await dispose(iterable[Symbol.asyncIterator]());
}

/** Whether an error says no more than that something was aborted. */
export function isAbortError(error: unknown): boolean {
  return typeof error === "object" && error !== null && "name" in error && error.name === "AbortError";
}

/** True when the iterator ended by itself. */
async function drain(iterator: AsyncIterator<unknown>, pulling: Pulling): Promise<boolean> {
  for (;;) {
    const next = await nextUnlessAborted(iterator, pulling);
    if (!next) return false;
    if (next.done) return true;
    await pulling.emit(next.value);
  }
}

function nextUnlessAborted(
  iterator: AsyncIterator<unknown>,
  { signal, note }: Pulling,
): Promise<IteratorResult<unknown> | undefined> {
  return new Promise((resolve, reject) => {
    const abort = () => resolve(undefined);
    if (signal.aborted) return abort();
    // Not a race with one promise for the whole subscription: each race would leave a reaction on it.
    signal.addEventListener("abort", abort, { once: true });
    iterator.next().then(
      (result) => {
        signal.removeEventListener("abort", abort);
        resolve(result);
      },
      (error: unknown) => {
        signal.removeEventListener("abort", abort);
        if (!signal.aborted) reject(error);
        else if (!isAbortError(error)) note(error);
      },
    );
  });
}

async function dispose(iterator: AsyncIterator<unknown> & Partial<AsyncDisposable>): Promise<void> {
  // Iterators have it from Node 24 on.
  if (iterator[Symbol.asyncDispose]) await iterator[Symbol.asyncDispose]?.();
  else await iterator.return?.();
}
