import { nothing } from "./nothing.ts";

/** A promise and the hands that settle it. */
export interface Resolvers<Value> {
  readonly promise: Promise<Value>;
  readonly resolve: (value: Value) => void;
  readonly reject: (error: unknown) => void;
}

/** One that nobody need wait for. */
export function withResolvers<Value>(): Resolvers<Value> {
  let settle: Omit<Resolvers<Value>, "promise"> | undefined;
  const promise = new Promise<Value>((resolve, reject) => {
    settle = { resolve, reject };
  });
  // A failure that matters is told to whoever was given the promise, and otherwise by other ways.
  promise.catch(nothing);
  // The executor has run by now.
  return { promise, ...(settle as Omit<Resolvers<Value>, "promise">) };
}
