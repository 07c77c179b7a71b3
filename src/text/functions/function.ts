import { fail } from "../../core/check.ts";
import { broadcast, showShape } from "../../core/shape.ts";
import type { Tensor } from "../../core/tensor.ts";
import { checkSize, type Item, lengthOf, tensorOf } from "../item.ts";

/** A function of a model's text. */
export interface TextFunction {
  /** The names of its arguments; a question mark ends those that may be left out, three points one that there may be more of. */
  readonly takes: readonly string[];
  /** Places of arguments that say how long something is, and so must be known when data are bound. */
  readonly lengths?: readonly number[];
  /** @throws FluvialError where an argument does not fit. */
  readonly apply: (args: readonly Item[]) => Item;
}

/** The same for a number known to the host, where there is a way to have one. */
export interface Pointwise {
  readonly host?: (x: number) => number;
  readonly tensor: (x: Tensor) => Tensor;
}

/** A function of each element. */
export const pointwise = ({ host, tensor }: Pointwise): TextFunction => ({
  takes: ["x"],
  apply: ([x]) => (typeof x === "number" && host ? host(x) : tensor(tensorOf(x))),
});

/** @throws FluvialError unless two shapes broadcast. */
export const checkTogether = (a: Tensor, b: Tensor): void => {
  checkSize(broadcast(a.shape, b.shape) ?? fail(`${showShape(a.shape)} and ${showShape(b.shape)} do not fit together`));
};

/** A function of the elements of two arrays, which broadcast. */
export const pairwise = (
  host: (a: number, b: number) => number,
  tensor: (a: Tensor, b: Tensor) => Tensor,
): TextFunction => ({
  takes: ["a", "b"],
  apply: ([a, b]) => {
    if (typeof a === "number" && typeof b === "number") return host(a, b);
    const [x, y] = [tensorOf(a), tensorOf(b)];
    checkTogether(x, y);
    return tensor(x, y);
  },
});

/** @throws FluvialError unless x has that many axes. */
export const withRank = (who: string, rank: number, x: Item): Tensor => {
  const tensor = tensorOf(x);
  const names = ["a number", "a vector", "a matrix"];
  if (tensor.rank !== rank) fail(`${who} must be ${names[rank]}, got ${showShape(tensor.shape)}`);
  return tensor;
};

/** An axis counted from 1, as one from 0. */
export const axisOf = (x: Tensor, axis: Item): number => {
  const place = lengthOf("axis", axis);
  if (place > x.rank) fail(`axis must be from 1 to ${x.rank}, got ${place}`);
  return place - 1;
};
