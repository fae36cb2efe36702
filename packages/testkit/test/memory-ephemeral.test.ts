import { memoryBackplane, memoryPresenceStore } from "@dialogue/core";
import { backplaneContract, createTestClock, presenceStoreContract } from "../src/index.ts";

backplaneContract("memory", async () => {
  const here = memoryBackplane();
  return { here, there: here.node() };
});

presenceStoreContract("memory", async () => {
  const clock = createTestClock();
  return { store: memoryPresenceStore({ clock }), pass: (ms) => clock.advance(ms) };
});
