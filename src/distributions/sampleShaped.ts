import type { Key } from "../core/key.ts";
import { range, sameShape } from "../core/shape.ts";
import type { Shape, Tensor } from "../core/tensor.ts";
import type { Distribution } from "./distribution.ts";

/**
 * A draw of a larger shape than the distribution's own: every axis that spreads holds independent copies.
 * @param shape a shape that the distribution's spreads over.
 */
export const sampleShaped = (distribution: Distribution, key: Key, shape: Shape): Tensor => {
  const own = distribution.shape;
  if (sameShape(own, shape)) return distribution.sample(key);
  const lead = shape.length - own.length;
  const spread = range(own.length).filter((axis) => own[axis] === 1 && shape[lead + axis] !== 1);
  const copies = spread.map((axis) => shape[lead + axis]);
  const drawn = distribution.sample(key, [...shape.slice(0, lead), ...copies]);
  if (spread.length === 0) return drawn;
  // [lead, copies, own] → each copied axis goes to the place of the axis of length 1 that it stands for.
  const order = range(lead).concat(
    range(own.length).map((axis) =>
      spread.includes(axis) ? lead + spread.indexOf(axis) : lead + copies.length + axis,
    ),
    spread.map((axis) => lead + copies.length + axis),
  );
  return drawn.transpose(order).reshape([...shape]);
};
