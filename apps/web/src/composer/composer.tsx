import { SendHorizontal, X } from "lucide-react";
import { type FormEvent, type KeyboardEvent, type RefObject, useEffect, useId, useState } from "react";
import { useChat } from "../chat-context.ts";
import { Button } from "../ui/button.tsx";
import { keepDraft, type Quoted } from "./drafts.ts";
import { useTypingNotice } from "./use-typing-notice.ts";

/** What the Message event allows. */
const longest = 2_000;

interface ComposerProps {
  readonly roomId: string;
  readonly roomName: string;
  readonly field: RefObject<HTMLTextAreaElement | null>;
  readonly isOpen: boolean;
  /** The message that is answered. */
  readonly reply: Quoted | undefined;
  readonly forgetReply: () => void;
  readonly send: (text: string) => void;
}

/** Where one writes: Enter sends, Shift and Enter begins a line. What is not sent is kept for the room. */
export function Composer({ roomId, roomName, field, isOpen, reply, forgetReply, send }: ComposerProps) {
  const { drafts } = useChat();
  const [text, setText] = useState(() => drafts.current()[roomId]?.text ?? "");
  const typing = useTypingNotice(roomId);
  const id = useId();
  const left = longest - text.length;

  useEffect(() => {
    if (isOpen && window.matchMedia("(hover: hover)").matches) field.current?.focus();
  }, [isOpen, field]);

  useEffect(() => {
    keepDraft(drafts, roomId, reply === undefined ? { text } : { text, reply });
  }, [drafts, roomId, text, reply]);

  function change(next: string): void {
    setText(next);
    typing.changed(next);
  }

  function submit(event: FormEvent): void {
    event.preventDefault();
    if (text.trim() === "" || !isOpen) return;
    typing.sent();
    send(text.trim());
    setText("");
    field.current?.focus();
  }

  function press(event: KeyboardEvent): void {
    if (event.key === "Escape" && reply !== undefined) forgetReply();
    // Enter also accepts what an input method proposes.
    if (event.key === "Enter" && !event.shiftKey && !event.nativeEvent.isComposing) submit(event);
  }

  return (
    <form className="composer shrink-0 px-3 pb-3 sm:px-5 sm:pb-4" onSubmit={submit}>
      <div className="rounded-xl border border-edge bg-raised shadow-xs focus-within:border-accent focus-within:ring-1 focus-within:ring-accent/60">
        {reply && <ReplyBar reply={reply} forget={forgetReply} />}
        <div className="flex items-end gap-2 p-1.5 pl-3.5">
          <label htmlFor={id} className="sr-only">
            Message
          </label>
          <textarea
            id={id}
            ref={field}
            rows={1}
            value={text}
            maxLength={longest}
            placeholder={`Write to ${roomName}`}
            onChange={(event) => change(event.target.value)}
            onKeyDown={press}
            onBlur={() => typing.stop()}
            className="field-sizing-content max-h-[40dvh] min-w-0 flex-1 resize-none self-center bg-transparent py-1 outline-none"
          />
          {left < 200 && (
            <span className="left self-center whitespace-nowrap text-muted text-xs tabular-nums">{left} left</span>
          )}
          <Button
            kind="primary"
            size="icon"
            type="submit"
            aria-label="Send"
            title="Send (Enter)"
            disabled={!isOpen || text.trim() === ""}
          >
            <SendHorizontal aria-hidden="true" className="size-4.5" />
          </Button>
        </div>
      </div>
    </form>
  );
}

function ReplyBar({ reply, forget }: { readonly reply: Quoted; readonly forget: () => void }) {
  return (
    <div className="reply-bar flex items-center gap-2 border-line border-b py-1 pr-1.5 pl-3.5 text-sm">
      <p className="min-w-0 flex-1 truncate text-muted">
        Replying to <span className="font-medium text-ink">{reply.name}</span>: {reply.text}
      </p>
      <Button kind="ghost" size="tiny" aria-label="Do not reply" onClick={forget}>
        <X aria-hidden="true" className="size-4" />
      </Button>
    </div>
  );
}
