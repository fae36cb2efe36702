/** The order of strings by their UTF-16 units: the same everywhere, which a database's collation is not. */
export function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
