import { expect, it, vi } from "vitest";
import { reportFloating } from "./floating.ts";

const turn = () => new Promise((resolve) => setImmediate(resolve));

it("reports a rejection that nobody waits for", async () => {
  const reported: unknown[] = [];
  // biome-ignore lint/nursery/noFloatingPromises: that nobody waits for it is what is tested
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

it("reports what is chained to it and left floating, once", async () => {
  const unhandled = vi.fn();
  process.on("unhandledRejection", unhandled);
  const reported: unknown[] = [];
  const refused = () => reportFloating(Promise.reject(new Error("lost")), (error) => reported.push(error));
  void refused().then(() => "never");
  void refused().finally(() => undefined);
  void reportFloating(Promise.resolve(7), (error) => reported.push(error)).then(() => {
    throw new Error("thrown");
  });
  await turn();
  process.off("unhandledRejection", unhandled);
  expect(unhandled).not.toHaveBeenCalled();
  expect(reported.map(String).sort()).toEqual(["Error: lost", "Error: lost", "Error: thrown"]);
  await expect(refused().catch(() => "rescued")).resolves.toBe("rescued");
});
