import { CloudOff, RefreshCw, WifiOff } from "lucide-react";
import { useEffect, useState, useSyncExternalStore } from "react";
import { Button } from "../ui/button.tsx";
import { useConnection } from "./chat-hooks.ts";
import { endWords } from "./error-words.ts";

interface BannerProps {
  /** Forgets who this is. */
  readonly leave: () => void;
}

/** Says that the connection is away, and what is done about it; nothing while all is well. */
export function ConnectionBanner({ leave }: BannerProps) {
  const { state, reason } = useConnection();
  return (
    <div role="status" className="banner text-sm" data-state={state}>
      {state === "disconnected" && reason && <Ended words={endWords(reason)} leave={leave} />}
      {state === "connecting" && reason && <Lost />}
    </div>
  );
}

function Ended({ words, leave }: BannerProps & { readonly words: string }) {
  const { connect } = useConnection();
  return (
    <div className="flex gap-3 border-line border-b bg-danger-soft px-4 py-2 text-danger sm:px-5">
      <CloudOff aria-hidden="true" className="mt-1.5 size-4 shrink-0" />
      <div className="flex min-w-0 flex-1 flex-wrap items-center gap-x-3 gap-y-2">
        <p className="min-w-0 flex-1 basis-48 py-1">{words}</p>
        <div className="flex gap-2 pb-0.5">
          <Button kind="quiet" size="small" onClick={connect}>
            Try again
          </Button>
          <Button kind="quiet" size="small" onClick={leave}>
            Sign in anew
          </Button>
        </div>
      </div>
    </div>
  );
}

function Lost() {
  const { connect, nextTryAt } = useConnection();
  const seconds = useSecondsUntil(nextTryAt);
  const isOnline = useIsOnline();
  const Icon = isOnline ? CloudOff : WifiOff;
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-1 border-line border-b bg-warn-soft px-4 py-2 text-warn sm:px-5">
      <Icon aria-hidden="true" className="size-4 shrink-0" />
      <p className="min-w-0 flex-1 basis-48">
        {isOnline ? "The connection is lost." : "This device is offline, so the connection is lost."} Messages wait
        until it is back.
        {/* Counting down aloud would only disturb. */}
        <span aria-hidden="true" className="tabular-nums">
          {seconds > 0 ? ` Trying again in ${seconds} s.` : " Trying…"}
        </span>
      </p>
      <Button kind="quiet" size="small" onClick={connect} disabled={seconds === 0}>
        <RefreshCw aria-hidden="true" className="size-3.5" /> Try now
      </Button>
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

function useIsOnline(): boolean {
  return useSyncExternalStore(watchNetwork, () => navigator.onLine);
}

function watchNetwork(listen: () => void): () => void {
  window.addEventListener("online", listen);
  window.addEventListener("offline", listen);
  return () => {
    window.removeEventListener("online", listen);
    window.removeEventListener("offline", listen);
  };
}
