import { nothing } from "./nothing.ts";

/** Calls back when a browser's network returns and when its page is looked at again. Answers how to stop. */
export function wakeWithPage(wake: () => void): () => void {
  if (typeof window === "undefined" || typeof document === "undefined") return nothing;
  const seen = (): void => {
    if (document.visibilityState === "visible") wake();
  };
  window.addEventListener("online", wake);
  document.addEventListener("visibilitychange", seen);
  return () => {
    window.removeEventListener("online", wake);
    document.removeEventListener("visibilitychange", seen);
  };
}
