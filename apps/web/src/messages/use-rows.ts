import { useMemo, useRef } from "react";
import type { Quoted } from "../composer/drafts.ts";
import { quotesIn } from "./quotes.ts";
import { type ChatEvent, keptRows, type Reader, type Row, rowsOf } from "./rows.ts";

/** The rows of a list, each the same object for as long as it shows the same. */
export function useRows(events: readonly ChatEvent[], reader: Reader): readonly Row[] {
  const before = useRef<readonly Row[]>([]);
  return useMemo(() => {
    before.current = keptRows(before.current, rowsOf(events, reader));
    return before.current;
  }, [events, reader]);
}

/** What can be quoted from the rows. */
export function useQuotes(rows: readonly Row[]): ReadonlyMap<string, Quoted> {
  const before = useRef<ReadonlyMap<string, Quoted>>(new Map());
  return useMemo(() => {
    before.current = quotesIn(rows, before.current);
    return before.current;
  }, [rows]);
}
