import { useSyncExternalStore } from "react";
import type { Value } from "./value.ts";

/** What the value holds now; draws again when that changes. */
export function useValue<T>(value: Value<T>): T {
  return useSyncExternalStore(value.subscribe, value.current);
}
