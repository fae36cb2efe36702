import type { Logger } from "pino";

/** What ends a process: signals, and the way out. */
export interface ProcessEnds {
  on(event: "SIGINT" | "SIGTERM", callback: () => void): unknown;
  exit(code: number): void;
}

/**
 * On the first SIGINT or SIGTERM runs `stop` and exits with 0, or with 1 when it failed or took longer than `boundMs`.
 * A second signal exits with 1 at once.
 */
export function stopOnSignals(ends: ProcessEnds, stop: () => Promise<void>, logger: Logger, boundMs = 10_000): void {
  let isStopping = false;

  async function shutDown(signal: string): Promise<void> {
    if (isStopping) return ends.exit(1);
    isStopping = true;
    logger.info({ signal }, "stopping");
    setTimeout(() => {
      logger.error({ boundMs }, "stopping took too long");
      ends.exit(1);
    }, boundMs).unref();
    try {
      await stop();
      logger.info({}, "stopped");
      ends.exit(0);
    } catch (error) {
      logger.error({ err: error }, "stopping failed");
      ends.exit(1);
    }
  }

  for (const signal of ["SIGINT", "SIGTERM"] as const) ends.on(signal, () => void shutDown(signal));
}
