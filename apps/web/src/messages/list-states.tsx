import { CloudOff, MessageCirclePlus } from "lucide-react";
import type { ReactNode } from "react";
import { Button } from "../ui/button.tsx";

const lengths = ["w-1/2", "w-2/3", "w-1/3", "w-3/5", "w-2/5", "w-2/3", "w-1/2", "w-3/5", "w-1/3", "w-2/3", "w-1/2"];

/** In the place of messages that are on their way. It keeps quiet for a moment: most lists are there by then. */
export function ListSkeleton() {
  return (
    <div className="flex flex-1 flex-col justify-end gap-5 overflow-hidden px-4 py-5 sm:px-5">
      <p className="sr-only">Opening the room…</p>
      {lengths.map((width, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they never change
        <div key={at} aria-hidden="true" className="flex shrink-0 animate-late gap-3">
          <div className="size-9 shrink-0 rounded-xl bg-line" />
          <div className="flex-1 space-y-2.5 pt-1">
            <div className="h-3 w-28 rounded bg-line" />
            <div className={`h-3 rounded bg-line ${width}`} />
          </div>
        </div>
      ))}
    </div>
  );
}

/** Nobody has said anything. */
export function EmptyList({ room }: { readonly room: string }) {
  return (
    <Notice icon={<MessageCirclePlus aria-hidden="true" className="size-6" />} title={`Welcome to ${room}`}>
      <p className="notice">Nobody has said anything yet. Be the first.</p>
    </Notice>
  );
}

interface FailedListProps {
  /** Undefined for want of a connection, of which the banner tells. */
  readonly reason: string | undefined;
  readonly reload: () => void;
  readonly goHome: (() => void) | undefined;
}

/** The room, or its messages, could not be had. */
export function FailedList({ reason, reload, goHome }: FailedListProps) {
  const icon = <CloudOff aria-hidden="true" className="size-6" />;
  if (reason === undefined)
    return (
      <Notice icon={icon} title="You are not connected">
        <p className="failed-list">What was said here shows as soon as the connection is back.</p>
      </Notice>
    );
  return (
    <Notice icon={icon} title="The room could not be opened">
      <p className="failed-list mb-4">{reason}</p>
      <div className="flex flex-wrap justify-center gap-2">
        <Button kind="primary" onClick={reload}>
          Open again
        </Button>
        {goHome && <Button onClick={goHome}>Go to General</Button>}
      </div>
    </Notice>
  );
}

interface NoticeProps {
  readonly icon: ReactNode;
  readonly title: string;
  readonly children: ReactNode;
}

function Notice({ icon, title, children }: NoticeProps) {
  return (
    <div className="flex flex-1 flex-col items-center justify-center overflow-y-auto p-6 text-center">
      <span className="mb-3 inline-flex size-12 items-center justify-center rounded-2xl bg-accent-soft text-accent">
        {icon}
      </span>
      <h2 className="mb-1 font-semibold text-lg">{title}</h2>
      <div className="max-w-sm text-muted">{children}</div>
    </div>
  );
}
