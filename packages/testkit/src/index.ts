export { eventLogContract } from "./event-log-contract.ts";
export { roomStoreContract } from "./room-store-contract.ts";
export { createTestClock, type TestClock } from "./test-clock.ts";
