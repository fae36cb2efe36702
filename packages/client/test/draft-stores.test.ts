import "fake-indexeddb/auto";
import { indexedDbDrafts } from "../src/indexed-db-drafts.ts";
import { memoryDrafts } from "../src/memory-drafts.ts";
import { draftStoreContract } from "./draft-store-contract.ts";

draftStoreContract("memory", memoryDrafts(), true);
// Browsers have locks; `apps/e2e` runs two tabs of one.
draftStoreContract("IndexedDB", indexedDbDrafts, "locks" in (globalThis.navigator ?? {}));
