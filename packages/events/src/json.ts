/** What JSON can carry. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject;

/** A JSON object. */
export interface JsonObject {
  readonly [key: string]: JsonValue;
}

/**
 * The type a value has after `JSON.parse(JSON.stringify(value))`: a Date is a string, functions and
 * undefined are gone, a bigint (which JSON refuses) is never.
 */
export type Wire<T> = unknown extends T
  ? T
  : T extends string | number | boolean | null
    ? T
    : T extends { toJSON(...args: never[]): infer Json }
      ? Wire<Json>
      : T extends bigint | symbol | undefined | ((...args: never[]) => unknown)
        ? never
        : T extends ReadonlyMap<unknown, unknown> | ReadonlySet<unknown>
          ? Record<string, never>
          : T extends readonly unknown[]
            ? { readonly [Key in keyof T]: WireElement<T[Key]> }
            : T extends object
              ? WireObject<T>
              : never;

type WireElement<T> = undefined extends T ? Wire<Exclude<T, undefined>> | null : Wire<T>;

// Homomorphic, so that optional keys stay optional; keys whose value JSON drops are left out.
type WireObject<T extends object> = {
  readonly [Key in keyof T as Key extends symbol
    ? never
    : [Wire<Exclude<T[Key], undefined>>] extends [never]
      ? never
      : Key]: Wire<Exclude<T[Key], undefined>>;
};

/** The same, where lists and objects may be readonly: what is only read need not be its reader's own. */
export type Unfrozen<T> = unknown extends T
  ? T
  : T extends string | number | boolean | bigint | symbol | null | undefined | Date | ((...args: never[]) => unknown)
    ? T
    : T extends readonly unknown[] | object
      ? { readonly [Key in keyof T]: Unfrozen<T[Key]> }
      : T;
