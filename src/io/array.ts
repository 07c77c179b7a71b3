import { fail } from "../core/check.ts";
import { showShape, sizeOf } from "../core/shape.ts";
import type { HostParameter } from "../posterior/posterior.ts";
import { base64Length, fromBase64, toBase64 } from "./base64.ts";
import { type Codec, isObject, list, number, refuse, whole } from "./codec.ts";

const littleEndian: boolean = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

/** Turns the bytes of each double round, in place, where this machine has them the other way. */
const inFileOrder = (bytes: Uint8Array): Uint8Array => {
  if (!littleEndian) for (let at = 0; at < bytes.length; at += 8) bytes.subarray(at, at + 8).reverse();
  return bytes;
};

const bytesOf = (values: Float64Array): Uint8Array => inFileOrder(new Uint8Array(values.slice().buffer));

const shapeCodec: Codec<readonly number[]> = list(whole());

const decoded = (text: unknown, size: number, where: string): Float64Array => {
  if (typeof text !== "string") return refuse(where, "base64 text", text);
  const length = base64Length(text);
  if (length !== 8 * size)
    return fail(`${where}: expected ${size} doubles in base64, ${8 * size} bytes, got ${length ?? "no base64"}`);
  const bytes = fromBase64(text) ?? fail(`${where}: this is no base64`);
  return new Float64Array(inFileOrder(bytes).buffer);
};

const listed = (json: unknown, size: number, where: string): Float64Array => {
  const values = list(number).read(json, where);
  if (values.length !== size) fail(`${where}: expected ${size} numbers, got ${values.length}`);
  return Float64Array.from(values);
};

/**
 * An array: `shape`, and its doubles row by row in `float64`, base64 of eight bytes each with the low byte first. On reading, `numbers` may
 * stand in its place: a flat list of numbers, "NaN", "Infinity", "-Infinity" and "-0" as text.
 */
export const array: Codec<HostParameter> = {
  write: ({ shape, values }) => ({ shape: [...shape], float64: toBase64(bytesOf(values)) }),
  read: (json, where) => {
    if (!isObject(json)) return refuse(where, "an array, { shape, float64 }", json);
    const shape = shapeCodec.read(json.shape, `${where}.shape`);
    const size = sizeOf(shape);
    if (!Number.isSafeInteger(size)) fail(`${where}.shape: ${showShape(shape)} is too large`);
    const values =
      json.float64 === undefined && json.numbers !== undefined
        ? listed(json.numbers, size, `${where}.numbers`)
        : decoded(json.float64, size, `${where}.float64`);
    return { shape, values };
  },
};

/** @throws FluvialError unless an array has this shape. */
export const checkShape = (where: string, shape: readonly number[], expected: readonly number[]): void => {
  if (shape.length !== expected.length || shape.some((length, i) => length !== expected[i]))
    fail(`${where}: expected shape ${showShape(expected)}, got ${showShape(shape)}`);
};

/** An array of one axis. */
export const vector: Codec<Float64Array> = {
  write: (values) => array.write({ shape: [values.length], values }),
  read: (json, where) => {
    const { shape, values } = array.read(json, where);
    checkShape(where, shape, [values.length]);
    return values;
  },
};

/** Series of one length as one array [series, length]. */
export const series: Codec<readonly Float64Array[]> = {
  write: (rows) => {
    const length = rows[0]?.length ?? 0;
    const values = new Float64Array(rows.length * length);
    for (const [i, row] of rows.entries()) values.set(row, i * length);
    return array.write({ shape: [rows.length, length], values });
  },
  read: (json, where) => {
    const { shape, values } = array.read(json, where);
    if (shape.length !== 2 || values.length === 0)
      fail(`${where}: expected two axes, neither of them empty, got shape ${showShape(shape)}`);
    const [count, length] = shape;
    return Array.from({ length: count }, (_, i) => values.slice(i * length, (i + 1) * length));
  },
};
