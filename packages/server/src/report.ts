import type { Logger, Report } from "@dialogue/core";

/** Tells the log and the application of a failure that nobody is there to receive. Never throws. */
export function createReport(logger: Logger, onError: Report | undefined): Report {
  return (error, doing) => {
    void told(() => logger.error({ err: error }, `cannot ${doing}`), doing);
    void told(() => onError?.(error, doing), doing);
  };
}

/** Each way on its own: one that is broken must not take the other with it, nor, where it is async, the process. */
async function told(tell: () => unknown, doing: string): Promise<void> {
  try {
    await tell();
  } catch (failure) {
    // The way to the application is itself broken: stderr is what is left.
    process.stderr.write(`cannot report a failure to ${doing}: ${String(failure)}\n`);
  }
}
