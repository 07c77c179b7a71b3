import { range } from "../core/shape.ts";
import { fromHost, type Tensor } from "../core/tensor.ts";

/**
 * Which inputs each unit of a masked network may see, layer by layer: an input of place k has the degree k + 1, a context 0, and a unit
 * sees the units before it of no higher degree than its own; outputs of place k, head after head, have the degree k.
 * Germain, Gregor, Murray & Larochelle 2015.
 */
export const degreesOf = (
  size: number,
  hidden: readonly number[],
  heads: number,
  context: number,
  places: readonly number[],
): number[][] => {
  const inputs = places.map((place) => place + 1);
  const given = range(context).map(() => 0);
  const lowest = context > 0 ? 0 : 1;
  const spread = Math.max(1, size - lowest);
  const between = hidden.map((width) => range(width).map((k) => lowest + (k % spread)));
  const outputs = range(heads).flatMap(() => inputs.map((degree) => degree - 1));
  return [[...inputs, ...given], ...between, outputs];
};

/** 1 where a unit of degree `to` sees one of degree `from`: never a later coordinate, nor its own. */
export const maskOf = (from: readonly number[], to: readonly number[]): Tensor =>
  fromHost(
    from.flatMap((a) => to.map((b) => (b >= a ? 1 : 0))),
    [from.length, to.length],
  );
