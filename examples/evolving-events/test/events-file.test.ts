import { checkEvents } from "@dialogue/testkit/events";
import { test } from "vitest";
import * as events from "../src/index.ts";

test("what is stored and what open pages trigger still fits the events", async () => {
  await checkEvents({ file: new URL("../dialogue-events.json", import.meta.url) }, events);
});
