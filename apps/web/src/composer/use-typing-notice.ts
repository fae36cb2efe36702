import { useEffect, useMemo } from "react";
import { useTrigger } from "../connection/chat-hooks.ts";
import { toast } from "../ui/toast-queue.ts";
import { createTypingNotice, type TypingNotice } from "./typing-notice.ts";

/** Tells a room that one types there. */
export function useTypingNotice(roomId: string): TypingNotice {
  const trigger = useTrigger({ id: roomId });
  const notice = useMemo(
    () =>
      createTypingNotice({
        tell: (isTyping) => void trigger("typing", { isTyping }).catch(toast.failure),
        elapsed: () => performance.now(),
        after(ms, callback) {
          const timer = setTimeout(callback, ms);
          return () => clearTimeout(timer);
        },
      }),
    [trigger],
  );

  // A page, or a room, that is left behind says no more by itself.
  useEffect(() => {
    window.addEventListener("pagehide", notice.stop);
    return () => {
      window.removeEventListener("pagehide", notice.stop);
      notice.stop();
    };
  }, [notice]);
  return notice;
}
