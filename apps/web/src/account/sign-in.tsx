import { MessagesSquare } from "lucide-react";
import type { Account } from "./account.ts";
import { NameForm } from "./name-form.tsx";

interface SignInProps {
  readonly name: string;
  readonly enter: (account: Account) => void;
}

/** The first page that somebody new sees. */
export function SignIn({ name, enter }: SignInProps) {
  return (
    <main className="flex h-full items-center justify-center overflow-y-auto p-4">
      <div className="w-full max-w-sm rounded-2xl border border-line bg-surface p-6 shadow-float sm:p-8">
        <span className="mb-4 inline-flex size-11 items-center justify-center rounded-xl bg-accent-strong text-white">
          <MessagesSquare aria-hidden="true" className="size-6" />
        </span>
        <h1 className="font-semibold text-xl">Dialogue</h1>
        <p className="mb-6 text-muted">A name is all it takes. This browser will remember you.</p>
        <NameForm name={name} enter={enter} />
      </div>
    </main>
  );
}
