/** Random ops: each key of a batch makes what `ops/` makes of it alone. */
import type { Precision } from "../../core/double.ts";
import { sizeOf } from "../../core/shape.ts";
import { normalQuantile } from "../../core/special/normal.ts";
import { purpose, threefry, unit23, unit52 } from "../../core/threefry.ts";
import { binomialDraw, poissonDraw } from "../../ops/sampling/counts.ts";
import { gammaDraw, logGammaDraw } from "../../ops/sampling/gamma.ts";
import { elementUniforms, type Uniforms } from "../../ops/sampling/uniforms.ts";
import type { Node } from "../graph/node.ts";
import { arrayOf, type HostArray, zeroArray } from "./array.ts";

const words = new Int32Array(2);

/** Counter (element, 0) of a key as a real. */
const fromWords =
  (make: (high: number, low: number) => number) =>
  (high: number, low: number, element: number): number => {
    threefry(high, low, element, purpose.draw, words);
    return make(words[0], words[1]);
  };

const wide = fromWords(unit52);
const narrow = fromWords((high) => unit23(high));
const normalOf = fromWords((high, low) => normalQuantile(unit52(high, low)));

/** 52-bit uniforms in double, 23-bit ones in single precision. Normals are the quantile of 52 bits in both. */
export const fill = (node: Node<"uniform" | "normal">, key: HostArray, precision: Precision): HostArray => {
  const each = sizeOf(node.attributes.shape);
  const make = node.op === "normal" ? normalOf : precision === "f64" ? wide : narrow;
  return arrayOf(node, precision, (flat) => {
    const first = 2 * Math.floor(flat / each);
    return make(key.values[first], key.values[first + 1], flat % each);
  });
};

export const split = (node: Node<"split">, key: HostArray): HostArray => {
  const made = zeroArray("int", node.shape, "f64");
  const { count, use } = node.attributes;
  for (let i = 0; 2 * i < made.values.length; i++) {
    const first = 2 * Math.floor(i / count);
    threefry(key.values[first], key.values[first + 1], i % count, use, made.values as Int32Array, 2 * i);
  }
  return made;
};

export const fold = (node: Node<"fold">, key: HostArray, index: HostArray): HostArray => {
  const made = zeroArray("int", node.shape, "f64");
  for (let i = 0; i < index.values.length; i++)
    threefry(key.values[2 * i], key.values[2 * i + 1], index.values[i], purpose.fold, made.values as Int32Array, 2 * i);
  return made;
};

export type DrawOp = "gammaDraw" | "logGammaDraw" | "poissonDraw" | "binomialDraw";

/** The smallest normal number of each precision. */
const smallest: { readonly [P in Precision]: number } = { f64: 2.2250738585072014e-308, f32: 1.1754943508222875e-38 };

type Draw = (uniforms: Uniforms, precision: Precision, first: number, second: number) => number;

const draws: { readonly [O in DrawOp]: Draw } = {
  gammaDraw: (uniforms, precision, a) => Math.max(gammaDraw(a, uniforms), smallest[precision]),
  logGammaDraw: (uniforms, _, a) => logGammaDraw(a, uniforms),
  poissonDraw: (uniforms, _, mean) => poissonDraw(mean, uniforms),
  binomialDraw: (uniforms, _, n, p) => binomialDraw(n, p, uniforms),
};

/** The function that makes element number `flat` of given parameters. */
export const drawAt = (
  node: Node<DrawOp>,
  key: HostArray,
  precision: Precision,
): ((flat: number, parameters: readonly number[]) => number) => {
  const each = node.shape.slice(key.shape.length - 1).reduce((a, b) => a * b, 1);
  const draw = draws[node.op as DrawOp];
  return (flat, [first, second]) => {
    const from = 2 * Math.floor(flat / each);
    return draw(elementUniforms(key.values[from], key.values[from + 1], flat % each), precision, first, second);
  };
};
