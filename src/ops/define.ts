import * as tf from "#tfjs";

import { sizeOf } from "../core/shape.ts";
import type { Shape, Tensor } from "../core/tensor.ts";

/** What an op's host code reads: values row by row, and their shape. */
export interface HostInput {
  readonly values: Float32Array | Float64Array | Int32Array | Uint8Array;
  readonly shape: Shape;
}

/** What it makes. Real values are written into `values`, whose width is the precision in force. */
export interface HostOutput {
  readonly shape: Shape;
  readonly dtype: "float32" | "int32";
  fill(values: Float32Array | Float64Array | Int32Array): void;
}

/** An op of ours: a tfjs kernel in host code and its gradient as a formula over tensors. */
export interface OpDefinition<A extends object> {
  readonly name: string;
  run(inputs: readonly HostInput[], attributes: A): HostOutput;
  /** dy → one gradient per input, null where there is none. Recomputes from the saved inputs, so that it can be differentiated. */
  gradient(dy: Tensor, inputs: readonly Tensor[], attributes: A): readonly (Tensor | null)[];
}

interface Backend {
  readSync(dataId: object): tf.BackendValues;
  write(values: tf.BackendValues, shape: number[], dtype: tf.DataType): object;
}

/** tfjs saves all inputs of a kernel for its gradient only where they come as a list. */
const kernelOf =
  <A extends object>(definition: OpDefinition<A>): tf.KernelFunc =>
  ({ inputs, backend, attrs }) => {
    const store = backend as unknown as Backend;
    const hosts = (inputs as unknown as readonly tf.TensorInfo[]).map(({ dataId, shape }) => ({
      values: store.readSync(dataId) as HostInput["values"],
      shape,
    }));
    const made = definition.run(hosts, (attrs as unknown as { attributes: A }).attributes);
    const size = sizeOf(made.shape);
    const values = made.dtype === "int32" ? new Int32Array(size) : new Float32Array(size);
    made.fill(values);
    const shape = [...made.shape];
    return { dataId: store.write(values, shape, made.dtype), shape, dtype: made.dtype };
  };

const gradientOf =
  <A extends object>(definition: OpDefinition<A>): tf.GradFunc =>
  (dy, saved, attrs) => {
    const gradients = definition.gradient(dy as Tensor, saved, (attrs as unknown as { attributes: A }).attributes);
    return Object.fromEntries(saved.map((input, i) => [String(i), () => gradients[i] ?? tf.zeros(input.shape)]));
  };

/**
 * Makes the function that applies an op. The kernel is registered at its first use on each backend, so that importing has no
 * side effect.
 */
export const defineOp = <A extends object>(
  definition: OpDefinition<A>,
): ((inputs: readonly Tensor[], attributes: A) => Tensor) => {
  const kernelName = `Fluvial${definition.name}`;
  const register = (): void => {
    const backendName = tf.getBackend();
    if (!tf.getKernel(kernelName, backendName))
      tf.registerKernel({ kernelName, backendName, kernelFunc: kernelOf(definition) });
    if (!tf.getGradient(kernelName))
      tf.registerGradient({ kernelName, saveAllInputs: true, gradFunc: gradientOf(definition) });
  };
  return (inputs, attributes) => {
    register();
    const list = [...inputs] as unknown as tf.NamedTensorMap;
    return tf.engine().runKernel(kernelName, list, { attributes } as unknown as tf.NamedAttrMap) as Tensor;
  };
};

/** An elementwise op of one real input; `derivative` is its derivative as a formula. */
export const elementwiseOp = (
  name: string,
  value: (x: number) => number,
  derivative: (x: Tensor) => Tensor,
): ((x: Tensor) => Tensor) => {
  const apply = defineOp<Record<string, never>>({
    name,
    run: ([x]) => ({
      shape: x.shape,
      dtype: "float32",
      fill: (out) => {
        for (let i = 0; i < out.length; i++) out[i] = value(x.values[i]);
      },
    }),
    gradient: (dy, [x]) => [dy.mul(derivative(x as Tensor))],
  });
  return (x) => apply([x], {});
};
