import type { Log, RoomStore } from "@dialogue/core";
import { beforeAll, describe } from "vitest";
import { belonging } from "./room-store/belonging.ts";
import { consuming } from "./room-store/consuming.ts";
import { keeping } from "./room-store/keeping.ts";

/** The promises of RoomStore as tests. Whoever made the log that `open` answers closes it; it may answer the same one again. */
export function roomStoreContract(name: string, open: () => Promise<Log>): void {
  describe(`RoomStore: ${name}`, () => {
    let log: Log;
    beforeAll(async () => {
      log = await open();
    });
    const rooms = (): RoomStore => log.rooms;
    keeping(rooms);
    belonging(() => log);
    consuming(rooms);
  });
}
