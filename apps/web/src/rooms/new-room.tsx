import { type FormEvent, useId, useState } from "react";
import { useChat } from "../chat-context.ts";
import { useRooms } from "../connection/chat-hooks.ts";
import { roomWords } from "../connection/error-words.ts";
import { Button } from "../ui/button.tsx";
import { fieldClass } from "../ui/field.ts";
import { Modal } from "../ui/modal.tsx";
import { openRoom } from "./current-room.ts";
import { enterRoom } from "./entered-rooms.ts";
import { newRoomId } from "./new-room-id.ts";

interface NewRoomProps {
  /** The name it begins with; undefined while the dialog is closed. */
  readonly name: string | undefined;
  readonly close: () => void;
}

/** Makes a room and enters it. */
export function NewRoom({ name, close }: NewRoomProps) {
  return (
    <Modal isOpen={name !== undefined} close={close} title="Create a room">
      <NewRoomForm first={name ?? ""} close={close} />
    </Modal>
  );
}

function NewRoomForm({ first, close }: { readonly first: string; readonly close: () => void }) {
  const { entered } = useChat();
  const { create } = useRooms();
  const [name, setName] = useState(first);
  const [description, setDescription] = useState("");
  const [failure, setFailure] = useState("");
  const [isBusy, setBusy] = useState(false);
  const id = useId();

  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault();
    if (name.trim() === "") return setFailure("Give the room a name.");
    setBusy(true);
    setFailure("");
    try {
      const purpose = description.trim();
      const facts = { id: newRoomId(name), name: name.trim(), syncHistoryOnJoin: 50 };
      const room = await create(purpose === "" ? facts : { ...facts, description: purpose });
      enterRoom(entered, room.id);
      openRoom(room.id);
      close();
    } catch (error) {
      setFailure(roomWords(error));
      setBusy(false);
    }
  }

  return (
    <form onSubmit={(event) => void submit(event)} noValidate>
      <label htmlFor={`${id}name`} className="mb-1.5 block font-medium text-sm">
        Name
      </label>
      <input
        id={`${id}name`}
        value={name}
        maxLength={60}
        onChange={(event) => setName(event.target.value)}
        // biome-ignore lint/a11y/noAutofocus: the first field of a dialog that was asked for
        autoFocus
        aria-invalid={failure !== ""}
        aria-describedby={`${id}failure`}
        className={`${fieldClass} h-10`}
      />
      <p id={`${id}failure`} role="alert" className="min-h-6 pt-1 pb-2 text-danger text-sm">
        {failure}
      </p>
      <label htmlFor={`${id}purpose`} className="mb-1.5 block font-medium text-sm">
        What it is about <span className="font-normal text-muted">(optional)</span>
      </label>
      <textarea
        id={`${id}purpose`}
        rows={2}
        value={description}
        maxLength={200}
        onChange={(event) => setDescription(event.target.value)}
        className={`${fieldClass} resize-none py-2`}
      />
      <p className="mt-2 mb-5 text-muted text-sm">Everyone on this server will be able to find it and to enter.</p>
      <div className="flex justify-end gap-2">
        <Button onClick={close}>Cancel</Button>
        <Button kind="primary" type="submit" disabled={isBusy}>
          Create room
        </Button>
      </div>
    </form>
  );
}
