import { expect, it } from "vitest";
import { createLogger } from "./logger.ts";

function lines(isTerminal: boolean, level = "info") {
  const written: string[] = [];
  const logger = createLogger(level, { write: (line) => void written.push(line) }, isTerminal);
  return { written, logger };
}

it("writes one JSON object a line where a machine reads", () => {
  const { written, logger } = lines(false);
  logger.info({ port: 3000 }, "listening");
  expect(written).toHaveLength(1);
  expect(JSON.parse(written[0] ?? "")).toMatchObject({ level: 30, port: 3000, msg: "listening" });
});

it("writes a short line where a person reads, and a stack where something broke", () => {
  const { written, logger } = lines(true);
  logger.warn({ port: 3000, rooms: ["general"] }, "listening");
  expect(written[0]).toMatch(/^\d\d:\d\d:\d\d warn {2}listening port=3000 rooms=\["general"\]\n$/);
  logger.error({ err: new Error("broken") }, "a request failed");
  expect(written[1]).toMatch(/ error a request failed\nError: broken\n +at /);
});

it("lets nothing that it is told command the terminal", () => {
  const { written, logger } = lines(true);
  logger.info({ path: "/\u001b[2J\nfake line" }, "asked");
  expect(written[0]).toMatch(/^[^\p{Cc}]+\n$/u);
});

it("holds back tokens and what people said", () => {
  const { written, logger } = lines(false);
  logger.info({ token: "t0ken", event: { data: { text: "hello" } }, request: { authorization: "Bearer t0ken" } }, "x");
  expect(written[0]).not.toMatch(/t0ken|hello/);
});

it("is silent below its level", () => {
  const { written, logger } = lines(false, "warn");
  logger.info({}, "chatter");
  expect(written).toEqual([]);
});
