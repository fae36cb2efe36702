/** How events become durable. */
export interface Way {
  /** Resolves when it is durable. */
  append(room: number): Promise<unknown>;
  /** How many events stand. */
  count(): Promise<number>;
  close(): Promise<void>;
}

/** Of a chat message. */
export const text = "x".repeat(100);
