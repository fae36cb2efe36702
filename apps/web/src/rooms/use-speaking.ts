import { DialogueError } from "@dialogue/events";
import { type RefObject, useCallback, useMemo, useState } from "react";
import { useChat } from "../chat-context.ts";
import type { Quoted } from "../composer/drafts.ts";
import { useTrigger } from "../connection/chat-hooks.ts";
import type { MessageActions } from "../messages/message-row.tsx";
import type { RoomMessages } from "../messages/room-messages.ts";
import { toast } from "../ui/toast-queue.ts";

/** What one can say in a room, and do with what was said. */
export function useSpeaking(roomId: string, list: RoomMessages, field: RefObject<HTMLTextAreaElement | null>) {
  const { me, drafts } = useChat();
  const trigger = useTrigger({ id: roomId });
  const [reply, setReply] = useState<Quoted | undefined>(() => drafts.current()[roomId]?.reply);
  const [target, setTarget] = useState<{ readonly id: string } | undefined>(undefined);
  const { loadAround, retry, discard } = list;
  const forgetReply = useCallback(() => setReply(undefined), []);

  function send(text: string): void {
    const data = { text, senderId: me.id };
    trigger("message", reply === undefined ? data : { ...data, replyTo: reply.id }).catch(refused);
    setReply(undefined);
  }

  const actions: MessageActions = useMemo(
    () => ({
      reply({ key, name, text }) {
        setReply({ id: key, name, text });
        field.current?.focus();
      },
      copy({ text }) {
        navigator.clipboard.writeText(text).then(
          () => toast.done("Copied."),
          () => toast.refusal("The text was not copied.", "The browser did not allow it. Mark the text and copy it."),
        );
      },
      async jump(id) {
        if (await loadAround(id)) return setTarget({ id });
        toast.refusal(
          "The original was not found.",
          "It may be gone. If the connection is lost, try again when it is back.",
        );
      },
      retry,
      discard,
    }),
    [field, loadAround, retry, discard],
  );

  return { actions, send, reply, forgetReply, target };
}

/** The message itself says that it was not sent; what is for the next ones too is said once more. */
function refused(error: unknown): void {
  if (error instanceof DialogueError && error.code === "RATE_LIMITED")
    toast.refusal("That was too fast.", "Wait a few seconds, then press “Try again” on the message.");
}
