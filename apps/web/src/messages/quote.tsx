import { CornerUpRight } from "lucide-react";
import type { Quoted } from "../composer/drafts.ts";
import { useQuoted } from "./quotes.ts";

interface QuoteProps {
  readonly roomId: string;
  readonly id: string;
  readonly listed: Quoted | undefined;
  readonly jump: (id: string) => void;
  readonly tabIndex: number;
}

/** What a message answers, and the way there. */
export function Quote({ roomId, id, listed, jump, tabIndex }: QuoteProps) {
  const { quoted, isGone } = useQuoted(roomId, id, listed);
  return (
    <button
      type="button"
      tabIndex={tabIndex}
      onClick={() => jump(id)}
      title="Go to the original"
      className="quote mb-0.5 flex max-w-full items-center gap-1.5 rounded-md border-accent border-l-2 bg-line/50 py-0.5 pr-2 pl-2 text-left text-muted text-sm hover:text-ink"
    >
      <CornerUpRight aria-hidden="true" className="size-3.5 shrink-0" />
      <span className="sr-only">In answer to </span>
      {quoted === undefined ? (
        <span>{isGone ? "a message that is not there any more" : "an earlier message"}</span>
      ) : (
        <span className="min-w-0 truncate">
          <span className="font-semibold text-ink">{quoted.name}</span> {quoted.text}
        </span>
      )}
    </button>
  );
}
