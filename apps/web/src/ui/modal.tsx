import { Dialog } from "@base-ui/react/dialog";
import { X } from "lucide-react";
import type { ReactNode } from "react";
import { buttonClass } from "./button.tsx";

interface ModalProps {
  readonly isOpen: boolean;
  readonly close: () => void;
  readonly title: string;
  readonly children: ReactNode;
}

const backdrop =
  "fixed inset-0 z-30 bg-black/40 transition-opacity data-ending-style:opacity-0 data-starting-style:opacity-0";

/** A dialog in the middle of the window. Escape and a click beside it close it; the focus returns where it was. */
export function Modal({ isOpen, close, title, children }: ModalProps) {
  return (
    <Dialog.Root open={isOpen} onOpenChange={(open) => open || close()}>
      <Dialog.Portal>
        <Dialog.Backdrop className={backdrop} />
        <Dialog.Popup className="fixed top-[10dvh] left-1/2 z-40 flex max-h-[80dvh] w-[min(28rem,calc(100vw-2rem))] -translate-x-1/2 flex-col overflow-y-auto rounded-2xl border border-line bg-raised p-5 shadow-float">
          <div className="mb-4 flex items-center justify-between gap-3">
            <Dialog.Title className="font-semibold text-lg">{title}</Dialog.Title>
            <CloseButton />
          </div>
          {children}
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

interface DrawerProps extends ModalProps {
  readonly side: "left" | "right";
}

/** A panel that slides in from a side of a narrow window. */
export function Drawer({ isOpen, close, title, side, children }: DrawerProps) {
  const place =
    side === "left"
      ? "left-0 data-starting-style:-translate-x-full data-ending-style:-translate-x-full"
      : "right-0 data-starting-style:translate-x-full data-ending-style:translate-x-full";
  return (
    <Dialog.Root open={isOpen} onOpenChange={(open) => open || close()}>
      <Dialog.Portal>
        <Dialog.Backdrop className={backdrop} />
        <Dialog.Popup
          className={`fixed inset-y-0 z-40 flex w-[min(19rem,86vw)] flex-col bg-ground shadow-float transition-transform duration-200 ${place}`}
        >
          <Dialog.Title className="sr-only">{title}</Dialog.Title>
          {children}
          <div className="absolute top-2.5 right-2">
            <CloseButton />
          </div>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function CloseButton() {
  return (
    <Dialog.Close aria-label="Close" className={buttonClass("ghost", "icon")}>
      <X aria-hidden="true" className="size-5" />
    </Dialog.Close>
  );
}
