import { expect, it } from "vitest";
import * as z from "zod";
import * as mini from "zod/mini";
import { Message, Typing } from "./chat.ts";
import { DialogueError } from "./errors.ts";
import { defineEvent } from "./event.ts";
import { parse, toWire } from "./schema.ts";

it("makes an event durable unless it says otherwise, and typing ephemeral", () => {
  const schema = z.object({});
  expect(defineEvent("message", { schema }).delivery).toBe("durable");
  expect(defineEvent("typing", { schema }).delivery).toBe("ephemeral");
  expect(defineEvent("cursor:moved", { schema, delivery: "ephemeral" }).delivery).toBe("ephemeral");
});

it("freezes a definition", () => {
  expect(Object.isFrozen(Message)).toBe(true);
});

it.each(["", "with space", "é", "a".repeat(65)])("refuses the name %j", (name) => {
  expect(() => defineEvent(name, { schema: z.object({}) })).toThrow(DialogueError);
});

it("refuses what is not a schema", () => {
  const schema = { _zod: { input: {}, output: {} } };
  expect(() => defineEvent("message", { schema })).toThrow("cannot define event message");
});

it("takes schemas of zod/mini", async () => {
  const Ping = defineEvent("ping", { schema: mini.object({ n: mini.number() }) });
  await expect(parse(Ping.schema, { n: 1 }, "ping")).resolves.toEqual({ n: 1 });
});

it("runs async refinements and transforms (defect C12)", async () => {
  const schema = z
    .string()
    .refine(async (text) => text !== "taken")
    .transform(async (text) => text.length);
  await expect(parse(schema, "free", "name")).resolves.toBe(4);
  await expect(parse(schema, "taken", "name")).rejects.toMatchObject({ code: "VALIDATION_FAILED" });
});

it("turns what a refinement throws into a refusal with its cause", async () => {
  const schema = z.string().refine(() => {
    throw new Error("lookup failed");
  });
  await expect(parse(schema, "x", "name")).rejects.toMatchObject({
    code: "VALIDATION_FAILED",
    cause: { message: "lookup failed" },
  });
});

it("reports at most five issues, each with its path", async () => {
  const refusal = await parse(z.object({ list: z.array(z.number()) }), { list: Array(50).fill("no") }, "event x").catch(
    (error: unknown) => error,
  );
  expect(refusal).toBeInstanceOf(DialogueError);
  if (!(refusal instanceof DialogueError)) return;
  expect(refusal.issues).toHaveLength(5);
  expect(refusal.issues[0]?.path).toBe("list.0");
});

it("accepts 2000 characters in a message and refuses 2001 and none", async () => {
  const of = (text: string) => parse(Message.schema, { text, senderId: "ada" }, "message");
  await expect(of("a".repeat(2000))).resolves.toBeDefined();
  await expect(of("a".repeat(2001))).rejects.toMatchObject({ code: "VALIDATION_FAILED" });
  await expect(of("")).rejects.toMatchObject({ code: "VALIDATION_FAILED" });
  await expect(parse(Typing.schema, { isTyping: "yes" }, "typing")).rejects.toMatchObject({
    code: "VALIDATION_FAILED",
  });
});

it("gives a Date its wire form, and refuses what JSON cannot carry", () => {
  expect(toWire({ at: new Date(0), gone: undefined }, "event").data).toEqual({ at: "1970-01-01T00:00:00.000Z" });
  expect(() => toWire({ n: 1n }, "event")).toThrow("it has no JSON form");
});
