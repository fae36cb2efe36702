import { once } from "node:events";
import { connect } from "node:net";
import type { JournalEntry } from "./journal-entry.ts";

/** A way to note entries down in a journal, in order. */
export interface JournalWriter {
  /** Throws once the journal is known to be gone. What was written stands in the file once this turn is over, whatever becomes of this process then. */
  write(entry: JournalEntry): void;
  /** Resolves when all that was written stands in the file. Rejects when the journal is gone. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

/** Connects to a journal of this machine by the port that `startJournal` answered. */
export async function connectJournal(port: number): Promise<JournalWriter> {
  const socket = connect({ port, host: "127.0.0.1", noDelay: true });
  await once(socket, "connect");
  const asked: { readonly resolve: () => void; readonly reject: (error: Error) => void }[] = [];
  let failure: Error | undefined;
  socket.on("data", (answer) => {
    for (const { resolve } of asked.splice(0, answer.length)) resolve();
  });
  socket.on("error", (error) => {
    failure = error;
  });
  socket.on("close", () => {
    failure ??= new Error("the journal was closed");
    for (const { reject } of asked.splice(0)) reject(failure);
  });

  async function flush(): Promise<void> {
    if (failure) throw failure;
    await new Promise<void>((resolve, reject) => {
      asked.push({ resolve, reject });
      socket.write("\n");
    });
  }

  return {
    write(entry) {
      if (failure) throw failure;
      // What is written in one turn leaves in one packet: a thousand readers write a great deal.
      if (socket.writableCorked === 0) {
        socket.cork();
        process.nextTick(() => socket.uncork());
      }
      socket.write(`${JSON.stringify(entry)}\n`);
    },
    flush,
    async close() {
      await flush();
      const closed = once(socket, "close");
      socket.end();
      await closed;
    },
  };
}
