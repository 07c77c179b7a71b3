import * as tf from "#tfjs";
import type { Scalar, Tensor } from "../core/tensor.ts";
import { leaves, mapTree, rebuild } from "../core/tree.ts";

const withoutGradient = [
  "Equal",
  "NotEqual",
  "Greater",
  "GreaterEqual",
  "Less",
  "LessEqual",
  "LogicalAnd",
  "LogicalOr",
  "LogicalNot",
  "IsNan",
  "IsFinite",
  "IsInf",
  "ArgMax",
  "ArgMin",
];

/** Comparisons have no slope; the tape must not stop at them. Registered at first use, importing has no side effect. */
const registerFlat = (): void => {
  for (const kernelName of withoutGradient)
    if (!tf.getGradient(kernelName))
      tf.registerGradient({
        kernelName,
        saveAllInputs: true,
        gradFunc: (_, saved) => {
          const [a, b] = saved;
          const zero = (x: Tensor) => () => tf.zeros(x.shape);
          return (b ? { a: zero(a), b: zero(b), x: zero(a) } : { a: zero(a), x: zero(a) }) as never;
        },
      });
};

/**
 * Value and gradient of a scalar function of a tree of tensors. What the function does not depend on gets zeros.
 * @param f tree → scalar, or [scalar, anything else] with `withExtra`.
 */
export const gradient =
  <T>(f: (x: T) => Scalar): ((x: T) => { readonly value: Scalar; readonly gradient: T }) =>
  (x) => {
    const { value, gradient: slope } = gradientWith((at: T) => [f(at), undefined] as const)(x);
    return { value, gradient: slope };
  };

/** As `gradient`, for a function that returns something else beside its scalar. */
export const gradientWith =
  <T, E>(
    f: (x: T) => readonly [Scalar, E],
  ): ((x: T) => { readonly value: Scalar; readonly gradient: T; readonly extra: E }) =>
  (x) => {
    registerFlat();
    const inputs = leaves(x);
    let extra: E | undefined;
    const scalar = (): Scalar => {
      const [value, rest] = f(x);
      extra = mapTree(rest, (leaf) => tf.keep(leaf.clone()));
      return value;
    };
    const { value, grads } = tf.engine().gradients(scalar as () => Tensor, inputs, undefined, true);
    const slopes = grads.map((slope, i) => slope ?? tf.zerosLike(inputs[i]));
    return { value: value as Scalar, gradient: rebuild(x, slopes), extra: mapTree(extra as E, release) };
  };

/** A kept tensor handed back to the scope around it. */
const release = (kept: Tensor): Tensor => {
  const copy = kept.clone();
  kept.dispose();
  return copy;
};
