import * as tf from "#tfjs";
import { fail } from "../../core/check.ts";
import { inPrecision, type Precision } from "../../core/double.ts";
import { showShape } from "../../core/shape.ts";
import type { Tensor } from "../../core/tensor.ts";
import { leaves, paths } from "../../core/tree.ts";
import type { Signature } from "../trace/trace.ts";
import { dtypeOf, typeOf } from "../trace/types.ts";
import type { Slot } from "../wasm/program.ts";
import type { Instance } from "./instance.ts";

export const signatureOf = (tensor: Tensor): Signature => ({ type: typeOf(tensor.dtype), shape: tensor.shape });

export const showSignature = ({ type, shape }: Signature): string => `${type}${showShape(shape)}`;

/** The values of a tensor where they lie, without a copy where its backend allows that. */
export const valuesOf = (tensor: Tensor): ArrayLike<number> =>
  inPrecision("f64", () => tensor.dataSync()) as ArrayLike<number>;

/** A tensor of the values in a slot. */
export const tensorOf = (instance: Instance, slot: Slot, precision: Precision): Tensor =>
  inPrecision(precision, () =>
    tf.engine().makeTensor(instance.read(slot) as tf.DataValues, [...slot.shape], dtypeOf[slot.type]),
  );

const isRecord = (x: unknown): x is object => x !== null && typeof x === "object" && !ArrayBuffer.isView(x);

const numbers = new WeakMap<object, number>();
let counted = 0;

/** A number of its own for every function: equal sources may close over different things. */
const numberOf = (f: object): number => {
  const known = numbers.get(f) ?? ++counted;
  numbers.set(f, known);
  return known;
};

const describeValue = (x: unknown): string => {
  if (typeof x === "string") return JSON.stringify(x);
  if (typeof x === "function") return `function ${numberOf(x)}`;
  return `${typeof x} ${Object.is(x, -0) ? "-0" : String(x)}`;
};

/** The form of a tree with type and shape of its tensors, as text: what a program made for one such tree can run again. */
export const describe = (tree: unknown): string => {
  if (tree instanceof tf.Tensor) return showSignature(signatureOf(tree));
  if (Array.isArray(tree)) return `(${tree.map(describe).join(",")})`;
  if (isRecord(tree))
    return `{${Object.entries(tree).map(([name, value]) => `${JSON.stringify(name)}:${describe(value)}`)}}`;
  return describeValue(tree);
};

/** @throws FluvialError where a state does not come out of a step, or is not written, as it went in. */
export const checkState = (
  before: readonly Signature[],
  after: readonly Signature[],
  tree: unknown,
  how: "comes out of a step" | "is written" = "comes out of a step",
): void => {
  const names = paths(tree);
  if (before.length !== after.length)
    fail(`loop: the state goes in with ${before.length} tensors and comes out of a step with ${after.length}`);
  before.forEach((signature, i) => {
    if (showSignature(signature) !== showSignature(after[i]))
      fail(
        `loop: the state "${names[i]}" goes in as ${showSignature(signature)} and ${how} as ${showSignature(after[i])}`,
      );
  });
};

/** @throws FluvialError unless other data have the form, types and shapes of the present ones; names the first that has not. */
export const checkData = (present: unknown, next: unknown): void => {
  const [names, others] = [paths(present), paths(next)];
  const [before, after] = [leaves(present).map(signatureOf), leaves(next).map(signatureOf)];
  names.forEach((name, i) => {
    if (name !== others[i]) fail(`gradient: expected data "${name}", got ${others[i] ? `"${others[i]}"` : "none"}`);
    if (showSignature(before[i]) !== showSignature(after[i]))
      fail(`gradient: expected the data "${name}" as ${showSignature(before[i])}, got ${showSignature(after[i])}`);
  });
  if (others.length > names.length) fail(`gradient: expected ${names.length} tensors of data, got ${others.length}`);
};
