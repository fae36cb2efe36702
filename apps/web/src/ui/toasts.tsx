import { Toast } from "@base-ui/react/toast";
import { CircleAlert, CircleCheck, X } from "lucide-react";
import type { ReactNode } from "react";
import { buttonClass } from "./button.tsx";
import { toastQueue } from "./toast-queue.ts";

/** Shows what the queue holds over its children. */
export function Toasts({ children }: { readonly children: ReactNode }) {
  return (
    <Toast.Provider toastManager={toastQueue} limit={3}>
      {children}
      <Toast.Portal>
        <Toast.Viewport className="fixed inset-x-3 top-16 z-50 mx-auto flex max-w-sm flex-col gap-2 sm:right-4 sm:left-auto sm:w-96">
          <ToastList />
        </Toast.Viewport>
      </Toast.Portal>
    </Toast.Provider>
  );
}

function ToastList() {
  const { toasts } = Toast.useToastManager();
  return toasts.map((one) => {
    const isRefusal = one.type === "refusal";
    const Icon = isRefusal ? CircleAlert : CircleCheck;
    return (
      <Toast.Root
        key={one.id}
        toast={one}
        className="toast flex animate-appear items-start gap-3 rounded-xl border border-line bg-raised p-3 shadow-float data-limited:hidden"
      >
        <Icon aria-hidden="true" className={`mt-0.5 size-4 shrink-0 ${isRefusal ? "text-danger" : "text-online"}`} />
        <Toast.Content className="min-w-0 flex-1">
          <Toast.Title className="font-medium text-sm" />
          <Toast.Description className="text-muted text-sm" />
          {one.actionProps && <Toast.Action className={`mt-2 ${buttonClass("plain", "small")}`} />}
        </Toast.Content>
        <Toast.Close aria-label="Dismiss" className={buttonClass("ghost", "tiny")}>
          <X aria-hidden="true" className="size-4" />
        </Toast.Close>
      </Toast.Root>
    );
  });
}
