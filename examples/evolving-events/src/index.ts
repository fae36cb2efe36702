import { defineEvent, defineRoom, versions } from "@dialogue/events";
import * as z from "zod";

/** As notes were written first. */
const first = z.object({ body: z.string(), by: z.string() });
const second = z.object({ text: z.string(), author: z.string() });
const third = second.extend({ format: z.enum(["plain", "markdown"]), pinned: z.boolean().default(false) });

/** A note on the board. */
export const Note = defineEvent("note", {
  author: "author",
  schema: versions(first)
    .next(second, ({ body, by }) => ({ text: body, author: by }))
    .next(third, (note) => ({ ...note, format: "plain" })),
});

export const board = defineRoom({ name: "Board", events: [Note], syncHistoryOnJoin: true });
