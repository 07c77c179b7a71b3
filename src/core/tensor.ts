import * as tf from "#tfjs";
import { isOnCpu } from "./backend.ts";
import { inDouble } from "./double.ts";

export type Tensor = tf.Tensor;
export type Scalar = tf.Scalar;

/** The lengths of a tensor's axes; [] for a scalar. */
export type Shape = readonly number[];

/** Anything that tfjs takes for a tensor in a formula. */
export type TensorLike = Tensor | number | NestedNumbers;

/** Lists of numbers, of any depth; all lists at one depth have one length. */
export type NestedNumbers = readonly (number | NestedNumbers)[];

/**
 * The values of a tensor as float64, row by row; a copy that the caller owns. Double-precision tensors lose nothing; those of other
 * backends are read as they are.
 */
export const hostValues = (x: Tensor): Float64Array =>
  Float64Array.from(isOnCpu(x) ? inDouble(() => x.dataSync()) : x.dataSync());

/**
 * A real tensor from host values, in the precision in force. Past `tf.tensor`, whose check for typed arrays refuses doubles in
 * Node.
 */
export const fromHost = (values: ArrayLike<number>, shape: Shape): Tensor =>
  tf.engine().makeTensor(Float32Array.from(values), [...shape], "float32");

/** `x` itself when it is a tensor, else a real tensor of its value. */
export const asTensor = (x: TensorLike): Tensor =>
  x instanceof tf.Tensor ? x : tf.tensor(x as number, undefined, "float32");
