import { memo } from "react";
import { piecesOf } from "./links.ts";

interface TextProps {
  readonly text: string;
  /** Of its links. */
  readonly tabIndex: number;
}

/** A message's text: never markup, its addresses as links. */
export const MessageText = memo(function MessageText({ text, tabIndex }: TextProps) {
  let at = 0;
  return (
    <p className="text max-w-[72ch] whitespace-pre-wrap [overflow-wrap:anywhere]" dir="auto">
      {piecesOf(text).map((piece) => {
        const key = at;
        at += piece.text.length;
        if (piece.href === undefined) return piece.text;
        return (
          <a
            key={key}
            href={piece.href}
            tabIndex={tabIndex}
            target="_blank"
            rel="noopener noreferrer"
            className="rounded-sm text-accent underline decoration-1 underline-offset-2 hover:decoration-2"
          >
            {piece.text}
          </a>
        );
      })}
    </p>
  );
});
