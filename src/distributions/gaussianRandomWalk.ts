import { checkCount, checkOptions, fail } from "../core/check.ts";
import { showShape } from "../core/shape.ts";
import type { Shape, TensorLike } from "../core/tensor.ts";
import { split, normal as standardNormal } from "../ops/random.ts";
import { realVectors } from "../transforms/real.ts";
import type { Continuous, Distribution } from "./distribution.ts";
import { given, type ParameterSet, positiveReals, reals, shapeOf, spreadShapes } from "./parameters.ts";
import {
  alongLast,
  checkFirst,
  checkSteps,
  drawFirst,
  isDistribution,
  joined,
  logNormalSteps,
  overSeries,
  spreadOver,
} from "./timeSeries.ts";

export interface RandomWalkOptions {
  /** How many elements the walk has; left out, the last length of `shape`. */
  readonly steps?: number;
  /** Where it comes from: the value before the first element, a number or [...] for each series; or a distribution of the first element. 0. */
  readonly initial?: TensorLike | Distribution;
  /** The mean of a step; 0. */
  readonly drift?: TensorLike;
}

const seriesShape = (
  who: string,
  shape: Shape,
  { steps, initial }: RandomWalkOptions,
  of: readonly TensorLike[],
): Shape => {
  if (steps !== undefined) checkCount(`${who}: steps`, steps);
  const length = steps ?? shape[shape.length - 1] ?? 0;
  const first = isDistribution(initial);
  checkSteps(who, length === 0 ? [] : [length], first ? 2 : 1);
  const moves = length - (first ? 1 : 0);
  const starts = isDistribution(initial) ? initial.shape : shapeOf(initial ?? 0);
  const wide = spreadShapes(who, [], [[...shape.slice(0, -1), 1], [moves], [...starts, 1], ...of.map(shapeOf)]);
  if (wide[wide.length - 1] !== moves)
    fail(
      `${who}: scale and drift must have ${moves} elements along the last axis, one for each step, or one, got ${showShape(wide)}`,
    );
  const full = [...wide.slice(0, -1), length];
  if (shape.length > 0 && shape[shape.length - 1] !== length)
    fail(`${who}: shape must end in the ${length} steps, got ${showShape(shape)}`);
  return full;
};

/**
 * A Gaussian random walk [..., steps]: each element is the one before it plus `drift` plus normal noise of the given scale.
 * @param scale the standard deviation of a step: a number, or anything that broadcasts against the steps [..., steps]; [..., 1] is one for
 * each series. Where `initial` is a distribution there are steps − 1 of them: the first element has that distribution.
 * @param shape the shape [..., steps] of one draw, where it is larger than that of the parameters.
 * @throws FluvialError where an option is unknown, the number of steps is not known, or shapes do not fit.
 */
export const gaussianRandomWalk = (
  scale: TensorLike,
  options: RandomWalkOptions = {},
  shape: Shape = [],
): Continuous => {
  const who = "gaussianRandomWalk";
  checkOptions(who, options, ["steps", "initial", "drift"]);
  const { initial = 0, drift = 0 } = options;
  const first = isDistribution(initial) ? initial : undefined;
  if (first) checkFirst(who, first);
  const all: Record<string, readonly [TensorLike, ParameterSet]> = {
    scale: [scale, positiveReals],
    drift: [drift, reals],
    ...(first ? {} : { initial: [initial as TensorLike, reals] as const }),
  };
  const { at, parameters } = given(who, all);
  const full = seriesShape(who, shape, options, [scale, drift]);
  const length = full[full.length - 1];
  return {
    name: who,
    rank: 1,
    shape: full,
    support: realVectors,
    parameters,
    sample: (key, batch = []) => {
      const known = at();
      const [forFirst, forSteps] = split(key, 2);
      const wide = [...batch, ...full];
      const moves = [...wide.slice(0, -1), length - (first ? 1 : 0)];
      const steps = standardNormal(forSteps, moves).mul(known.scale).add(known.drift);
      const cumulated = steps.cumsum(steps.rank - 1);
      const leads = wide.slice(0, -1);
      if (!first) return cumulated.add(known.initial.expandDims(-1));
      const start = drawFirst(first, forFirst, leads).expandDims(-1);
      return joined([start, cumulated.add(start)], wide);
    },
    logProb: (value) =>
      overSeries(value, (given) => {
        const known = at();
        const x = spreadOver(who, given, full);
        const start = alongLast(x, 0, 1);
        const steps = alongLast(x, 1, length - 1).sub(alongLast(x, 0, length - 1));
        if (first) return logNormalSteps(steps.sub(known.drift), known.scale).add(first.logProb(start.squeeze([-1])));
        const moves = joined([start.sub(known.initial.expandDims(-1)), steps], x.shape);
        return logNormalSteps(moves.sub(known.drift), known.scale);
      }),
  };
};
