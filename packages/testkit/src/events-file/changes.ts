import { differences } from "./differences.ts";
import type { EventRecord, EventsRecord, VersionRecord } from "./record.ts";

/** What has become of one event. */
export interface Change {
  readonly event: string;
  /**
   * breaking: what is stored is not of today's type, or what a page triggers that was loaded before the deploy is refused.
   * warning: such a page gets what its own types do not know; no version keeps it from that.
   * harmless: neither.
   */
  readonly kind: "breaking" | "warning" | "harmless";
  /** One sentence. */
  readonly what: string;
  /** What to do about it. */
  readonly remedy?: string;
}

type Told = Omit<Change, "event">;

const addVersion =
  "keep the schema that was and add the new one as the next version: versions(old).next(new, (data) => …)";
const keepVersion = "leave it as it was, and put what is new into another version";
const another = "define it under another name, and keep this one for what is stored";
const keepDefinition =
  "keep the definition while a log holds such events (history: { limit: 0 } empties them); then take it out of the file";
const twoSteps = "let open pages cope with it first: deploy clients that do, and only then this";

/** What has changed between two records of an application's events, and whom it harms. */
export function changesBetween(kept: EventsRecord, now: EventsRecord): readonly Change[] {
  const names = [...new Set([...Object.keys(kept), ...Object.keys(now)])].sort();
  return names.flatMap((event) => changesOf(kept[event], now[event]).map((told) => ({ event, ...told })));
}

function changesOf(kept: EventRecord | undefined, now: EventRecord | undefined): readonly Told[] {
  if (!kept) return [{ kind: "harmless", what: "is new" }];
  if (!now) return [{ kind: "breaking", what: "is gone: what is stored of it has no type", remedy: keepDefinition }];
  if (isSame(kept, now)) return [];
  const found = [...deliveryChanges(kept, now), ...authorChanges(kept, now), ...versionChanges(kept, now)];
  const isQuiet = found.length === 0;
  return isQuiet ? [{ kind: "harmless", what: "has changed, and whatever fitted it fits it still" }] : found;
}

function deliveryChanges(kept: EventRecord, now: EventRecord): readonly Told[] {
  if (kept.delivery === now.delivery) return [];
  return [{ kind: "breaking", what: `was ${kept.delivery} and is ${now.delivery}`, remedy: another }];
}

function authorChanges(kept: EventRecord, now: EventRecord): readonly Told[] {
  if (kept.author === now.author) return [];
  if (now.author === undefined) return [{ kind: "harmless", what: `anyone may write into data.${kept.author} now` }];
  const what = `data.${now.author} must be who triggers it`;
  if (now.versions.length > kept.versions.length) return [{ kind: "harmless", what }];
  return [{ kind: "breaking", what: `${what}: what open pages trigger may be refused`, remedy: addVersion }];
}

function versionChanges(kept: EventRecord, now: EventRecord): readonly Told[] {
  const added = now.versions.length - kept.versions.length;
  const found = kept.versions.flatMap((version, at) => pastChanges(version, now, at, at === now.versions.length - 1));
  if (added > 0) found.push({ kind: "harmless", what: `version ${now.versions.length} is new` });
  return [...found, ...pageChanges(kept, now)];
}

function pastChanges(version: VersionRecord, now: EventRecord, at: number, isToday: boolean): Told[] {
  const number = at + 1;
  const today = now.versions[at];
  const gone = {
    kind: "breaking",
    what: `version ${number} is gone: what is stored of it is newer than the definition`,
  };
  if (!today) return [{ ...gone, kind: "breaking", remedy: "put it back" }];
  const remedy = isToday ? addVersion : keepVersion;
  const stored = now.delivery === "ephemeral" ? [] : differences(version.output, today.output, "refused");
  const triggered = differences(version.input, today.input, "dropped");
  return [
    ...stored.map((why): Told => ({ kind: "breaking", what: `what is stored of version ${number}: ${why}`, remedy })),
    ...triggered.map((why): Told => ({ kind: "breaking", what: `what open pages trigger: ${why}`, remedy })),
  ];
}

/** Whether a page that was loaded before the deploy knows what it gets. */
function pageChanges(kept: EventRecord, now: EventRecord): readonly Told[] {
  const [before, after] = [kept.versions.at(-1), now.versions.at(-1)];
  if (!before || !after) return [];
  const unknown = differences(after.output, before.output, "ignored");
  return unknown.map((why) => ({ kind: "warning", what: `what open pages get: ${why}`, remedy: twoSteps }));
}

function isSame(a: EventRecord, b: EventRecord): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
