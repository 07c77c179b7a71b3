import * as tf from "#tfjs";
import { range } from "../core/shape.ts";
import type { Scalar, Tensor } from "../core/tensor.ts";
import { scan } from "../ops/scan.ts";
import { activations } from "./activations.ts";
import { degreesOf, maskOf } from "./degrees.ts";
import type { MaskedOptions } from "./masked.ts";
import type { Layer } from "./mlp.ts";

/** One coordinate solved for, row by row, and the log of a slope there: [n] each. */
export interface Solved {
  readonly value: Tensor;
  readonly logDet: Tensor;
}

/** The coordinate of one place, from the network's outputs for it, [n] a head, and from what is given for it, [n]. */
export type Solve = (heads: readonly Tensor[], given: Tensor) => Solved;

/** The units of each of `size` degrees from `lowest` on, filled up to one width by one that is not there, behind the last. */
const slotsOf = (degrees: readonly number[], size: number, lowest: number): number[] => {
  const groups = range(size).map((k) => range(degrees.length).filter((unit) => degrees[unit] === k + lowest));
  const width = Math.max(1, ...groups.map((group) => group.length));
  return groups.flatMap((group) => range(width).map((i) => group[i] ?? degrees.length));
};

/** x at these places of an axis; 0 at the place behind its last. */
const picked = (x: Tensor, places: readonly number[], axis: number): Tensor => {
  const missing = (): Tensor => tf.zeros(x.shape.map((length, i) => (i === axis ? 1 : length)));
  const all = places.includes(x.shape[axis]) ? tf.concat([x, missing()], axis) : x;
  return tf.gather(all, tf.tensor1d([...places], "int32"), axis);
};

/** The columns of x that belong to each place: [rows, columns] → [size, rows, width]. */
const columnsBySize = (x: Tensor, slots: readonly number[], size: number): Tensor =>
  picked(x, slots, 1)
    .reshape([x.shape[0], size, slots.length / size])
    .transpose([1, 0, 2]);

/** What each place takes of a network's layers: w [size, rows, width], b [size, 1 or n, width]. */
const layersByPlace = (
  layers: readonly Layer[],
  degrees: readonly (readonly number[])[],
  slots: readonly (readonly number[])[],
  size: number,
  context: Tensor | undefined,
): Layer[] =>
  layers.map(({ w, b }, i) => {
    const seen = w.mul(maskOf(degrees[i], degrees[i + 1]));
    const width = b.shape[0];
    const offset = b.expandDims(0);
    // A context comes in with the first layer, alike at every turn.
    const bias = i === 0 && context ? tf.matMul(context, seen.slice([size, 0], [-1, width])).add(offset) : offset;
    return {
      w: columnsBySize(picked(seen, slots[i], 0), slots[i + 1], size),
      b: columnsBySize(bias, slots[i + 1], size),
    };
  });

interface Element {
  readonly place: Scalar;
  readonly layers: readonly Layer[];
  readonly given: Tensor;
}

/**
 * The coordinates x that belong to given numbers, one after the other, where x_i follows from its number and from what a masked network
 * makes of the coordinates before it: `value` [n, size], `logDet` [n]. A turn works out the units that its coordinate brings in reach,
 * and no others, so that all turns together cost about what one pass of the network does.
 * @param options those that `masked` was made with. @param layers its parameters. @param given [n, size]. @param context [n, c].
 */
export const solvedInOrder = (
  { size, hidden, heads, ...options }: MaskedOptions & { size: number; hidden: readonly number[]; heads: number },
  layers: readonly Layer[],
  given: Tensor,
  context: Tensor | undefined,
  solve: Solve,
): Solved => {
  const { activation = "tanh", places = range(size), context: seen = 0 } = options;
  const degrees = degreesOf(size, hidden, heads, seen, places);
  const last = degrees.length - 1;
  const slots = degrees.map((own, i) => slotsOf(own, size, i === 0 ? 1 : 0));
  const n = given.shape[0];
  const turns = tf.tensor1d(range(size), "float32");

  /** What is known by now, with what belongs to this place: [n, size · width]. */
  const put = (known: Tensor, own: Tensor, place: Scalar): Tensor => {
    const width = own.shape[1] as number;
    const here = turns.equal(place).reshape([1, size, 1]);
    const all = tf.where(here, own.expandDims(1), known.reshape([n, size, width]));
    return all.reshape([n, size * width]);
  };

  /** state: the coordinates known by now, then the units of each hidden layer. */
  const turn = (state: readonly Tensor[], { place, layers: own, given: y }: Element): readonly [Tensor[], Solved] => {
    const units = [...state];
    const linear = (i: number): Tensor => tf.matMul(units[i], own[i].w).add(own[i].b);
    for (const i of range(last - 1)) units[i + 1] = put(units[i + 1], activations[activation](linear(i)), place);
    const outputs = linear(last - 1);
    const solved = solve(
      range(heads).map((head) => outputs.slice([0, head], [n, 1]).reshape([n])),
      y,
    );
    return [[put(state[0], solved.value.expandDims(1), place), ...units.slice(1)], solved];
  };

  const start = slots.slice(0, last).map((own) => tf.zeros([n, own.length]));
  const elements: Element = {
    place: turns as unknown as Scalar,
    layers: layersByPlace(layers, degrees, slots, size, context),
    given: tf.gather(given.transpose(), tf.tensor1d([...slots[0]], "int32"), 0),
  };
  const [, solved] = scan(turn, start as readonly Tensor[], elements);
  return {
    value: tf.gather(solved.value, tf.tensor1d([...places], "int32"), 0).transpose(),
    logDet: solved.logDet.sum(0),
  };
};
