import type * as tf from "#tfjs";
import type { Type } from "../graph/ops.ts";
import { cannotTrace } from "./cannotTrace.ts";

export const dtypeOf: { readonly [T in Type]: "float32" | "int32" | "bool" } = {
  real: "float32",
  int: "int32",
  bool: "bool",
};

const types: { readonly [D in tf.DataType]: Type | undefined } = {
  float32: "real",
  int32: "int",
  bool: "bool",
  complex64: undefined,
  string: undefined,
};

/** @throws CannotTrace where a graph has no such values. */
export const typeOf = (dtype: tf.DataType): Type => types[dtype] ?? cannotTrace(`there is a tensor of ${dtype}`);
