import { expectTypeOf, test } from "vitest";
import * as z from "zod";
import { type DataOf, defineEvent, type EventDefinition, type InputOf, type WireOf } from "./event.ts";
import { versions } from "./versions.ts";

const first = z.object({ body: z.string(), at: z.coerce.date(), tags: z.array(z.string()), senderId: z.string() });
const second = z.object({ text: z.string(), at: z.coerce.date(), tags: z.array(z.string()), senderId: z.string() });
const third = second.extend({ format: z.enum(["plain", "markdown"]), pinned: z.boolean().default(false) });

const Message = defineEvent("message", {
  author: "senderId",
  schema: versions(first)
    .next(second, ({ body, ...rest }) => ({ ...rest, text: body }))
    .next(third, (old) => ({ ...old, format: "plain" })),
});

test("a definition with versions has the types of its latest", () => {
  expectTypeOf(Message).toEqualTypeOf<EventDefinition<"message", typeof third, "durable">>();
  expectTypeOf<DataOf<typeof Message>["at"]>().toEqualTypeOf<Date>();
  expectTypeOf<WireOf<typeof Message>["format"]>().toEqualTypeOf<"plain" | "markdown">();
  expectTypeOf<InputOf<typeof Message>["pinned"]>().toEqualTypeOf<boolean | undefined>();
});

test("an upcast gets what the log holds, not what the schema made", () => {
  versions(first).next(second, (old) => {
    expectTypeOf(old.at).toEqualTypeOf<string>();
    expectTypeOf(old.tags).toEqualTypeOf<readonly string[]>();
    return { text: old.body, at: new Date(old.at), tags: old.tags, senderId: old.senderId };
  });
  // A default of the next version is its schema's to fill.
  versions(second).next(third, (old) => ({ ...old, format: "markdown" }));
});

test("an upcast that gives what the next version does not take does not compile", () => {
  // @ts-expect-error the body is called text now
  versions(first).next(second, (old) => ({ ...old }));
  // @ts-expect-error there is no such format
  versions(second).next(third, (old) => ({ ...old, format: "html" }));
  // @ts-expect-error the format is missing
  versions(second).next(third, (old) => old);
  // @ts-expect-error an upcast needs nothing that has to be awaited
  versions(first).next(second, async ({ body, ...rest }) => ({ ...rest, text: body }));
});

test("an upcast reads only what the version before had", () => {
  // @ts-expect-error the first version had no text
  versions(first).next(second, (old) => ({ ...old, text: old.text }));
  // @ts-expect-error an upcast of the second version cannot read the first
  versions(second).next(third, (old: { body: string }) => ({ ...old, text: old.body, format: "plain" }));
});

test("no step may be missing", () => {
  // @ts-expect-error a version without the way to it
  versions(first).next(second);
  // @ts-expect-error not a schema
  versions(first).next({ text: "" }, (old) => old);
});

test("author names a field of the latest version", () => {
  const schema = versions(z.object({ by: z.string() })).next(z.object({ senderId: z.string() }), ({ by }) => ({
    senderId: by,
  }));
  defineEvent("ok", { schema, author: "senderId" });
  // @ts-expect-error that was its name once
  defineEvent("bad", { schema, author: "by" });
});
