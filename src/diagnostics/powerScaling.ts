import { orderOf } from "./order.ts";
import { type Psis, psis } from "./psis.ts";

/** Powers just below and above 1, the same factor apart. */
const powers = [1 / 1.01, 1.01] as const;
const logPowers = Math.log2(powers[1]) - Math.log2(powers[0]);

/** Draws in order of size: the steps between them, and the weight at and below each but the last. */
interface Steps {
  readonly widths: Float64Array;
  readonly order: Int32Array;
  /** 1 forwards, −1 for the distribution of −x. */
  readonly sign: 1 | -1;
}

/** Distribution functions at the left end of every step. */
const cumulative = ({ order, sign }: Steps, weights: Float64Array): Float64Array => {
  const last = order.length - 1;
  const out = new Float64Array(last);
  let sum = 0;
  for (let i = 0; i < last; i++) {
    sum += weights[order[sign === 1 ? i : last - i]];
    out[i] = sum;
  }
  return out;
};

const xLogRatio = (x: number, y: number): number => (x > 0 ? x * Math.log2(x / y) : 0);

/** √((CJS(P‖Q) + CJS(Q‖P)) / ∫ (P + Q)). Nguyen & Vreeken 2015; Kallioinen et al. 2024, section 3.2. */
const oneSided = (steps: Steps, p: Float64Array, q: Float64Array): number => {
  const { widths, sign } = steps;
  const [below, other] = [cumulative(steps, p), cumulative(steps, q)];
  let [pq, qp, bound] = [0, 0, 0];
  for (let i = 0; i < widths.length; i++) {
    const width = widths[sign === 1 ? i : widths.length - 1 - i];
    const middle = 0.5 * (below[i] + other[i]);
    const apart = (0.5 / Math.LN2) * (other[i] - below[i]);
    pq += width * (xLogRatio(below[i], middle) + apart);
    qp += width * (xLogRatio(other[i], middle) - apart);
    bound += width * (below[i] + other[i]);
  }
  return bound > 0 ? Math.sqrt((Math.max(0, pq) + Math.max(0, qp)) / bound) : 0;
};

const stepsOf = (values: Float64Array): Steps => {
  const { order, ascending } = orderOf(values);
  const widths = new Float64Array(ascending.length - 1).map((_, i) => ascending[i + 1] - ascending[i]);
  return { widths, order, sign: 1 };
};

/**
 * The cumulative Jensen–Shannon distance, in [0, 1], between the distributions of the same draws under two sets of weights that each
 * add up to 1: the larger of those of x and of −x. Kallioinen, Paananen, Bürkner & Vehtari 2024, section 3.2.
 */
export const cumulativeJensenShannon = (values: Float64Array, p: Float64Array, q: Float64Array): number => {
  const steps = stepsOf(values);
  return Math.max(oneSided(steps, p, q), oneSided({ ...steps, sign: -1 }, p, q));
};

/** Draws as they are, and with one part of the density raised to a power just below and just above 1. */
export interface PowerScaled {
  readonly base: Float64Array;
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  /** The larger k-hat of the two. */
  readonly khat: number;
}

const weightsOf = ({ logWeights }: Psis): Float64Array => logWeights.map((each) => Math.exp(each));

/**
 * Weights of draws for a part of the density raised to the powers 1/1.01 and 1.01.
 * @param logPart the logarithm of that part at every draw. @param logRatios log p − log q, for draws of an approximation.
 */
export const powerScaled = (logPart: Float64Array, logRatios?: Float64Array): PowerScaled => {
  const at = (power: number): Psis =>
    psis(
      logPart.map((value, i) => (power - 1) * value + (logRatios?.[i] ?? 0)),
      { rounding: 1e-13 },
    );
  const [lower, upper] = powers.map(at);
  const base = logRatios ? weightsOf(psis(logRatios)) : new Float64Array(logPart.length).fill(1 / logPart.length);
  return { base, lower: weightsOf(lower), upper: weightsOf(upper), khat: Math.max(lower.khat, upper.khat) };
};

/**
 * How fast a scalar's distribution moves as the part is raised to a power: the derivative of the distance by log2 of the power, by a
 * finite difference. Kallioinen et al. 2024, eq. 7.
 */
export const distanceGradient = (values: Float64Array, { base, lower, upper }: PowerScaled): number =>
  (cumulativeJensenShannon(values, base, lower) + cumulativeJensenShannon(values, base, upper)) / logPowers;

const meanUnder = (values: Float64Array, weights: Float64Array): number => {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += weights[i] * values[i];
  return sum;
};

const momentsUnder = (values: Float64Array, weights: Float64Array): { readonly mean: number; readonly sd: number } => {
  const mean = meanUnder(values, weights);
  const squares = values.map((value) => (value - mean) ** 2);
  return { mean, sd: Math.sqrt(meanUnder(squares, weights)) };
};

/** How fast a scalar's mean, in its sds, and the logarithm of its sd move with log2 of the power. */
export interface MomentGradients {
  readonly mean: number;
  readonly logSd: number;
}

export const momentGradients = (values: Float64Array, { base, lower, upper }: PowerScaled): MomentGradients => {
  const [low, high] = [momentsUnder(values, lower), momentsUnder(values, upper)];
  const { sd } = momentsUnder(values, base);
  return { mean: (high.mean - low.mean) / sd / logPowers, logSd: Math.log(high.sd / low.sd) / logPowers };
};
