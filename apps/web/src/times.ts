const time = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const date = new Intl.DateTimeFormat(undefined, { weekday: "long", day: "numeric", month: "long", year: "numeric" });

/** The time of day. */
export function timeWords(at: number): string {
  return time.format(at);
}

/** The day of a moment, near ones by their name. */
export function dayWords(at: number, now: number): string {
  if (isSameDay(at, new Date(now))) return "Today";
  const yesterday = new Date(now);
  yesterday.setDate(yesterday.getDate() - 1);
  return isSameDay(at, yesterday) ? "Yesterday" : date.format(at);
}

function isSameDay(at: number, day: Date): boolean {
  return new Date(at).toDateString() === day.toDateString();
}
