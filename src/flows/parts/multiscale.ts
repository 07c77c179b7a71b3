import * as tf from "#tfjs";
import { fail } from "../../core/check.ts";
import type { Tensor } from "../../core/tensor.ts";
import { split } from "../../ops/random.ts";
import type { Bijection, Mapped } from "../../transforms/transform.ts";
import type { Flow, Side } from "../flow.ts";

/** How a vector [...batch, leaving + staying] is cut in two vectors, and put together again. */
export interface Cut {
  readonly leaving: number;
  readonly staying: number;
  apart(x: Tensor): readonly [leaving: Tensor, staying: Tensor];
  together(leaving: Tensor, staying: Tensor): Tensor;
}

const cutAt = (leaving: number, staying: number): Cut => ({
  leaving,
  staying,
  apart: (x) => tf.split(x, [leaving, staying], -1) as [Tensor, Tensor],
  together: (gone, left) => tf.concat([gone, left], -1),
});

/** The first half of a vector leaves; of an odd number, the smaller half. */
const firstHalf = (size: number): Cut => cutAt(Math.floor(size / 2), Math.ceil(size / 2));

interface PartlyParameters<P, Q> {
  /** Of the flow over all coordinates. */
  readonly whole: P;
  /** Of the flow over those that stay. */
  readonly part: Q;
}

/** The noise with `part` at work on its last coordinates, those that stay: put together, what `whole` takes. */
const partlyMap = (whole: Bijection, cut: Cut, part: Bijection): Bijection => {
  const noise = cutAt(cut.leaving, cut.staying);
  const after = (value: Tensor, first: Mapped, second: Mapped): Mapped => ({
    value,
    logDet: first.logDet.add(second.logDet),
  });
  return {
    rank: 1,
    forward: (z) => {
      const [leaving, staying] = noise.apart(z);
      const inner = part.forward(staying);
      const outer = whole.forward(cut.together(leaving, inner.value));
      return after(outer.value, inner, outer);
    },
    inverse: (x) => {
      const outer = whole.inverse(x);
      const [leaving, staying] = cut.apart(outer.value);
      const inner = part.inverse(staying);
      return after(noise.together(leaving, inner.value), outer, inner);
    },
    domain: (shape) => shape,
  };
};

const partly = <P, Q>(whole: Flow<P>, cut: Cut, part: Flow<Q>): Flow<PartlyParameters<P, Q>> => ({
  init: (key) => {
    const [forWhole, forPart] = split(key, 2);
    return { whole: whole.init(forWhole), part: part.init(forPart) };
  },
  at: (params, given = {}) => partlyMap(whole.at(params.whole, given), cut, part.at(params.part, given)),
  prepare: (params, values, side: Side, given) => {
    const preparedPart = (staying: Tensor): Q => part.prepare?.(params.part, staying, side, given) ?? params.part;
    const preparedWhole = (x: Tensor): P => whole.prepare?.(params.whole, x, side, given) ?? params.whole;
    if (side === "after") {
      const own = preparedWhole(values);
      const [, staying] = cut.apart(whole.at(own, given).inverse(values).value);
      return { whole: own, part: preparedPart(staying) };
    }
    const [leaving, staying] = cutAt(cut.leaving, cut.staying).apart(values);
    const own = preparedPart(staying);
    return { whole: preparedWhole(cut.together(leaving, part.at(own, given).forward(staying).value)), part: own };
  },
});

/** A level: a flow over all that is left, after which (seen from the data) some leave. */
export interface Level {
  readonly flow: Flow<unknown>;
  readonly cut: Cut;
}

/**
 * A flow on several scales: of the data's coordinates, once the first level's flow has been undone, a part is noise already and leaves;
 * the next level goes on with the rest. The noise has its coordinates in the order in which they leave. For flows without randomness.
 * Dinh, Sohl-Dickstein & Bengio 2017, section 3.6.
 */
export const multiscale = (levels: readonly Level[], last: Flow<unknown>): Flow<unknown> =>
  levels.reduceRight<Flow<unknown>>((part, { flow, cut }) => partly(flow, cut, part), last);

/**
 * The sizes of vectors on so many scales, a half leaving at each.
 * @throws FluvialError where nothing would be left to cut.
 */
const halvedSizes = (who: string, size: number, levels: number): readonly number[] => {
  const sizes = [size];
  while (sizes.length < levels && sizes[sizes.length - 1] > 1) sizes.push(firstHalf(sizes[sizes.length - 1]).staying);
  if (sizes.length < levels)
    fail(`${who}: expected at most ${sizes.length} levels over vectors of size ${size}, got ${levels}`);
  return sizes;
};

/** One flow a scale over vectors, half of the coordinates leaving between them. One level is the flow itself. */
export const halving = (
  who: string,
  size: number,
  levels: number,
  flowOver: (size: number) => Flow<unknown>,
): Flow<unknown> => {
  const sizes = halvedSizes(who, size, levels);
  const outer = sizes.slice(0, -1).map((own) => ({ flow: flowOver(own), cut: firstHalf(own) }));
  return multiscale(outer, flowOver(sizes[sizes.length - 1]));
};
