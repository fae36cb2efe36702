import type { PublicUser } from "@dialogue/events";
import { createContext, useContext } from "react";
import type { Drafts } from "./composer/drafts.ts";
import type { EnteredRooms } from "./rooms/entered-rooms.ts";
import type { ReadMarks } from "./rooms/read-marks.ts";

/** What every part of the page may need to know of who uses it. */
export interface ChatFacts {
  readonly me: PublicUser;
  readonly drafts: Drafts;
  readonly entered: EnteredRooms;
  readonly marks: ReadMarks;
}

export const ChatContext = createContext<ChatFacts | undefined>(undefined);

/** The facts of the chat that this is part of. */
export function useChat(): ChatFacts {
  const facts = useContext(ChatContext);
  if (!facts) throw new Error("cannot use a chat: there is none above");
  return facts;
}
