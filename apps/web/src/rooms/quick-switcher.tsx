import { CornerDownLeft, Hash, Plus } from "lucide-react";
import { type KeyboardEvent, useId, useState } from "react";
import { useChat } from "../chat-context.ts";
import { fieldClass } from "../ui/field.ts";
import { Modal } from "../ui/modal.tsx";
import { openRoom } from "./current-room.ts";
import { enterRoom } from "./entered-rooms.ts";
import { type Choice, choicesFor } from "./room-choices.ts";
import { useFreshRooms, useMyRooms } from "./use-my-rooms.ts";

interface QuickSwitcherProps {
  readonly isOpen: boolean;
  readonly close: () => void;
  readonly create: (name: string) => void;
}

/** Goes to a room by a few letters of its name. */
export function QuickSwitcher({ isOpen, close, create }: QuickSwitcherProps) {
  return (
    <Modal isOpen={isOpen} close={close} title="Go to a room">
      <Search close={close} create={create} />
    </Modal>
  );
}

function Search({ close, create }: Omit<QuickSwitcherProps, "isOpen">) {
  const { entered } = useChat();
  const { mine, others } = useMyRooms();
  useFreshRooms();
  const [text, setText] = useState("");
  const [marked, setMarked] = useState(0);
  const id = useId();
  const choices = choicesFor(text, mine, others);
  const at = Math.min(marked, choices.length - 1);

  function choose(choice: Choice | undefined): void {
    if (choice === undefined) return;
    close();
    if (choice.kind === "create") return create(choice.name);
    if (choice.kind === "enter") enterRoom(entered, choice.id);
    openRoom(choice.id);
  }

  function move(event: KeyboardEvent): void {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === "Enter" && !event.nativeEvent.isComposing) {
      // The same key must not send the form that may open.
      event.preventDefault();
      return choose(choices[at]);
    }
    if (step === undefined || choices.length === 0) return;
    event.preventDefault();
    setMarked((at + step + choices.length) % choices.length);
  }

  return (
    <>
      <input
        role="combobox"
        aria-label="Room"
        aria-expanded={true}
        aria-controls={`${id}list`}
        aria-activedescendant={choices.length > 0 ? `${id}${at}` : undefined}
        aria-autocomplete="list"
        value={text}
        placeholder="Type a name"
        // biome-ignore lint/a11y/noAutofocus: the one field of a dialog that was asked for
        autoFocus
        onChange={(event) => {
          setText(event.target.value);
          setMarked(0);
        }}
        onKeyDown={move}
        className={`${fieldClass} h-11 shrink-0`}
      />
      <div role="listbox" id={`${id}list`} aria-label="Rooms" className="mt-3 max-h-80 overflow-y-auto">
        {choices.map((choice, index) => (
          <Option key={choice.id} id={`${id}${index}`} choice={choice} isMarked={index === at} choose={choose} />
        ))}
      </div>
    </>
  );
}

interface OptionProps {
  readonly id: string;
  readonly choice: Choice;
  readonly isMarked: boolean;
  readonly choose: (choice: Choice) => void;
}

function Option({ id, choice, isMarked, choose }: OptionProps) {
  const Icon = choice.kind === "create" ? Plus : Hash;
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the field above has the keyboard and says which option is marked
    // biome-ignore lint/a11y/useFocusableInteractive: as above
    <div
      role="option"
      id={id}
      aria-selected={isMarked}
      onClick={() => choose(choice)}
      ref={(element) => {
        if (isMarked) element?.scrollIntoView({ block: "nearest" });
      }}
      className={`flex min-h-10 items-center gap-2.5 rounded-lg px-3 py-2 text-sm ${isMarked ? "bg-accent-soft" : "hover:bg-hover"}`}
    >
      <Icon aria-hidden="true" className="size-4 shrink-0 text-muted" />
      <span className="min-w-0 flex-1 truncate">
        {choice.kind === "create" ? `Create “${choice.name}”` : choice.name}
      </span>
      {choice.kind === "enter" && <span className="text-muted text-xs">Enter</span>}
      {isMarked && <CornerDownLeft aria-hidden="true" className="size-3.5 shrink-0 text-muted" />}
    </div>
  );
}
