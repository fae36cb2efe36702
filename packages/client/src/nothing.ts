/** Stands where there is nothing to do. */
export function nothing(): void {
  // On purpose.
}
