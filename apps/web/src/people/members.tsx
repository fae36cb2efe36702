import type { PublicUser } from "@dialogue/events";
import { Avatar } from "./avatar.tsx";

interface MembersProps {
  readonly me: PublicUser;
  readonly here: readonly PublicUser[];
  /** Who has written lately and is not here. */
  readonly away: readonly PublicUser[];
}

/** Who is in the room now, and who was. */
export function Members({ me, here, away }: MembersProps) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: the keyboard must be able to scroll it
    <section className="people min-h-0 flex-1 overflow-y-auto px-3 py-4" aria-label="Members" tabIndex={0}>
      {here.length > 0 && <Group title="Online" people={here} me={me} isHere={true} />}
      {away.length > 0 && <Group title="Not here now" people={away} me={me} isHere={false} />}
    </section>
  );
}

interface GroupProps {
  readonly title: string;
  readonly people: readonly PublicUser[];
  readonly me: PublicUser;
  readonly isHere: boolean;
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
            <span className={`name min-w-0 truncate ${isHere ? "" : "text-muted"}`} title={name}>
              {name}
              {id === me.id && <span className="text-muted"> (you)</span>}
            </span>
          </li>
        ))}
      </ul>
    </>
  );
}
