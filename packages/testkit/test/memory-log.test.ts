import { memoryLog } from "@dialogue/core";
import { createTestClock, eventLogContract, roomStoreContract } from "../src/index.ts";

const open = async () => memoryLog({ clock: createTestClock(), random: Math.random });

eventLogContract("memory", open);
roomStoreContract("memory", open);
