export { checkHistory, type History } from "./proof/check-history.ts";
export { type Fault, type FaultType, faultTypes } from "./proof/fault.ts";
export { type Journal, startJournal } from "./proof/journal.ts";
export { entryOfFrame, type JournalEntry, type JournalLine, type SeenEvent } from "./proof/journal-entry.ts";
export { connectJournal, type JournalWriter } from "./proof/journal-writer.ts";
export { createProxy, type TcpProxy } from "./proof/proxy.ts";
export { readJournal } from "./proof/read-journal.ts";
export type { RoomLog } from "./proof/room-log.ts";
export { describeVerdict, type Verdict } from "./proof/verdict.ts";
