/** A formula at a point, differentiated by the rules as often as one likes, and run by the interpreter. */
import { range, sizeOf } from "../../../src/core/shape.ts";
import type { Shape } from "../../../src/core/tensor.ts";
import { add, mul, sum } from "../../../src/engine/graph/build.ts";
import { constant, type Node, placeholder } from "../../../src/engine/graph/node.ts";
import type { Type } from "../../../src/engine/graph/ops.ts";
import type { HostArray } from "../../../src/engine/interpret/array.ts";
import { interpret } from "../../../src/engine/interpret/interpret.ts";

export interface Leaf {
  readonly type: Type;
  readonly shape: Shape;
  readonly values: readonly number[];
}

/** Numbers between −1 and 1 without pattern, the same every time. Weyl's sequence. */
export const weights = (size: number, seed: number): Float64Array =>
  Float64Array.from(
    { length: size },
    (_, i) => 2 * (((i + 1) * 0.6180339887498949 + seed * 0.7548776662466927) % 1) - 1,
  );

const projected = (x: Node, seed: number): Node => sum(mul(x, constant(weights(sizeOf(x.shape), seed), x.shape)));

export interface Program {
  readonly inputs: readonly Node<"input">[];
  /** The real inputs, which one differentiates in. */
  readonly wrt: readonly Node[];
  readonly output: Node;
  /** A weighted sum of the formula's elements. */
  readonly scalar: Node;
}

export const programOf = (leaves: readonly Leaf[], formula: (...inputs: Node[]) => Node): Program => {
  const inputs = leaves.map(({ type, shape }, i) => placeholder(i, type, shape));
  const output = formula(...inputs);
  return { inputs, wrt: inputs.filter(({ type }) => type === "real"), output, scalar: projected(output, 1) };
};

/** A weighted sum of all elements of a gradient: what is differentiated next. */
export const projectedSlopes = (slopes: readonly Node[]): Node =>
  slopes.map((slope, i) => projected(slope, i + 2)).reduce(add);

const hostArray = ({ type, shape, values }: Leaf): HostArray => ({
  type,
  shape,
  values: type === "int" ? Int32Array.from(values) : Float64Array.from(values),
});

/** Values of some nodes, one after the other, as a function of the values of all real leaves, one after the other. */
export const runner =
  ({ inputs }: Program, leaves: readonly Leaf[], outputs: readonly Node[]): ((x: ArrayLike<number>) => number[]) =>
  (x) => {
    let at = 0;
    const given = leaves.map((leaf) => {
      if (leaf.type !== "real") return hostArray(leaf);
      const values = leaf.values.map((_, i) => x[at + i]);
      at += values.length;
      return hostArray({ ...leaf, values });
    });
    return interpret({ inputs, outputs }, given, "f64").flatMap(({ values }) => [...values]);
  };

/** The values of all real leaves. */
export const pointOf = (leaves: readonly Leaf[]): Float64Array =>
  Float64Array.from(leaves.flatMap(({ type, values }) => (type === "real" ? values : [])));

/** A leaf of reals between `low` and `high`. */
export const reals = (shape: Shape, low = -1, high = 1, seed = 0): Leaf => ({
  type: "real",
  shape,
  values: [...weights(sizeOf(shape), seed + 0.37)].map((w) => low + ((w + 1) / 2) * (high - low)),
});
export const given = (values: readonly number[], shape: Shape = [values.length]): Leaf => ({
  type: "real",
  shape,
  values,
});
export const ints = (values: readonly number[], shape: Shape = [values.length]): Leaf => ({
  type: "int",
  shape,
  values,
});
export const iota = (n: number): Leaf => ints(range(n));
