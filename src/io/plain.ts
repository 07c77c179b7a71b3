import { fail } from "../core/check.ts";
import type { Plain } from "../posterior/posterior.ts";
import { type Codec, isObject, number, refuse } from "./codec.ts";

/** Options nest two or three deep; beyond this a file is broken or hostile. */
const deepest = 50;

/** Numbers that JSON does not have stand as { number: "NaN" }, since any text may be an option. */
const write = (value: Plain): unknown => {
  if (typeof value === "number") {
    const written = number.write(value);
    return typeof written === "number" ? written : { number: written };
  }
  if (Array.isArray(value)) return value.map(write);
  return isObject(value)
    ? Object.fromEntries(Object.entries(value).map(([name, each]) => [name, write(each as Plain)]))
    : value;
};

const isNamedNumber = (json: Readonly<Record<string, unknown>>): boolean =>
  Object.keys(json).length === 1 && typeof json.number === "string";

const read = (json: unknown, where: string, depth: number): Plain => {
  if (depth > deepest) return fail(`${where}: nested deeper than ${deepest}`);
  if (Array.isArray(json)) return json.map((each, i) => read(each, `${where}[${i}]`, depth + 1));
  if (isObject(json)) {
    if (isNamedNumber(json)) return number.read(json.number, where);
    return Object.fromEntries(
      Object.entries(json).map(([name, each]) => [name, read(each, `${where}.${name}`, depth + 1)]),
    );
  }
  if (json === null || typeof json === "string" || typeof json === "number" || typeof json === "boolean") return json;
  return refuse(where, "a value", json);
};

/** Whatever options hold. */
export const plain: Codec<Plain> = { write, read: (json, where) => read(json, where, 0) };

export const plainRecord: Codec<Readonly<Record<string, Plain>>> = {
  write: (value) => plain.write(value),
  read: (json, where) =>
    isObject(json) ? (plain.read(json, where) as Readonly<Record<string, Plain>>) : refuse(where, "an object", json),
};
