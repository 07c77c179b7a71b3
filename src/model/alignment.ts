import { fail } from "../core/check.ts";
import { range, showShape } from "../core/shape.ts";
import type { Shape, Tensor } from "../core/tensor.ts";
import { adviceByHand, type DiscreteSlot } from "./discrete.ts";
import type { Axes } from "./site.ts";

/** One log-density per element, with the axes of its site. */
interface Elements {
  readonly label: string;
  readonly value: Tensor;
  readonly axes?: Axes;
}

const isNamed = (axes: Axes | undefined): axes is readonly string[] =>
  axes?.every((axis) => typeof axis === "string") ?? false;

/** Where the axes of a latent stand among those of a factor: by their names where both have them, else in front. */
const positionsOf = (axes: Axes | undefined, slot: DiscreteSlot): number[] => {
  const own = slot.axes;
  if (axes && isNamed(own) && own.every((axis) => axes.includes(axis))) return own.map((axis) => axes.indexOf(axis));
  return range(slot.shape.length);
};

const fits = (positions: readonly number[], shape: Shape, slot: DiscreteSlot): boolean =>
  positions.every((at, i) => shape[at] === slot.shape[i] && (i === 0 || at > positions[i - 1]));

/**
 * Log-densities summed over the axes that a discrete latent does not have: one for each of its elements.
 * @throws FluvialError where the axes of the latent are not among theirs.
 */
export const reducedTo = ({ label, value, axes }: Elements, name: string, slot: DiscreteSlot): Tensor => {
  if (slot.shape.length === 0) return value.sum();
  const positions = positionsOf(axes, slot);
  if (!fits(positions, value.shape, slot))
    fail(
      `${label} depends on the discrete latent "${name}" of shape ${showShape(slot.shape)}, but has ${
        value.rank === 0 ? "one log-density" : `log-densities of shape ${showShape(value.shape)}`
      }: each element of the latent must have its own, along axes that come first or have the same names; or ${adviceByHand}`,
    );
  const others = range(value.rank).filter((axis) => !positions.includes(axis));
  return others.length === 0 ? value : value.sum(others);
};
