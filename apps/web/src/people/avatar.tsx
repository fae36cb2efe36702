import { avatarLook } from "./avatar-look.ts";

interface AvatarProps {
  readonly name: string;
  readonly size?: "normal" | "small";
  /** Whether the person is here; undefined where that is not shown. */
  readonly isHere?: boolean | undefined;
}

/** A person's initials on a colour of their own. It says nothing that the name beside it does not. */
export function Avatar({ name, size = "normal", isHere }: AvatarProps) {
  const { ground, initials } = avatarLook(name);
  const shape = size === "normal" ? "size-9 rounded-xl text-sm" : "size-7 rounded-lg text-xs";
  return (
    <span aria-hidden="true" className="relative inline-flex shrink-0">
      <span
        className={`inline-flex items-center justify-center font-semibold text-white ${shape}`}
        style={{ backgroundColor: ground }}
      >
        {initials}
      </span>
      {isHere !== undefined && (
        <span
          className={`-right-0.5 -bottom-0.5 absolute size-2.5 rounded-full border-2 border-ground ${isHere ? "bg-online" : "bg-edge"}`}
        />
      )}
    </span>
  );
}
