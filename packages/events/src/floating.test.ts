import { expect, it } from "vitest";
import { reportFloating } from "./floating.ts";

const turn = () => new Promise((resolve) => setImmediate(resolve));

it("reports a rejection that nobody waits for", async () => {
  const reported: unknown[] = [];
  reportFloating(Promise.reject(new Error("lost")), (error) => reported.push(error));
  await turn();
  expect(reported).toEqual([new Error("lost")]);
});

it("leaves a rejection to whoever awaits it", async () => {
  const reported: unknown[] = [];
  const promise = reportFloating(Promise.reject(new Error("seen")), (error) => reported.push(error));
  await expect(promise).rejects.toThrow("seen");
  expect(reported).toEqual([]);
});

it("answers what the work answers", async () => {
  await expect(reportFloating(Promise.resolve(7), () => undefined)).resolves.toBe(7);
});
