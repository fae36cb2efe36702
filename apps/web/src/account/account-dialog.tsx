import { LogOut } from "lucide-react";
import { Button } from "../ui/button.tsx";
import { Modal } from "../ui/modal.tsx";
import type { Account } from "./account.ts";
import { NameForm } from "./name-form.tsx";

interface AccountDialogProps {
  readonly isOpen: boolean;
  readonly close: () => void;
  readonly account: Account;
  readonly enter: (account: Account) => void;
  readonly leave: () => void;
}

/** Changes one's name, or signs out. */
export function AccountDialog({ isOpen, close, account, enter, leave }: AccountDialogProps) {
  return (
    <Modal isOpen={isOpen} close={close} title="You">
      <NameForm present={account} name={account.user.name} enter={enter}>
        <Button kind="ghost" className="mr-auto -ml-2" onClick={leave}>
          <LogOut aria-hidden="true" className="size-4" /> Sign out
        </Button>
      </NameForm>
    </Modal>
  );
}
