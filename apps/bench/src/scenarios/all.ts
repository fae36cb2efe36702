import type { Scenario, Size } from "../scenario.ts";
import { fanOut } from "./fan-out.ts";
import { growth } from "./growth.ts";
import { idleMemory } from "./idle-memory.ts";

/** Everything there is to measure. */
export function allScenarios(size: Size, rounds: number): Scenario[] {
  return [...fanOut(size, rounds), ...growth(size, rounds), ...idleMemory(size, rounds)];
}
