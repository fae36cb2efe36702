export { type BackplanePair, backplaneContract } from "./backplane-contract.ts";
export { appendedEvent, draftFor, freshId, freshRoomId } from "./drafts.ts";
export { eventLogContract } from "./event-log-contract.ts";
export { type PresenceTrial, presenceStoreContract } from "./presence-store-contract.ts";
export { roomStoreContract } from "./room-store-contract.ts";
export { seededRandom } from "./seeded-random.ts";
export { createTestClock, type TestClock } from "./test-clock.ts";
export { createUnrulyBackplane, type Fate, type UnrulyBackplane, type UnrulyNode } from "./unruly-backplane.ts";
export { createUnrulyLog, type Trouble, type UnrulyLog } from "./unruly-log.ts";
