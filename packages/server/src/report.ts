import type { Logger, Report } from "@dialogue/core";

/** Tells the log and the application of a failure that nobody is there to receive. Never throws. */
export function createReport(logger: Logger, onError: Report | undefined): Report {
  return (error, doing) => {
    try {
      logger.error({ err: error }, `cannot ${doing}`);
      onError?.(error, doing);
    } catch (failure) {
      // The way to the application is itself broken: stderr is what is left.
      process.stderr.write(`cannot report a failure to ${doing}: ${String(failure)}\n`);
    }
  };
}
