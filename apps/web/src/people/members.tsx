import type { PublicUser } from "@dialogue/events";
import { useConnection } from "../connection/chat-hooks.ts";
import { Avatar } from "./avatar.tsx";

interface MembersProps {
  readonly me: PublicUser;
  readonly here: readonly PublicUser[];
  /** Who has written lately and is not among them. */
  readonly others: readonly PublicUser[];
}

/** Who is in the room now, and who was. */
export function Members({ me, here, others }: MembersProps) {
  // Nobody is known to be here before the room is open, and while there is no connection.
  const isKnown = here.length > 0;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: the keyboard must be able to scroll it
    <section className="people min-h-0 flex-1 overflow-y-auto px-3 py-4" aria-label="Members" tabIndex={0}>
      {isKnown && <Group title="Online" people={here} me={me} isHere={true} />}
      {others.length > 0 && (
        <Group
          title={isKnown ? "Not here now" : "Have written here"}
          people={others}
          me={me}
          isHere={isKnown ? false : undefined}
        />
      )}
      {!isKnown && others.length === 0 && <Unknown />}
    </section>
  );
}

interface GroupProps {
  readonly title: string;
  readonly people: readonly PublicUser[];
  readonly me: PublicUser;
  /** Undefined where that is not known. */
  readonly isHere: boolean | undefined;
}

function Group({ title, people, me, isHere }: GroupProps) {
  return (
    <>
      <h2 className="px-2 pb-1 font-semibold text-muted text-xs">
        {title} <span className="font-normal tabular-nums">{people.length}</span>
      </h2>
      <ul className="mb-5" data-here={isHere}>
        {people.map(({ id, name }) => (
          <li key={id} className="flex items-center gap-2.5 rounded-lg px-2 py-1.5 text-sm">
            <Avatar name={name} size="small" isHere={isHere} />
            <span className={`name min-w-0 truncate ${isHere === false ? "text-muted" : ""}`} title={name}>
              {name}
              {id === me.id && <span className="text-muted"> (you)</span>}
            </span>
          </li>
        ))}
      </ul>
    </>
  );
}

/** Nothing to show: either it is on its way, or there is no way. */
function Unknown() {
  const { state } = useConnection();
  if (state === "disconnected")
    return <p className="px-2 text-muted text-sm">Who is here shows when the connection is back.</p>;
  return (
    <div aria-hidden="true" className="animate-late space-y-3 px-2 py-1">
      {["w-2/5", "w-1/2", "w-1/3"].map((width) => (
        <div key={width} className="flex items-center gap-2.5">
          <div className="size-7 rounded-lg bg-line" />
          <div className={`h-3 rounded bg-line ${width}`} />
        </div>
      ))}
    </div>
  );
}
