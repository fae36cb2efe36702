import { useId, useState } from "react";
import { Composer } from "./composer.tsx";
import { ConnectionBanner } from "./connection-banner.tsx";
import type { Conversation } from "./conversation.ts";
import { MessageList } from "./message-list.tsx";
import { typingWords } from "./typing-words.ts";
import { useValue } from "./use-value.ts";

interface ChatRoomProps {
  readonly conversation: Conversation;
  readonly rename: () => void;
  /** Forgets who this is. */
  readonly leave: () => void;
}

/** The room: who is here, what was said, and a place to say something. */
export function ChatRoom({ conversation, rename, leave }: ChatRoomProps) {
  const [arePeopleShown, setPeopleShown] = useState(false);
  const { state } = useValue(conversation.connection);
  const people = useValue(conversation.people);
  const typists = useValue(conversation.typists);
  const peopleId = useId();

  return (
    <div className="chat">
      <header>
        <h1>General</h1>
        <button
          type="button"
          className="plain people-button"
          aria-expanded={arePeopleShown}
          aria-controls={peopleId}
          onClick={() => setPeopleShown(!arePeopleShown)}
        >
          {state === "connected" ? `${people.length} online` : "Offline"}
        </button>
        <button type="button" className="plain me" onClick={rename} title="Change your name">
          {conversation.me.name}
        </button>
      </header>
      <ConnectionBanner conversation={conversation} leave={leave} />
      <main>
        <MessageList conversation={conversation} />
        <p className="typing">{typingWords(typists.map(({ name }) => name))}</p>
        <Composer conversation={conversation} />
      </main>
      <aside
        id={peopleId}
        className={arePeopleShown ? "people shown" : "people"}
        aria-label="Who is online"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the keyboard must be able to scroll it
        tabIndex={0}
      >
        <h2>Online</h2>
        <ul>
          {people.map(({ id, name }) => (
            <li key={id}>
              {name}
              {id === conversation.me.id && <span className="you"> (you)</span>}
            </li>
          ))}
        </ul>
      </aside>
    </div>
  );
}
