import * as tf from "#tfjs";
import { fail } from "../../core/check.ts";
import { broadcast, showShape } from "../../core/shape.ts";
import type { Tensor } from "../../core/tensor.ts";
import { checkSize, countsBetween, type Item, lengthOf, tensorOf } from "../item.ts";
import { limits } from "../source.ts";
import type { TextFunction } from "./function.ts";

const lengthsOf = (who: string, sizes: readonly Item[]): number[] => {
  const lengths = sizes.map((size, i) => lengthOf(`${who}: length ${i + 1}`, size));
  const all = lengths.reduce((a, b) => a * b, 1);
  if (all > limits.length) fail(`${who}: expected at most ${limits.length} numbers in all, got ${all}`);
  return lengths;
};

const filled = (who: string, make: (shape: number[]) => Tensor): TextFunction => ({
  takes: ["n", "m?"],
  lengths: [0, 1],
  apply: (sizes) => make(lengthsOf(who, sizes)),
});

/** x as often as n says, along a new first axis. */
const repeated = ([x, n]: readonly Item[]): Item => {
  const [length] = lengthsOf("rep", [n]);
  if (typeof x === "number") return countsBetween(1, length).map(() => x);
  const tensor = tensorOf(x);
  lengthsOf("rep", [length, ...tensor.shape]);
  return tensor.expandDims(0).broadcastTo([length, ...tensor.shape]);
};

/** Scalars count as vectors of one. */
const joined = (args: readonly Item[]): Tensor => {
  const parts = args.map(tensorOf).map((part) => (part.rank === 0 ? part.reshape([1]) : part));
  const odd = parts.find((part) => part.rank !== parts[0].rank);
  if (odd) fail(`expected arrays of as many axes, got ${showShape(parts[0].shape)} and ${showShape(odd.shape)}`);
  checkSize([parts.reduce((all, part) => all + part.size, 0)]);
  return parts.length === 1 ? parts[0] : tf.concat(parts, 0);
};

/** a where the condition holds and b elsewhere; all broadcast. */
export const chosen = (test: Item, a: Item, b: Item): Item => {
  if (typeof test === "number") return test === 0 ? b : a;
  const condition = tensorOf(test);
  const [yes, no] = [tensorOf(a), tensorOf(b)];
  const shape = [yes, no].reduce<readonly number[] | undefined>(
    (all, each) => all && broadcast(all, each.shape),
    condition.shape,
  );
  if (!shape)
    return fail(
      `a condition of shape ${showShape(condition.shape)} does not fit values of shape ${showShape(yes.shape)} and ${showShape(no.shape)}`,
    );
  checkSize(shape);
  const spread = (x: Tensor): Tensor => x.broadcastTo([...shape]);
  return tf.where(spread(condition).notEqual(0), spread(yes), spread(no));
};

export const arrays: Readonly<Record<string, TextFunction>> = {
  zeros: filled("zeros", (shape) => tf.zeros(shape)),
  ones: filled("ones", (shape) => tf.ones(shape)),
  identity: { takes: ["n"], lengths: [0], apply: (sizes) => tf.eye(lengthsOf("identity", [...sizes, ...sizes])[0]) },
  rep: { takes: ["x", "n"], lengths: [1], apply: repeated },
  concat: { takes: ["a", "..."], apply: joined },
  ifelse: { takes: ["test", "yes", "no"], apply: ([test, yes, no]) => chosen(test, yes, no) },
};
