import * as tf from "#tfjs";
import { fail } from "../core/check.ts";
import { showShape } from "../core/shape.ts";
import type { Scalar, Tensor } from "../core/tensor.ts";
import { disposeTree, leaves, mapTree, rebuild } from "../core/tree.ts";
import { registerSmoothSlopes } from "./smoothSlopes.ts";

/** Kernels without a slope, with the names of their inputs. */
const flat: Readonly<Record<string, readonly string[]>> = {
  Equal: ["a", "b"],
  NotEqual: ["a", "b"],
  Greater: ["a", "b"],
  GreaterEqual: ["a", "b"],
  Less: ["a", "b"],
  LessEqual: ["a", "b"],
  LogicalAnd: ["a", "b"],
  LogicalOr: ["a", "b"],
  LogicalNot: ["x"],
  IsNan: ["x"],
  IsFinite: ["x"],
  IsInf: ["x"],
  ArgMax: ["x"],
  ArgMin: ["x"],
};

/** Comparisons have no slope; the tape must not stop at them. Registered at first use: importing has no side effect. */
const registerFlat = (): void => {
  for (const [kernelName, inputs] of Object.entries(flat))
    if (!tf.getGradient(kernelName))
      tf.registerGradient({
        kernelName,
        inputsToSave: [...inputs],
        gradFunc: (_, saved) => Object.fromEntries(inputs.map((name, i) => [name, () => tf.zeros(saved[i].shape)])),
      });
};

/**
 * Value and gradient of a scalar function of a tree of tensors. What the function does not depend on gets zeros.
 * @param f tree → scalar.
 * @throws FluvialError where f gives no scalar.
 */
export const gradient =
  <T>(f: (x: T) => Scalar): ((x: T) => { readonly value: Scalar; readonly gradient: T }) =>
  (x) => {
    const { value, gradient: slope } = gradientWith((at: T) => [f(at), undefined] as const)(x);
    return { value, gradient: slope };
  };

/** As `gradient`, for a function that returns [scalar, anything else]; tensors of that come back as `extra`. */
export const gradientWith =
  <T, E>(
    f: (x: T) => readonly [Scalar, E],
  ): ((x: T) => { readonly value: Scalar; readonly gradient: T; readonly extra: E }) =>
  (x) => {
    registerFlat();
    registerSmoothSlopes();
    // Copies: f may close over the very tensors of x, which are constants then.
    const inputs = leaves(x).map((leaf) => leaf.clone());
    const at = rebuild(x, inputs);
    let extra: E | undefined;
    const scalar = (): Scalar => {
      const [value, rest] = f(at);
      if (value.rank !== 0) fail(`gradient: expected a function to a scalar, got one to ${showShape(value.shape)}`);
      extra = mapTree(rest, (leaf) => tf.keep(leaf.clone()));
      return value;
    };
    const { value, grads } = orForget(
      () => besideTape(() => tf.engine().gradients(scalar as () => Tensor, inputs, undefined, true)),
      () => [inputs, extra],
    );
    const slopes = grads.map((slope, i) => slope ?? tf.zeros(inputs[i].shape));
    disposeTree(inputs.filter((input) => input !== value));
    return { value: value as Scalar, gradient: rebuild(x, slopes), extra: mapTree(extra as E, release) };
  };

/**
 * Runs f, then puts back the tape of a gradient that is just being walked back: tfjs drops it where another gradient ends inside, as the
 * one in a reverse rule of `withGradient` does.
 */
const besideTape = <R>(f: () => R): R => {
  const { state } = tf.engine();
  const around = state.activeTape;
  const made = f();
  if (state.gradientDepth === 0) state.activeTape = around;
  return made;
};

/** A kept tensor handed back to the scope around it. */
const release = (kept: Tensor): Tensor => {
  const copy = kept.clone();
  kept.dispose();
  return copy;
};

/** Where `f` throws, tfjs would leave behind all that it saved for the gradient, and we what we kept. */
const orForget = <R>(f: () => R, kept: () => unknown): R => {
  try {
    return f();
  } catch (error) {
    disposeTree(kept());
    const { state } = tf.engine();
    if (state.gradientDepth === 0) {
      for (const node of state.activeTape ?? []) disposeTree(node.saved);
      state.activeTape = [];
    }
    throw error;
  }
};
