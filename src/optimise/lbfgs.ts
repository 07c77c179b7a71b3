import { checkCount, checkOptions, checkPositive, fail } from "../core/check.ts";
import type { HostGradient } from "../core/hostGradient.ts";

export interface LbfgsOptions {
  /** Pairs of steps and gradient changes that stand for the Hessian: 10 unless said. */
  readonly memory?: number;
  readonly maxIterations?: number;
  /** Done once no entry of the gradient is larger: 1e-8 unless said. */
  readonly gradientTolerance?: number;
  /**
   * Done once the gain still expected, gᵀH⁻¹g/2, is below this times max(1, |value|): 1e-12 unless said. Where the value is computed
   * in single precision, 1e-7 is what can be told apart.
   */
  readonly gainTolerance?: number;
  /** Told of every place the search comes to, the start first. */
  readonly onPlace?: (place: Place) => void;
}

export interface Maximum {
  readonly position: Float64Array;
  readonly value: number;
  readonly iterations: number;
  readonly gradients: number;
  readonly converged: boolean;
  /** Why it ended, in words. */
  readonly why: string;
}

/** A place with the value and the gradient there. */
export interface Place {
  readonly position: Float64Array;
  readonly value: number;
  readonly gradient: Float64Array;
}
/** A step s, the fall of the gradient y over it, and sᵀy > 0. */
interface Pair {
  readonly step: Float64Array;
  readonly fall: Float64Array;
  readonly curvature: number;
}

const dot = (a: Float64Array, b: Float64Array): number => {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
};
const addScaled = (a: Float64Array, factor: number, b: Float64Array): Float64Array =>
  a.map((value, i) => value + factor * b[i]);
const largest = (a: Float64Array): number => a.reduce((most, value) => Math.max(most, Math.abs(value)), 0);

/** H⁻¹g by the two-loop recursion, H being the Hessian of −value. Nocedal & Wright 2006, algorithm 7.4. */
const ascentDirection = (gradient: Float64Array, pairs: readonly Pair[]): Float64Array => {
  let direction = gradient;
  const weights = new Float64Array(pairs.length);
  for (let i = pairs.length - 1; i >= 0; i--) {
    const { step, fall, curvature } = pairs[i];
    weights[i] = dot(step, direction) / curvature;
    direction = addScaled(direction, -weights[i], fall);
  }
  const last = pairs.at(-1);
  const scale = last ? last.curvature / dot(last.fall, last.fall) : 1 / Math.max(1, Math.sqrt(dot(gradient, gradient)));
  direction = direction.map((value) => scale * value);
  for (const [i, { step, fall, curvature }] of pairs.entries())
    direction = addScaled(direction, weights[i] - dot(fall, direction) / curvature, step);
  return direction;
};

const sufficientGain = 1e-4;
const slopeLeft = 0.9;
const mostTrials = 60;

/**
 * A place along a direction with enough gain and a slope that has fallen (the weak Wolfe conditions), by doubling and bisection, which
 * need no finite values beyond the bracket. Lewis & Overton 2013, algorithm 2.6. Undefined where rounding leaves none.
 */
const lineSearch = (at: (position: Float64Array) => Place, from: Place, direction: Float64Array): Place | undefined => {
  const slope = dot(from.gradient, direction);
  let low = 0;
  let high = Number.POSITIVE_INFINITY;
  let length = 1;
  let best: Place | undefined;
  for (let trial = 0; trial < mostTrials; trial++) {
    const place = at(addScaled(from.position, length, direction));
    const newSlope = dot(place.gradient, direction);
    const gains = place.value >= from.value + sufficientGain * length * slope && place.value > from.value;
    if (gains && Number.isFinite(newSlope) && Number.isFinite(place.value)) {
      best = place;
      if (newSlope <= slopeLeft * slope) return place;
      low = length;
    } else high = length;
    length = high < Number.POSITIVE_INFINITY ? (low + high) / 2 : 2 * low;
  }
  return best;
};

const pairOf = (before: Place, after: Place): Pair => {
  const step = addScaled(after.position, -1, before.position);
  const fall = addScaled(before.gradient, -1, after.gradient);
  return { step, fall, curvature: dot(step, fall) };
};

const isUseful = ({ curvature, fall }: Pair): boolean => curvature > Number.EPSILON * dot(fall, fall);

/**
 * A local maximum by L-BFGS. Liu & Nocedal 1989. Values of −∞ or NaN off the support are walls that the line search keeps before.
 * @throws FluvialError on bad options, a start of the wrong length, or one where value or gradient is not finite.
 */
export const lbfgs = (gradient: HostGradient, start: Float64Array, options: LbfgsOptions = {}): Maximum => {
  checkOptions("lbfgs", options, ["memory", "maxIterations", "gradientTolerance", "gainTolerance", "onPlace"]);
  const { memory = 10, maxIterations = 1000, gradientTolerance = 1e-8, gainTolerance = 1e-12, onPlace } = options;
  checkCount("lbfgs: memory", memory);
  checkCount("lbfgs: maxIterations", maxIterations);
  checkPositive("lbfgs: gradientTolerance", gradientTolerance);
  checkPositive("lbfgs: gainTolerance", gainTolerance);
  if (start.length !== gradient.size) fail(`lbfgs: expected a start of ${gradient.size} numbers, got ${start.length}`);

  let gradients = 0;
  const at = (position: Float64Array): Place => {
    const out = new Float64Array(gradient.size);
    gradients++;
    const value = gradient.at(position, out);
    return { position, value, gradient: out };
  };
  let place = at(start.slice());
  if (!(Number.isFinite(place.value) && place.gradient.every(Number.isFinite)))
    fail(`lbfgs: value and gradient must be finite at the start, but the value there is ${place.value}`);
  onPlace?.(place);
  let pairs: readonly Pair[] = [];
  const end = (iterations: number, converged: boolean, why: string): Maximum => ({
    position: place.position,
    value: place.value,
    iterations,
    gradients,
    converged,
    why,
  });

  for (let iteration = 0; iteration < maxIterations; iteration++) {
    if (largest(place.gradient) <= gradientTolerance) return end(iteration, true, "the gradient is zero");
    const direction = ascentDirection(place.gradient, pairs);
    const expected = dot(place.gradient, direction) / 2;
    if (pairs.length > 0 && expected <= gainTolerance * Math.max(1, Math.abs(place.value)))
      return end(iteration, true, "no gain is left to expect");
    const next = lineSearch(at, place, direction);
    if (next) {
      const pair = pairOf(place, next);
      if (isUseful(pair)) pairs = [...pairs, pair].slice(-memory);
      place = next;
      onPlace?.(place);
    } else if (pairs.length > 0) pairs = [];
    else return end(iteration, false, "no step along the gradient gains anything");
  }
  return end(maxIterations, false, `${maxIterations} iterations were not enough`);
};
