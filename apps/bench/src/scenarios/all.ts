import type { Scenario, Size } from "../scenario.ts";
import { bundle } from "./bundle.ts";
import { durable } from "./durable.ts";
import { fanOut } from "./fan-out.ts";
import { growth } from "./growth.ts";
import { idleMemory } from "./idle-memory.ts";
import { latency } from "./latency.ts";
import { resume } from "./resume.ts";
import { slowReaders } from "./slow-readers.ts";
import { typeCheck } from "./type-check.ts";

/** Everything there is to measure. */
export function allScenarios(size: Size, rounds: number): Scenario[] {
  return [
    ...fanOut(size, rounds),
    ...growth(size, rounds),
    ...idleMemory(size, rounds),
    ...durable(size, rounds),
    ...latency(size, rounds),
    ...resume(size, rounds),
    ...slowReaders(size),
    ...bundle(),
    ...typeCheck(size, rounds),
  ];
}
