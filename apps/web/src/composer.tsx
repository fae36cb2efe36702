import { type FormEvent, type KeyboardEvent, useEffect, useId, useRef, useState } from "react";
import type { Conversation } from "./conversation.ts";
import { useValue } from "./use-value.ts";

/** What the Message event allows. */
const longest = 2_000;

/** Where one writes: Enter sends, Shift and Enter begins a line. */
export function Composer({ conversation }: { readonly conversation: Conversation }) {
  const [text, setText] = useState("");
  const phase = useValue(conversation.phase);
  const field = useRef<HTMLTextAreaElement>(null);
  const id = useId();
  const isOpen = phase.kind === "open";
  const left = longest - text.length;

  useEffect(() => {
    if (isOpen && window.matchMedia("(hover: hover)").matches) field.current?.focus();
  }, [isOpen]);

  // A page that is left behind says no more by itself.
  useEffect(() => {
    const { stop } = conversation.typing;
    window.addEventListener("pagehide", stop);
    return () => window.removeEventListener("pagehide", stop);
  }, [conversation]);

  function change(next: string): void {
    setText(next);
    conversation.typing.changed(next);
  }

  function send(event: FormEvent): void {
    event.preventDefault();
    if (text.trim() === "" || !isOpen) return;
    conversation.typing.sent();
    conversation.send(text.trim());
    setText("");
    field.current?.focus();
  }

  function sendOnEnter(event: KeyboardEvent): void {
    // Enter also accepts what an input method proposes.
    if (event.key === "Enter" && !event.shiftKey && !event.nativeEvent.isComposing) send(event);
  }

  return (
    <form className="composer" onSubmit={send}>
      <label htmlFor={id} className="unseen">
        Message
      </label>
      <textarea
        id={id}
        ref={field}
        rows={1}
        value={text}
        maxLength={longest}
        placeholder="Write a message"
        onChange={(event) => change(event.target.value)}
        onKeyDown={sendOnEnter}
        onBlur={() => conversation.typing.stop()}
      />
      {left < 200 && <span className="left">{left} left</span>}
      <button type="submit" disabled={!isOpen || text.trim() === ""}>
        Send
      </button>
    </form>
  );
}
