import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

/** A journal that a process of its own keeps, so that no kill of a client or a server takes a line with it. */
export interface Journal {
  /** The file: one line of JSON for each entry, only ever appended to. */
  readonly file: string;
  /** Where `connectJournal` finds the process, on this machine. */
  readonly port: number;
  /** Ends the process; every line that was flushed is in the file. */
  close(): Promise<void>;
}

/** The program runs from what the build made, also where this file is run from its source. */
const program = fileURLToPath(new URL("../../dist/proof/journal-process.js", import.meta.url));

/** Starts the process that appends to a file, which is made where it is missing. Rejects when it cannot be written. */
export async function startJournal(file: string): Promise<Journal> {
  const child = fork(program, [file], { stdio: ["ignore", "ignore", "pipe", "ipc"], execArgv: [] });
  let complaint = "";
  child.stderr?.on("data", (chunk) => {
    complaint += String(chunk);
  });
  const ended = once(child, "exit");
  const port = await new Promise<number>((resolve, reject) => {
    child.once("message", (message) => resolve(Number(message)));
    child.once("close", () => reject(new Error(`cannot keep a journal in ${file}: ${complaint.trim()}`)));
  });
  const kill = (): void => void child.kill("SIGKILL");
  process.once("exit", kill);
  return {
    file,
    port,
    async close() {
      process.off("exit", kill);
      if (child.connected) child.disconnect();
      await ended;
    },
  };
}
