import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import * as z from "zod";

/** How single calls were answered, without a client that would try again by itself. */
export interface Asking {
  readonly answers: readonly Answer[];
  /** What each refused call was answered with in the end, when it was made again under its first id. */
  readonly retried: readonly { readonly first: string; readonly id: string }[];
}

/** How one call was answered; without a code it was acknowledged. */
interface Answer {
  /** By the process's own clock. */
  readonly at: number;
  readonly tookMs: number;
  readonly code: string | undefined;
  readonly retry: boolean;
}

interface Asker {
  readonly url: string;
  readonly token: string;
  readonly roomId: string;
  readonly userId: string;
}

const wire = z.object({ code: z.string(), retry: z.boolean() });
const answer = z.union([
  z.object({ result: z.object({ data: z.object({ id: z.string() }) }) }),
  z.object({ error: z.object({ data: z.object({ dialogue: wire }) }) }),
]);

/** Triggers over HTTP twice a second until `end`, which makes the refused calls again, and answers how all were answered. */
export function askUntil(asker: Asker) {
  const pending: Promise<{ readonly id: string; readonly answer: Answer }>[] = [];
  const ending = new AbortController();

  async function askOnce(id: string) {
    const begun = performance.now();
    const said = await trigger(asker, id);
    const at = performance.now();
    return { id, answer: { at, tookMs: at - begun, code: said.code, retry: said.retry } };
  }

  const asking = (async () => {
    while (!ending.signal.aborted) {
      pending.push(askOnce(randomUUID()));
      await pause(500);
    }
  })();

  return {
    async end(): Promise<Asking> {
      ending.abort();
      await asking;
      const asked = await Promise.all(pending);
      const retried: { first: string; id: string }[] = [];
      for (const { id: first } of asked) retried.push({ first, id: await again(asker, first) });
      return { answers: asked.map(({ answer }) => answer), retried };
    },
  };
}

/** Makes a call as often as it takes. */
async function again(asker: Asker, first: string): Promise<string> {
  for (let tries = 0; tries < 100; tries++) {
    const { code, id } = await trigger(asker, first);
    if (code === undefined) return id ?? "";
    await pause(250);
  }
  return "none";
}

async function trigger({ url, token, roomId, userId }: Asker, id: string) {
  const response = await fetch(`${url}/trpc/trigger`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
    body: JSON.stringify({ roomId, id, event: "message", data: { text: "is anybody there?", senderId: userId } }),
  });
  const said = answer.parse(await response.json());
  if ("result" in said) return { code: undefined, retry: false, id: said.result.data.id };
  return { ...said.error.data.dialogue, id: undefined };
}
