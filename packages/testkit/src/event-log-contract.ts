import type { EventLog, Log } from "@dialogue/core";
import { beforeAll, describe } from "vitest";
import { appending } from "./event-log/appending.ts";
import { forgetting } from "./event-log/forgetting.ts";
import { heads } from "./event-log/heads.ts";
import { racing } from "./event-log/racing.ts";
import { reading } from "./event-log/reading.ts";
import { storing } from "./event-log/storing.ts";

/** The promises of EventLog as tests. Whoever made the log that `open` answers closes it; it may answer the same one again. */
export function eventLogContract(name: string, open: () => Promise<Log>): void {
  describe(`EventLog: ${name}`, () => {
    let log: Log;
    beforeAll(async () => {
      log = await open();
    });
    const events = (): EventLog => log.events;
    appending(events);
    reading(events);
    storing(events);
    racing(events);
    forgetting(events);
    heads(() => log);
  });
}
