/** What a field to type in looks like; it shows the focus as the composer does. */
export const fieldClass =
  "w-full rounded-lg border border-edge bg-surface px-3 outline-none focus:border-accent focus:ring-1 focus:ring-accent aria-invalid:border-danger aria-invalid:focus:ring-danger";
