import * as tf from "#tfjs";
import { checkCount, checkOptions, fail } from "../core/check.ts";
import type { Key } from "../core/key.ts";
import { range, showShape } from "../core/shape.ts";
import type { Shape, Tensor, TensorLike } from "../core/tensor.ts";
import { split, normal as standardNormal } from "../ops/random.ts";
import { scan } from "../ops/scan.ts";
import { realVectors } from "../transforms/real.ts";
import type { Continuous, Distribution } from "./distribution.ts";
import { given, type ParameterSet, positiveReals, reals, shapeOf, spreadShapes } from "./parameters.ts";
import {
  alongLast,
  before,
  checkFirst,
  checkSteps,
  drawFirst,
  isDistribution,
  joined,
  logNormalSteps,
  overSeries,
  spreadOver,
} from "./timeSeries.ts";

/** What is known of the p elements that the first p steps look back on. */
export type Beginning = TensorLike | Distribution | "stationary" | "given";

export interface AutoregressiveOptions {
  /**
   * Where the series comes from, which must be said:
   * - numbers: the p values before the first element, oldest first, [..., p]; a number stands for all of them;
   * - a distribution of scalars: that of each of the first p elements, independent;
   * - "stationary" (p = 1, |coefficient| < 1): the first element has the distribution that the series settles in;
   * - "given": the first p elements are taken as given and add nothing to the log-density, as Stan programs have it. Such a series
   *   has no draws, and as a prior it is improper.
   */
  readonly initial: Beginning;
  /** How many elements the series has; left out, the last length of `shape`. */
  readonly steps?: number;
  /** What is added at every step; 0. The mean of a stationary series is constant / (1 − Σ coefficients). */
  readonly constant?: TensorLike;
}

interface Form {
  readonly who: string;
  readonly order: number;
  readonly length: number;
  readonly full: Shape;
  readonly initial: Beginning;
}

/** Whether the first p elements are part of what is looked back on, and not themselves steps. */
const startsInside = (initial: Beginning): boolean => typeof initial === "string" || isDistribution(initial);

const formOf = (
  coefficients: TensorLike,
  options: AutoregressiveOptions,
  shape: Shape,
  of: readonly TensorLike[],
): Form => {
  const who = "autoregressive";
  const own = shapeOf(coefficients);
  const order = own[own.length - 1] ?? 0;
  if (order < 1) fail(`${who}: coefficients must be a vector [..., p], got ${showShape(own)}`);
  const { steps, initial } = options;
  if (initial === undefined)
    fail(
      `${who}: initial is missing; give the values before the first element, a distribution, "stationary" or "given"`,
    );
  if (steps !== undefined) checkCount(`${who}: steps`, steps);
  const length = steps ?? shape[shape.length - 1] ?? 0;
  const inside = startsInside(initial);
  checkSteps(who, length === 0 ? [] : [length], inside ? order + 1 : 1);
  const moves = length - (inside ? order : 0);
  const leads = [...shape.slice(0, -1), 1];
  const first = isDistribution(initial)
    ? [[...initial.shape, 1]]
    : inside
      ? []
      : [startShape(who, initial as TensorLike, order)];
  const wide = spreadShapes(who, [], [leads, [...own.slice(0, -1), 1], [moves], ...first, ...of.map(shapeOf)]);
  if (wide[wide.length - 1] !== moves)
    fail(
      `${who}: scale and constant must have ${moves} elements along the last axis, one for each step, or one, got ${showShape(wide)}`,
    );
  if (shape.length > 0 && shape[shape.length - 1] !== length)
    fail(`${who}: shape must end in the ${length} steps, got ${showShape(shape)}`);
  return { who, order, length, full: [...wide.slice(0, -1), length], initial };
};

const startShape = (who: string, initial: TensorLike, order: number): Shape => {
  const own = shapeOf(initial);
  if (own.length > 0 && own[own.length - 1] !== order)
    fail(`${who}: initial must hold the ${order} values before the first element, got ${showShape(own)}`);
  return [...own.slice(0, -1), 1];
};

const checkBeginning = ({ who, order, initial }: Form): void => {
  if (isDistribution(initial)) checkFirst(who, initial);
  if (typeof initial !== "string") return;
  if (initial !== "stationary" && initial !== "given")
    fail(`${who}: initial must be values, a distribution, "stationary" or "given", got "${initial}"`);
  if (initial === "stationary" && order !== 1)
    fail(`${who}: "stationary" needs one coefficient, got ${order}; give the first elements a distribution`);
};

type Known = Readonly<Record<"coefficients" | "scale" | "constant", Tensor>>;

/** Σ_k coefficient_k · (what stands k before), for the elements of `path` from number p on. */
const lookBack = (path: Tensor, { coefficients, constant }: Known, order: number): Tensor => {
  const moves = path.shape[path.rank - 1] - order;
  return range(order)
    .map((k) => alongLast(path, order - 1 - k, moves).mul(alongLast(coefficients, k, 1)))
    .reduce((a, b) => a.add(b))
    .add(constant);
};

/** Mean and standard deviation that a first-order series settles in; NaN unless |coefficient| < 1. */
const settled = ({ coefficients, scale, constant }: Known): { readonly mean: Tensor; readonly deviation: Tensor } => ({
  mean: alongLast(constant.add(coefficients.mul(0)), 0, 1).div(tf.sub(1, coefficients)),
  deviation: alongLast(scale.add(coefficients.mul(0)), 0, 1).div(tf.sub(1, coefficients.square()).sqrt()),
});

/** log-density of what the series begins with, [..., p]. */
const logBeginning = (start: Tensor, known: Known, { initial }: Form): Tensor | undefined => {
  if (isDistribution(initial))
    return initial.logProb(start.transpose([start.rank - 1, ...range(start.rank - 1)])).sum(0);
  if (initial !== "stationary") return undefined;
  const { mean, deviation } = settled(known);
  return logNormalSteps(start.sub(mean), deviation);
};

/** The p values that the first drawn step looks back on: [...leads, p]. */
const drawBeginning = (key: Key, known: Known, leads: Shape, { who, initial, order }: Form): Tensor => {
  if (initial === "given")
    return fail(
      `${who}: a series whose first elements are given has no draws; give \`initial\` values or a distribution`,
    );
  if (isDistribution(initial))
    return tf.stack(
      split(key, order + 1)
        .slice(1)
        .map((each) => drawFirst(initial, each, leads)),
      leads.length,
    );
  if (initial === "stationary") {
    const { mean, deviation } = settled(known);
    return standardNormal(key, [...leads, 1])
      .mul(deviation)
      .add(mean);
  }
  return before(initial as TensorLike, order).broadcastTo([...leads, order]);
};

/** Step after step from what it looks back on, noise [..., moves] → [..., moves]. */
const walk = (start: Tensor, noise: Tensor, { coefficients, constant }: Known, order: number): Tensor => {
  const last = noise.rank - 1;
  const moves = noise.add(constant).transpose([last, ...range(last)]);
  const weights = coefficients.reverse(coefficients.rank - 1);
  const turn = (past: Tensor, move: Tensor): readonly [Tensor, Tensor] => {
    const next = past.mul(weights).sum(-1).add(move);
    return [tf.concat([alongLast(past, 1, order - 1), next.expandDims(-1)], past.rank - 1), next];
  };
  const one = (past: Tensor, move: Tensor): readonly [Tensor, Tensor] => {
    const next = past.mul(weights).sum(-1).add(move);
    return [next.expandDims(-1), next];
  };
  const [, path] = scan(order === 1 ? one : turn, start, moves);
  return path.transpose([...range(last + 1).slice(1), 0]);
};

/**
 * An autoregressive series [..., steps] of order p: x_t = constant + Σ_k coefficient_k x_(t−k) + scale · noise.
 * @param coefficients [..., p], that of the latest value first. @param scale the standard deviation of the noise: a number, or what
 * broadcasts against the steps that are random ([..., steps], or p fewer where the first p elements are not steps); [..., 1] is one
 * for each series. The same holds for `constant`.
 * @param shape the shape [..., steps] of one draw, where it is larger than that of the parameters.
 * @throws FluvialError where `initial` is missing or does not fit, the number of steps is not known, or shapes do not fit.
 */
export const autoregressive = (
  coefficients: TensorLike,
  scale: TensorLike,
  options: AutoregressiveOptions,
  shape: Shape = [],
): Continuous => {
  const who = "autoregressive";
  checkOptions(who, options ?? {}, ["initial", "steps", "constant"]);
  const { constant = 0 } = options ?? {};
  const all: Record<"coefficients" | "scale" | "constant", readonly [TensorLike, ParameterSet]> = {
    coefficients: [coefficients, reals],
    scale: [scale, positiveReals],
    constant: [constant, reals],
  };
  const { at, parameters } = given(who, all);
  const form = formOf(coefficients, options ?? {}, shape, [scale, constant]);
  checkBeginning(form);
  const { order, full, length, initial } = form;
  const inside = startsInside(initial);
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
      const leads = wide.slice(0, -1);
      const start = drawBeginning(forFirst, known, leads, form);
      const noise = standardNormal(forSteps, [...leads, length - (inside ? order : 0)]).mul(known.scale);
      const path = walk(start, noise, known, order);
      return inside ? joined([start, path], wide) : path;
    },
    logProb: (value) =>
      overSeries(value, (given) => {
        const known = at();
        const x = spreadOver(who, given, full);
        const path = inside ? x : joined([before(initial as TensorLike, order), x], x.shape);
        const moves = inside ? alongLast(x, order, length - order) : x;
        const density = logNormalSteps(moves.sub(lookBack(path, known, order)), known.scale);
        const first = logBeginning(alongLast(x, 0, Math.min(order, length)), known, form);
        return first ? density.add(first) : density;
      }),
  };
};
