import { fail, showValue } from "../core/check.ts";

/** How values of one type stand in JSON: one to write them, one to read them back with all that is wrong found. */
export interface Codec<T> {
  write(value: T): unknown;
  /** @param where the place in the file, for errors: "fit.draws.theta". @throws FluvialError where the JSON is something else. */
  read(json: unknown, where: string): T;
}

type Json = Readonly<Record<string, unknown>>;

export const isObject = (json: unknown): json is Json =>
  typeof json === "object" && json !== null && !Array.isArray(json);

/** What stood in a place, in a word or two. */
export const described = (json: unknown): string => {
  if (json === undefined) return "nothing";
  if (Array.isArray(json)) return `a list of ${json.length}`;
  if (typeof json === "object") return json === null ? "null" : "an object";
  return typeof json === "string" ? JSON.stringify(json.length > 40 ? `${json.slice(0, 40)}…` : json) : String(json);
};

/** @throws FluvialError saying what was expected and what stood there. */
export const refuse = (where: string, expected: string, json: unknown): never =>
  fail(`${where}: expected ${expected}, got ${described(json)}`);

export const text: Codec<string> = {
  write: (value) => value,
  read: (json, where) => (typeof json === "string" ? json : refuse(where, "text", json)),
};

export const flag: Codec<boolean> = {
  write: (value) => value,
  read: (json, where) => (typeof json === "boolean" ? json : refuse(where, "true or false", json)),
};

/** The numbers that JSON does not have, as text. */
const named: Readonly<Record<string, number>> = {
  NaN: Number.NaN,
  Infinity: Number.POSITIVE_INFINITY,
  "-Infinity": Number.NEGATIVE_INFINITY,
  "-0": -0,
};

const nameOf = (value: number): string => (Object.is(value, -0) ? "-0" : String(value));

/** Any double, exactly; NaN, the infinities and −0 as text. */
export const number: Codec<number> = {
  write: (value) => (Number.isFinite(value) && !Object.is(value, -0) ? value : nameOf(value)),
  read: (json, where) => {
    if (typeof json === "number") return json;
    return typeof json === "string" && Object.hasOwn(named, json) ? named[json] : refuse(where, "a number", json);
  },
};

/** A whole number from `least`. */
export const whole = (least = 0): Codec<number> => ({
  write: (value) => value,
  read: (json, where) =>
    Number.isSafeInteger(json) && (json as number) >= least
      ? (json as number)
      : refuse(where, `a whole number from ${least}`, typeof json === "number" ? showValue(json) : json),
});

/** One of some words. */
export const word = <T extends string>(...words: readonly T[]): Codec<T> => ({
  write: (value) => value,
  read: (json, where) =>
    words.find((each) => each === json) ?? refuse(where, words.map((each) => `"${each}"`).join(" or "), json),
});

/** A value that may be left out. */
export const optional = <T>(codec: Codec<T>): Codec<T | undefined> => ({
  write: (value) => (value === undefined ? undefined : codec.write(value)),
  read: (json, where) => (json === undefined ? undefined : codec.read(json, where)),
});

/** A value, or null for undefined: in lists, where nothing can be left out. */
export const orNull = <T>(codec: Codec<T>): Codec<T | undefined> => ({
  write: (value) => (value === undefined ? null : codec.write(value)),
  read: (json, where) => (json === null ? undefined : codec.read(json, where)),
});

export const list = <T>(codec: Codec<T>): Codec<readonly T[]> => ({
  write: (values) => values.map((value) => codec.write(value)),
  read: (json, where) =>
    Array.isArray(json)
      ? json.map((each: unknown, i) => codec.read(each, `${where}[${i}]`))
      : refuse(where, "a list", json),
});

/** Values of one kind by whatever names. */
export const record = <T>(codec: Codec<T>): Codec<Readonly<Record<string, T>>> => ({
  write: (values) => Object.fromEntries(Object.entries(values).map(([name, value]) => [name, codec.write(value)])),
  read: (json, where) =>
    isObject(json)
      ? Object.fromEntries(Object.entries(json).map(([name, each]) => [name, codec.read(each, `${where}.${name}`)]))
      : refuse(where, "an object", json),
});

/** A codec for each key of T, those that T may leave out among them. */
export type FieldsOf<T> = { readonly [K in keyof T]-?: Codec<T[K]> };

const withoutUndefined = (entries: readonly (readonly [string, unknown])[]): Json =>
  Object.fromEntries(entries.filter(([, value]) => value !== undefined));

/** An object with these keys; others that stand beside them are passed over. */
export const fields = <T extends object>(codecs: FieldsOf<T>): Codec<T> => {
  const all = Object.entries(codecs) as unknown as readonly (readonly [string, Codec<unknown>])[];
  return {
    write: (value) => withoutUndefined(all.map(([name, codec]) => [name, codec.write((value as Json)[name])] as const)),
    read: (json, where) => {
      if (!isObject(json)) return refuse(where, "an object", json);
      const own = (name: string): unknown => (Object.hasOwn(json, name) ? json[name] : undefined);
      return withoutUndefined(
        all.map(([name, codec]) => [name, codec.read(own(name), `${where}.${name}`)] as const),
      ) as T;
    },
  };
};
