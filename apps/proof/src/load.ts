import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { Plan, Progress, Said, Told } from "./plan.ts";

/** The clients, in a process of their own. */
export interface Load {
  readonly progress: Progress;
  /** Sends no more, and resolves with the clients' own errors when all is answered and read. Rejects when the process died. */
  rest(): Promise<readonly string[]>;
  end(): void;
}

const program = fileURLToPath(new URL("../dist/load-process.js", import.meta.url));

/** Resolves when everyone is in their room. */
export async function startLoad(plan: Plan): Promise<Load> {
  const child = fork(program, [JSON.stringify(plan)], { stdio: ["ignore", "ignore", "pipe", "ipc"], execArgv: [] });
  let complaint = "";
  child.stderr?.on("data", (chunk) => {
    complaint += String(chunk);
  });
  const kill = (): void => void child.kill("SIGKILL");
  process.once("exit", kill);
  const ended = once(child, "exit");
  const died = async (): Promise<never> => {
    const [code] = await ended;
    throw new Error(`the clients' process ended with ${code}: ${complaint.trim()}`);
  };

  let progress: Progress = { acked: 0, reads: 0, connected: 0 };
  const rested = new Promise<readonly string[]>((resolve) => {
    child.on("message", (said: Said) => {
      if (said.type === "progress") progress = said;
      if (said.type === "rested") resolve(said.errors);
    });
  });
  const ready = new Promise<void>((resolve) => {
    child.on("message", (said: Said) => said.type === "ready" && resolve());
  });
  await Promise.race([ready, died()]);
  return {
    get progress() {
      return progress;
    },
    rest() {
      const told: Told = "rest";
      child.send(told);
      return Promise.race([rested, died()]);
    },
    end() {
      process.off("exit", kill);
      kill();
    },
  };
}
