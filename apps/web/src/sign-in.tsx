import { DialogueError } from "@dialogue/events";
import { type FormEvent, useId, useState } from "react";
import { type Account, signIn } from "./account.ts";
import { errorWords } from "./error-words.ts";

interface SignInProps {
  /** The account that is given another name; absent for somebody new. */
  readonly present: Account | undefined;
  readonly name: string;
  readonly enter: (account: Account) => void;
  readonly cancel: (() => void) | undefined;
}

/** Asks for a name. */
export function SignIn({ present, name: first, enter, cancel }: SignInProps) {
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
    <main className="sign-in">
      <form onSubmit={(event) => void submit(event)} noValidate>
        <h1>Dialogue</h1>
        <label htmlFor={`${id}name`}>What should the others call you?</label>
        <input
          id={`${id}name`}
          value={name}
          onChange={(event) => setName(event.target.value)}
          maxLength={40}
          autoComplete="nickname"
          // biome-ignore lint/a11y/noAutofocus: the one field of the page
          autoFocus
          aria-invalid={failure !== ""}
          aria-describedby={`${id}failure`}
        />
        <p id={`${id}failure`} className="failure" role="alert">
          {failure}
        </p>
        <div className="buttons">
          {cancel && (
            <button type="button" className="plain" onClick={cancel}>
              Cancel
            </button>
          )}
          <button type="submit" disabled={isBusy}>
            {present ? "Change name" : "Enter"}
          </button>
        </div>
      </form>
    </main>
  );
}

function failureWords(error: unknown): string {
  const issue = error instanceof DialogueError ? error.issues[0] : undefined;
  return issue === undefined ? errorWords(error) : `The name ${issue.message}.`;
}
