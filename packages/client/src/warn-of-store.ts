/** Says why drafts are not kept beyond this page; the sending goes on without. */
export function warnOfStore(error: unknown): void {
  // biome-ignore lint/suspicious/noConsole: nothing that was asked for has failed
  console.warn("Dialogue keeps what waits to be sent until this page is closed, and no longer:", error);
}
