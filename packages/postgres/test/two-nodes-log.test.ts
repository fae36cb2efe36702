import type { Log } from "@dialogue/core";
import { eventLogContract } from "@dialogue/testkit";
import { afterAll, describe, test } from "vitest";
import { openLog } from "../src/index.ts";
import { openTestDatabase } from "./support/test-database.ts";

const database = await openTestDatabase();

if ("missing" in database) {
  describe("two nodes on one PostgreSQL", () => test.skip(database.missing));
} else {
  const { url, close } = database;
  const nodes = Promise.all([openLog({ url }), openLog({ url })]);
  afterAll(async () => {
    for (const node of await nodes) await node.close();
    await close();
  });
  eventLogContract("two nodes on one PostgreSQL", async () => inTurn(await nodes));
}

/** One log that appends through either node in turn: a node by itself never lets two appends of a room race. */
function inTurn([one, other]: readonly [Log, Log]): Log {
  let turn = 0;
  return {
    ...one,
    events: {
      ...one.events,
      append: (drafts) => (turn++ % 2 === 0 ? one : other).events.append(drafts),
    },
  };
}
