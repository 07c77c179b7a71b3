import * as tf from "#tfjs";
import { inDouble } from "../../../src/core/double.ts";
import { fromHost, type Shape, type Tensor } from "../../../src/core/tensor.ts";
import { leaves } from "../../../src/core/tree.ts";
import type { Type } from "../../../src/engine/graph/ops.ts";
import type { HostArray } from "../../../src/engine/interpret/array.ts";
import { interpret } from "../../../src/engine/interpret/interpret.ts";
import { trace } from "../../../src/engine/trace/trace.ts";

/** What a function gives: dtype, shape, values. */
export interface Result {
  readonly dtype: string;
  readonly shape: Shape;
  readonly values: readonly number[];
}

export const real = (shape: Shape, values: readonly number[]): HostArray => ({
  type: "real",
  shape,
  values: Float64Array.from(values),
});
export const int = (shape: Shape, values: readonly number[]): HostArray => ({
  type: "int",
  shape,
  values: Int32Array.from(values),
});
export const bool = (shape: Shape, values: readonly number[]): HostArray => ({
  type: "bool",
  shape,
  values: Uint8Array.from(values),
});
/** Numbers that are all different and of both signs. */
export const wave = (...shape: number[]): HostArray =>
  real(
    shape,
    Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => Math.sin(1.7 * i + 0.3) * (1 + 0.1 * i)),
  );

const dtypes: { readonly [T in Type]: tf.DataType } = { real: "float32", int: "int32", bool: "bool" };

export const toTensor = ({ type, shape, values }: HostArray): Tensor =>
  type === "real"
    ? fromHost(values, shape)
    : tf.tensor([...values] as number[], [...shape], dtypes[type] as "int32" | "bool");

/** The function run eagerly in double. */
export const eagerly = (f: (inputs: Tensor[]) => unknown, inputs: readonly HostArray[]): Result[] =>
  inDouble(() => {
    const results: Result[] = [];
    tf.tidy(() => {
      for (const x of leaves(f(inputs.map(toTensor))))
        results.push({ dtype: x.dtype, shape: x.shape, values: [...x.dataSync()] });
    });
    return results;
  });

export const hostOf = (x: Tensor): HostArray => {
  const type = (Object.keys(dtypes) as Type[]).find((name) => dtypes[name] === x.dtype) as Type;
  return { type, shape: x.shape, values: inDouble(() => Float64Array.from(x.dataSync())) };
};

/** The function traced, and the graph interpreted. */
export const traced = (f: (inputs: Tensor[]) => unknown, inputs: readonly HostArray[]): Result[] => {
  const { graph, captured } = trace("f64", inputs, f);
  const results = interpret(graph, [...inputs, ...captured.map(({ tensor }) => hostOf(tensor))], "f64");
  return results.map(({ type, shape, values }) => ({ dtype: dtypes[type], shape, values: [...values] }));
};
