import type { ButtonHTMLAttributes } from "react";

const kinds = {
  primary: "bg-accent-strong text-white hover:brightness-110 disabled:bg-line disabled:text-muted",
  plain: "border border-edge/50 bg-raised text-ink hover:bg-hover disabled:text-muted",
  quiet: "border border-current/40 hover:bg-current/10 disabled:opacity-60",
  ghost: "text-muted hover:bg-hover hover:text-ink",
} as const;

const sizes = {
  normal: "h-9 gap-2 rounded-lg px-4 text-sm",
  small: "h-7 gap-1.5 rounded-md px-2.5 text-xs",
  icon: "size-9 rounded-lg",
  tiny: "size-7 rounded-md",
} as const;

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  readonly kind?: keyof typeof kinds;
  readonly size?: keyof typeof sizes;
}

/** The page's one button, in its few looks. */
export function Button({ kind = "plain", size = "normal", className = "", ...rest }: ButtonProps) {
  const shape =
    "inline-flex shrink-0 items-center justify-center font-medium transition-colors disabled:pointer-events-none";
  return <button type="button" className={`${shape} ${kinds[kind]} ${sizes[size]} ${className}`} {...rest} />;
}

/** What a button looks like, for parts of other libraries. */
export function buttonClass(kind: keyof typeof kinds, size: keyof typeof sizes): string {
  return `inline-flex shrink-0 items-center justify-center font-medium ${kinds[kind]} ${sizes[size]}`;
}
