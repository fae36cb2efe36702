import { afterEach, expect, test, vi } from "vitest";
import * as z from "zod";
import { newId } from "../src/new-id.ts";

afterEach(() => vi.unstubAllGlobals());

test("an id is a UUID, also where crypto.randomUUID is missing", () => {
  const { crypto } = globalThis;
  const ids = [newId()];
  vi.stubGlobal("crypto", { getRandomValues: (bytes: Uint8Array<ArrayBuffer>) => crypto.getRandomValues(bytes) });
  for (let n = 0; n < 100; n++) ids.push(newId());
  for (const id of ids) expect(z.uuidv4().safeParse(id).success).toBe(true);
  expect(new Set(ids).size).toBe(ids.length);
});
