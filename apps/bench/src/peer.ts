import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";

/** What a process can be asked to do, by name. */
export type Calls = Readonly<Record<string, (...input: never[]) => unknown>>;

/** A process of this program, as the one that started it sees it. */
export interface Peer<Asked extends Calls> {
  readonly pid: number;
  /** Rejects with what the call threw, when the process ends, or when no answer comes in four minutes. */
  call<Name extends keyof Asked & string>(
    name: Name,
    ...input: Parameters<Asked[Name]>
  ): Promise<Awaited<ReturnType<Asked[Name]>>>;
  /** Ends it, and waits until it has. */
  end(): Promise<void>;
}

type Question = { readonly id: number; readonly name: string; readonly input: readonly unknown[] };
type Answer = { readonly id: number; readonly output?: unknown; readonly error?: string };

interface Waiting {
  readonly resolve: (output: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** None outlives this process, not even one that is stopped. */
const running = new Set<ChildProcess>();
process.on("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});

const patienceMs = 240_000;
const farewellMs = 10_000;

/** Answers calls in this process, which ends with the one that asks. */
export function serve(calls: Calls): void {
  process.on("message", async ({ id, name, input }: Question) => {
    const answer = await Promise.resolve(calls[name]?.(...(input as never[]))).then(
      (output): Answer => ({ id, output }),
      (error: unknown): Answer => ({ id, error: error instanceof Error ? error.message : String(error) }),
    );
    process.send?.(answer);
  });
  process.on("disconnect", () => process.exit(0));
}

/** Starts a file of this program as a process of its own. */
export function startPeer<Asked extends Calls>(file: string, execArgv: readonly string[] = []): Peer<Asked> {
  const child = fork(new URL(file, import.meta.url), {
    execArgv: [...execArgv],
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  running.add(child);
  const waiting = new Map<number, Waiting>();
  let last = 0;
  child.on("message", ({ id, output, error }: Answer) => {
    const asked = waiting.get(id);
    waiting.delete(id);
    if (error === undefined) asked?.resolve(output);
    else asked?.reject(new Error(error));
  });
  child.on("exit", (code, signal) => {
    running.delete(child);
    for (const { reject } of waiting.values()) reject(new Error(`${file} ended with ${signal ?? code}`));
    waiting.clear();
  });
  return {
    pid: child.pid ?? 0,
    call(name, ...input) {
      const id = ++last;
      return new Promise((resolve, reject) => {
        const timer = setTimeout(
          () => reject(new Error(`no answer to "${name}" in ${patienceMs / 60_000} minutes`)),
          patienceMs,
        );
        const settled =
          <Value>(settle: (value: Value) => void) =>
          (value: Value) => {
            clearTimeout(timer);
            settle(value);
          };
        // What a process of this program answers is what its types say.
        waiting.set(id, { resolve: settled(resolve as (output: unknown) => void), reject: settled(reject) });
        child.send({ id, name, input } satisfies Question, (error) => error && waiting.get(id)?.reject(error));
      });
    },
    end: () => end(child),
  };
}

/** Gently, so that a profile is written; a stopped or hung process by force. */
async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  const timer = setTimeout(() => child.kill("SIGKILL"), farewellMs);
  if (child.connected) child.disconnect();
  await ended;
  clearTimeout(timer);
}
