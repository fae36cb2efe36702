const time = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const date = new Intl.DateTimeFormat(undefined, { weekday: "long", day: "numeric", month: "long", year: "numeric" });

/** The time of day. */
export function timeWords(at: number): string {
  return time.format(at);
}

/** The time of day as short as it can be: what stands above says whether it is morning. */
export function shortTimeWords(at: number): string {
  const parts = time.formatToParts(at).filter(({ type }) => type !== "dayPeriod");
  return parts
    .map(({ value }) => value)
    .join("")
    .trim();
}

/** The whole of a moment. */
export function dateAndTimeWords(at: number): string {
  return `${date.format(at)}, ${time.format(at)}`;
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
