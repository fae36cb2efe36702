import { useTyping } from "../connection/chat-hooks.ts";
import { typingWords } from "./typing-words.ts";

/** Who types in the room. The line is always there, so that nothing moves. */
export function TypingLine({ roomId }: { readonly roomId: string }) {
  const typists = useTyping({ id: roomId });
  const words = typingWords(typists.map(({ name }) => name));
  return (
    <div className="flex h-6 items-center gap-2 px-4 text-muted text-xs sm:px-5">
      {words !== "" && (
        <span aria-hidden="true" className="flex gap-0.5">
          {["[animation-delay:0ms]", "[animation-delay:150ms]", "[animation-delay:300ms]"].map((delay) => (
            <span key={delay} className={`size-1.5 animate-dot rounded-full bg-muted ${delay}`} />
          ))}
        </span>
      )}
      <p className="typing min-w-0 truncate">{words}</p>
    </div>
  );
}
