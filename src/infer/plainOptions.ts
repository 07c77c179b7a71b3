import type { Plain } from "../posterior/posterior.ts";

/** A spec such as meanField(), nuts() or the function elbo(): it is known by its name and options. */
const isSpec = (x: object): x is { readonly name: string; readonly options: object } =>
  typeof (x as { name?: unknown }).name === "string" && typeof (x as { options?: unknown }).options === "object";

const isPlainObject = (x: object): boolean => {
  const prototype = Object.getPrototypeOf(x) as object | null;
  return prototype === null || prototype === Object.prototype;
};

/** What of a value JSON can hold; undefined for functions, tensors and the like. */
const plainOf = (x: unknown): Plain | undefined => {
  if (x === null || typeof x === "string" || typeof x === "number" || typeof x === "boolean") return x;
  if (typeof x === "function" && isSpec(x)) return { name: x.name, options: plainOptions(x.options) };
  if (typeof x !== "object") return undefined;
  if (Array.isArray(x) || ArrayBuffer.isView(x))
    return Array.from(x as ArrayLike<unknown>, (each) => plainOf(each) ?? null);
  if (isSpec(x)) return { name: x.name, options: plainOptions(x.options) };
  return isPlainObject(x) ? plainOptions(x) : undefined;
};

/** What a verb runs with and does not depend on: callbacks, threads, engines, labels. */
const circumstances = [
  "engine",
  "precision",
  "onProgress",
  "shouldStop",
  "signal",
  "workers",
  "coords",
  "seed",
  "resume",
  "from",
];

/** Options as plain data, for the record: specs by name and options; functions left out. */
export const plainOptions = (options: object): Record<string, Plain> =>
  Object.fromEntries(
    Object.entries(options)
      .filter(([name]) => !circumstances.includes(name))
      .map(([name, value]) => [name, plainOf(value)] as const)
      .filter((entry): entry is [string, Plain] => entry[1] !== undefined),
  );
