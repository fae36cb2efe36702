import { nothing } from "./nothing.ts";

/** A promise and the hands that settle it. */
export interface Resolvers<Value> {
  readonly promise: Promise<Value>;
  readonly resolve: (value: Value) => void;
  readonly reject: (error: unknown) => void;
}

/** One that nobody need wait for. */
export function withResolvers<Value>(): Resolvers<Value> {
  let resolve: (value: Value) => void = nothing;
  let reject: (error: unknown) => void = nothing;
  const promise = new Promise<Value>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  // A failure that matters is told to whoever was given the promise, and otherwise by other ways.
  promise.catch(nothing);
  return { promise, resolve, reject };
}
