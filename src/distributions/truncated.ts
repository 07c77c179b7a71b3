import * as tf from "#tfjs";
import { checkOptions, fail } from "../core/check.ts";
import type { Key } from "../core/key.ts";
import { asTensor, type Shape, type Tensor, type TensorLike } from "../core/tensor.ts";
import { logAddExp, logDiffExp } from "../ops/logExp.ts";
import { uniform } from "../ops/random.ts";
import { exp } from "../ops/special.ts";
import { interval, lower as linesAbove, upper as linesBelow } from "../transforms/bounds.ts";
import type { Support, ValueSet } from "../transforms/support.ts";
import { bisectReals, bisectWhole } from "./bisect.ts";
import { between } from "./continuous.ts";
import type { Continuous, Cumulative, Distribution, Parameter } from "./distribution.ts";
import type { Bounds } from "./flat.ts";
import { outsideSupport } from "./guarded.ts";
import { implicitly } from "./implicit.ts";
import { above, asReal, given, type ParameterSet, reals, shapeOf, spreadShapes, wholes } from "./parameters.ts";

/** What a truncated distribution is: as continuous as its base. */
export type Truncated<D extends Distribution> = (D extends Continuous ? Continuous : Distribution) & Cumulative;

/** Whether a distribution's values come from ℝ, so that single ones have no mass. */
export const isContinuous = (base: Distribution): base is Continuous => "forward" in base.support;

/**
 * The bounds of a base as they are checked: whole numbers where it counts.
 * @throws FluvialError naming what is wrong: no bound, one that is not finite or whole, the upper not above the lower, or a base without
 * a distribution function.
 */
export const checkedBounds = (
  who: string,
  base: Distribution & Cumulative,
  bounds: Bounds,
): Record<string, Parameter> => {
  if (typeof base?.logProb !== "function")
    fail(`${who}: expected a distribution such as normal(0, 1), got ${typeof base}`);
  checkOptions(who, bounds, ["lower", "upper"]);
  if (typeof base.logCdf !== "function" || base.rank !== 0)
    fail(
      `${who}: ${base.name} has no distribution function that could be cut; docs/distributions.md says which have one`,
    );
  const { lower, upper } = bounds;
  if (lower === undefined && upper === undefined) fail(`${who}: expected a bound, lower or upper, got none`);
  const numbers = isContinuous(base) ? reals : wholes;
  const beyond: ParameterSet = isContinuous(base) && lower !== undefined ? above(lower) : numbers;
  if (!isContinuous(base) && typeof lower === "number" && typeof upper === "number" && lower > upper)
    fail(`${who}: upper must not be below lower, ${lower}, got ${upper}`);
  const parameters: Record<string, readonly [TensorLike, ParameterSet]> = {
    ...(lower !== undefined && { lower: [lower, numbers] }),
    ...(upper !== undefined && { upper: [upper, beyond] }),
  };
  return given(who, parameters).parameters;
};

/** The further in of two ends, either of which may be missing. */
const inner = (
  a: TensorLike | undefined,
  b: TensorLike | undefined,
  side: "maximum" | "minimum",
): TensorLike | undefined => {
  if (a === undefined || b === undefined) return a ?? b;
  if (typeof a === "number" && typeof b === "number") return side === "maximum" ? Math.max(a, b) : Math.min(a, b);
  return asTensor(a)[side](asTensor(b));
};

const cutSupport = (base: Continuous, { lower, upper }: Bounds): Support => {
  const low = inner(lower, base.support.ends?.low, "maximum");
  const high = inner(upper, base.support.ends?.high, "minimum");
  if (typeof low === "number" && typeof high === "number" && low >= high)
    fail(`truncated: ${base.name} has no values between the bounds, ${low} and ${high}`);
  if (low === undefined) return linesBelow(high as TensorLike);
  return high === undefined ? linesAbove(low) : interval(low, high);
};

const cutCounts = (base: Distribution, { lower, upper }: Bounds): ValueSet => {
  const first = inner(lower, base.support.range?.[0], "maximum");
  const last = inner(upper, base.support.range?.[1], "minimum");
  const range = first !== undefined && last !== undefined ? ([first, last] as const) : undefined;
  return {
    name: `${base.support.name}, cut at a bound`,
    rank: 0,
    contains: (x) => {
      const within =
        lower === undefined
          ? base.support.contains(x)
          : tf.logicalAnd(base.support.contains(x), x.greaterEqual(asTensor(lower)));
      return upper === undefined ? within : tf.logicalAnd(within, x.lessEqual(asTensor(upper)));
    },
    bounds: [lower, upper].filter((bound) => bound !== undefined),
    ...(range && { range }),
  };
};

/** log P(a < X ≤ b), either end of which may be missing: from the tail that is smaller at a, so that nothing cancels in it. */
const logMass = (base: Cumulative, a: Tensor | undefined, b: Tensor | undefined): Tensor => {
  if (a === undefined) return b === undefined ? tf.scalar(0) : base.logCdf(b);
  if (b === undefined) return base.logSurvival(a);
  const [below, beyond] = [base.logCdf(a), base.logSurvival(a)];
  const right = below.greater(beyond);
  return logDiffExp(tf.where(right, beyond, base.logCdf(b)), tf.where(right, base.logSurvival(b), below));
};

interface Cut {
  readonly base: Distribution & Cumulative;
  readonly bounds: Bounds;
  readonly shape: Shape;
  readonly parameters: Readonly<Record<string, Parameter>>;
}

/** The ends as tensors, such that the mass between them is P(a < X ≤ b). */
const endsAt = ({ base, bounds: { lower, upper } }: Cut): { readonly a?: Tensor; readonly b?: Tensor } => {
  const step = isContinuous(base) ? 0 : 1;
  return {
    ...(lower !== undefined && { a: asReal(asTensor(lower)).sub(step) }),
    ...(upper !== undefined && { b: asReal(asTensor(upper)) }),
  };
};

const logProbOf =
  (cut: Cut, support: ValueSet) =>
  (value: Tensor): Tensor => {
    const x = asReal(value);
    const { a, b } = endsAt(cut);
    const density = cut.base.logProb(x).sub(logMass(cut.base, a, b));
    return tf.where(support.contains(x), density, outsideSupport(x.add(tf.zerosLike(density))));
  };

/** The tails of what is left, for x inside. */
const tailsOf = (cut: Cut) => ({
  logCdf: (x: Tensor): Tensor => {
    const { a, b } = endsAt(cut);
    return logMass(cut.base, a, x).sub(logMass(cut.base, a, b));
  },
  logSurvival: (x: Tensor): Tensor => {
    const { a, b } = endsAt(cut);
    return logMass(cut.base, x, b).sub(logMass(cut.base, a, b));
  },
});

/**
 * Whether P(X ≤ x) < p in what is left, compared in the smaller tail of the base at the number looked for: its mass up to there is
 * that below the lower bound and a share p of what is left, both positive.
 */
const belowShare = (cut: Cut, p: Tensor): ((x: Tensor) => Tensor) => {
  const { base } = cut;
  const { a, b } = endsAt(cut);
  const mass = logMass(base, a, b);
  const [logP, logRest] = [p.log().add(mass), p.neg().log1p().add(mass)];
  const lower = a === undefined ? logP : logAddExp(base.logCdf(a), logP);
  const upper = b === undefined ? logRest : logAddExp(base.logSurvival(b), logRest);
  const low = lower.less(upper);
  return (x) => tf.where(low, base.logCdf(x).less(lower), base.logSurvival(x).greater(upper));
};

/** A number well inside an interval or half-line. */
const insideOf = ({ ends }: Support): Tensor => {
  const [low, high] = [ends?.low, ends?.high];
  if (low === undefined) return asTensor(high as TensorLike).sub(1);
  return high === undefined ? asTensor(low).add(1) : asTensor(low).add(asTensor(high)).div(2);
};

const truncatedReals = (cut: Cut, base: Continuous): Continuous & Cumulative => {
  const support = cutSupport(base, cut.bounds);
  const tails = tailsOf(cut);
  const logProb = logProbOf(cut, support);
  const logCdf = (x: Tensor): Tensor =>
    between(support, x, insideOf(support), tails.logCdf, [Number.NEGATIVE_INFINITY, 0]);
  const logSurvival = (x: Tensor): Tensor =>
    between(support, x, insideOf(support), tails.logSurvival, [0, Number.NEGATIVE_INFINITY]);
  const sample = (key: Key, batch: Shape = []): Tensor => {
    const full = [...batch, ...cut.shape];
    const draws = bisectReals(full, support, belowShare(cut, uniform(key, full)));
    return implicitly(draws, { logProb, logCdf, logSurvival });
  };
  const { shape, parameters } = cut;
  return {
    name: "truncated",
    rank: 0,
    shape,
    support,
    parameters,
    sample,
    logProb,
    cdf: (x) => exp(logCdf(x)),
    logCdf,
    logSurvival,
  };
};

const truncatedCounts = (cut: Cut): Distribution & Cumulative => {
  const support = cutCounts(cut.base, cut.bounds);
  const tails = tailsOf(cut);
  const beyond = (x: Tensor, formula: (k: Tensor) => Tensor, below: number, over: number): Tensor => {
    const { a, b } = endsAt(cut);
    const k = x.floor();
    const low = a === undefined ? tf.zerosLike(k).cast("bool") : k.lessEqual(a);
    const high = b === undefined ? tf.zerosLike(k).cast("bool") : k.greaterEqual(b);
    const inside = tf.logicalOr(low, high).logicalNot();
    const safe = b ?? (a as Tensor).add(1);
    const known = tf.where(low, below, tf.where(high, over, tf.fill(low.shape, Number.NaN)));
    const value = formula(tf.where(inside, k, safe));
    return tf.where(tf.isNaN(x), Number.NaN, tf.where(inside, value, known));
  };
  const logCdf = (x: Tensor): Tensor => beyond(asReal(x), tails.logCdf, Number.NEGATIVE_INFINITY, 0);
  const logSurvival = (x: Tensor): Tensor => beyond(asReal(x), tails.logSurvival, 0, Number.NEGATIVE_INFINITY);
  const sample = (key: Key, batch: Shape = []): Tensor => {
    const full = [...batch, ...cut.shape];
    const { a, b } = endsAt(cut);
    const first = a ?? asReal(asTensor(cut.base.support.range?.[0] ?? 0)).sub(1);
    return bisectWhole(full, first, b, belowShare(cut, uniform(key, full)));
  };
  const { shape, parameters } = cut;
  const logProb = logProbOf(cut, support);
  return {
    name: "truncated",
    rank: 0,
    shape,
    support,
    parameters,
    sample,
    logProb,
    cdf: (x) => exp(logCdf(x)),
    logCdf,
    logSurvival,
  };
};

/**
 * A distribution given that it lies between bounds, its mass there made 1 — in either tail, without cancellation. Of counts, both
 * bounds are whole numbers and belong to what is left.
 * @param base any distribution of scalars with cumulative functions.
 * @param bounds one or both; numbers, or tensors that may depend on latents: the normaliser moves with them.
 * @param shape the shape of one draw, where it is larger than that of the base and the bounds.
 * @throws FluvialError where the base has no distribution function, or the bounds are missing, not finite or not in order.
 * @example
 * truncated(normal(mu, sigma), { lower: 0 })
 */
export const truncated = <D extends Distribution & Cumulative>(
  base: D,
  bounds: Bounds,
  shape: Shape = [],
): Truncated<D> => {
  const checked = checkedBounds("truncated", base, bounds);
  const parameters = { ...base.parameters, ...checked };
  const shapes = [base.shape, ...[bounds.lower, bounds.upper].filter((bound) => bound !== undefined).map(shapeOf)];
  const cut: Cut = { base, bounds, shape: spreadShapes("truncated", shape, shapes), parameters };
  return (isContinuous(base) ? truncatedReals(cut, base) : truncatedCounts(cut)) as Truncated<D>;
};
