import { DialogueError } from "@dialogue/events";
import { type FormEvent, type ReactNode, useId, useState } from "react";
import { errorWords } from "../connection/error-words.ts";
import { Button } from "../ui/button.tsx";
import { fieldClass } from "../ui/field.ts";
import { type Account, signIn } from "./account.ts";

interface NameFormProps {
  /** The account that is given another name; absent for somebody new. */
  readonly present?: Account | undefined;
  readonly name: string;
  readonly enter: (account: Account) => void;
  /** What stands beside the button. */
  readonly children?: ReactNode;
}

/** Asks for a name and for an account under it. */
export function NameForm({ present, name: first, enter, children }: NameFormProps) {
  const [name, setName] = useState(first);
  const [failure, setFailure] = useState("");
  const [isBusy, setBusy] = useState(false);
  const id = useId();

  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault();
    if (name.trim() === "") return setFailure("Type a name first.");
    setBusy(true);
    setFailure("");
    try {
      enter(await signIn(name, present));
    } catch (error) {
      setFailure(failureWords(error));
      setBusy(false);
    }
  }

  return (
    <form onSubmit={(event) => void submit(event)} noValidate>
      <label htmlFor={`${id}name`} className="mb-1.5 block font-medium text-sm">
        What should the others call you?
      </label>
      <input
        id={`${id}name`}
        value={name}
        onChange={(event) => setName(event.target.value)}
        maxLength={40}
        autoComplete="nickname"
        // biome-ignore lint/a11y/noAutofocus: the one field of the form
        autoFocus
        aria-invalid={failure !== ""}
        aria-describedby={`${id}failure`}
        className={`${fieldClass} h-11`}
      />
      <p id={`${id}failure`} className="min-h-6 pt-1 text-danger text-sm" role="alert">
        {failure}
      </p>
      <div className="mt-2 flex flex-wrap items-center justify-end gap-2">
        {children}
        <Button kind="primary" type="submit" disabled={isBusy} className={present ? "" : "h-11 flex-1"}>
          {present ? "Change name" : "Enter"}
        </Button>
      </div>
    </form>
  );
}

function failureWords(error: unknown): string {
  const issue = error instanceof DialogueError ? error.issues[0] : undefined;
  return issue === undefined ? errorWords(error) : `The name ${issue.message}.`;
}
