import { useEffect, useState } from "react";
import type { Conversation } from "./conversation.ts";
import { useValue } from "./use-value.ts";

interface BannerProps {
  readonly conversation: Conversation;
  readonly leave: () => void;
}

/** Says that the connection is away, and what is done about it; nothing while all is well. */
export function ConnectionBanner({ conversation, leave }: BannerProps) {
  const phase = useValue(conversation.phase);
  const { state, nextTryAt } = useValue(conversation.connection);
  const seconds = useSecondsUntil(state === "connecting" ? nextTryAt : undefined);

  return (
    <div role="status" className="banner" data-state={phase.kind === "failed" ? "failed" : state}>
      {phase.kind === "failed" && (
        <p>
          {phase.words}{" "}
          <button type="button" className="small" onClick={() => window.location.reload()}>
            Try again
          </button>{" "}
          <button type="button" className="plain small" onClick={leave}>
            Sign in anew
          </button>
        </p>
      )}
      {phase.kind === "open" && state === "connecting" && (
        <p>
          The connection is lost. Messages wait until it is back.
          {/* Counting down aloud would only disturb. */}
          <span aria-hidden="true"> {seconds > 0 ? `Trying again in ${seconds} s.` : "Trying…"}</span>
        </p>
      )}
    </div>
  );
}

/** Whole seconds until a moment, counting down. */
function useSecondsUntil(at: number | undefined): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    if (at === undefined) return;
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), 500);
    return () => clearInterval(timer);
  }, [at]);
  return at === undefined ? 0 : Math.max(0, Math.ceil((at - now) / 1000));
}
