/** Where structured logs go. A pino logger fits as it is. */
export interface Logger {
  debug(facts: object, message: string): void;
  info(facts: object, message: string): void;
  warn(facts: object, message: string): void;
  error(facts: object, message: string): void;
}

/** Told of every failure that nobody is there to receive: what failed, and in doing what. Never throws. */
export type Report = (error: unknown, doing: string) => void;
