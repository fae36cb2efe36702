import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { DialogueError } from "@dialogue/events";
import type { WorkerReply, WorkerRequest, WorkerStart } from "./worker-protocol.ts";

/** A running worker that holds the database. */
export interface WorkerLink {
  readonly isAlive: boolean;
  /** Rejects with an Error that bears the SQLSTATE as `code`, or with UNAVAILABLE when the worker has ended. */
  call(request: WithoutCall<WorkerRequest>): Promise<unknown>;
  /** Closes the database and ends the worker. */
  close(): Promise<void>;
  /** Ends the worker at once, as a crash would: the database recovers when it is opened again. */
  terminate(): Promise<void>;
}

type WithoutCall<Request> = Request extends WorkerRequest ? Omit<Request, "call"> : never;

interface Waiting {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
}

// Beside `src` in the sources and beside itself in the package: the same path leads from both to the built file.
const workerFile = new URL("../../dist/pglite/pglite-worker.js", import.meta.url);

/** Starts the worker; resolves once the database is open. */
export async function startWorker(start: WorkerStart): Promise<WorkerLink> {
  if (!existsSync(workerFile)) {
    const path = fileURLToPath(workerFile);
    throw new DialogueError(
      "INTERNAL",
      `cannot start the embedded database: ${path} is missing, build the package first`,
    );
  }
  const link = linkTo(new Worker(workerFile, { workerData: start, execArgv: [] }));
  await link.opened;
  return link;
}

function linkTo(worker: Worker): WorkerLink & { readonly opened: Promise<unknown> } {
  const waiting = new Map<number, Waiting>();
  let calls = 0;
  let isAlive = true;

  function end(why: string, cause?: unknown): void {
    isAlive = false;
    const error = new DialogueError("UNAVAILABLE", `cannot reach the embedded database: ${why}`, { cause });
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  }

  function expectReply(call: number): Promise<unknown> {
    // While somebody waits, the worker keeps the process alive; an idle one does not.
    worker.ref();
    return new Promise((resolve, reject) => waiting.set(call, { resolve, reject }));
  }

  worker.on("message", (reply: WorkerReply) => {
    const waiter = waiting.get(reply.call);
    waiting.delete(reply.call);
    if (waiting.size === 0) worker.unref();
    if ("result" in reply) waiter?.resolve(reply.result);
    else waiter?.reject(Object.assign(new Error(reply.failure.message), { code: reply.failure.code }));
  });
  worker.on("error", (error) => end("its thread failed", error));
  worker.on("exit", () => end("its thread has ended"));

  const call: WorkerLink["call"] = (request) => {
    if (!isAlive)
      return Promise.reject(new DialogueError("UNAVAILABLE", "cannot reach the embedded database: it is closed"));
    const reply = expectReply(++calls);
    worker.postMessage({ ...request, call: calls });
    return reply;
  };

  return {
    get isAlive() {
      return isAlive;
    },
    opened: expectReply(0),
    call,
    async close() {
      if (!isAlive) return;
      await call({ kind: "close" });
      await worker.terminate();
    },
    async terminate() {
      await worker.terminate();
    },
  };
}
