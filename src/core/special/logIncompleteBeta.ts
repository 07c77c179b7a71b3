/**
 * The logarithm of the regularised incomplete beta function at x = σ(w), with its slopes in the shapes. The logit w holds both x and
 * 1 − x to full precision, however near to 0 either lies.
 *
 * With u = w − r, I = front · ∫₀^∞ exp(−r (a y − b x) − (a + b) c(r)) dr, where x = σ(w), y = 1 − x, front = x^a y^b / B(a, b) and
 * c(r) = log(1 + x (e^−r − 1)) + x r, the same as log(1 + y (e^r − 1)) − y r. Slopes in a and b bring down log σ(±u): three moments
 * of one smooth integrand. Where a is small it decays too slowly for the rule, and the power series (DLMF 8.17.7) takes its place.
 * What lies above the mean goes by I_x(a, b) = 1 − I_y(b, a).
 */
import { logBeta } from "./beta.ts";
import { devianceOf } from "./deviance.ts";
import { nodes } from "./doubleExponential.ts";
import { expm1Less, log1pLess, sigmoid, softplus } from "./exponential.ts";
import { digamma, lgamma, lgammaOnePlus, stirlingError } from "./gamma.ts";

/** log I and its partial derivatives. */
export interface LogIncompleteBeta {
  readonly value: number;
  readonly inA: number;
  readonly inB: number;
}

const halfLog2Pi = 0.5 * Math.log(2 * Math.PI);

/** log(x^a y^b / B(a, b)), for shapes that are both large and w that is not, without the cancellation of its terms. */
const logFrontLarge = (a: number, b: number, w: number): number => {
  const total = a + b;
  const errors = stirlingError(total) - stirlingError(a) - stirlingError(b);
  const away = devianceOf(a, total * sigmoid(w)) + devianceOf(b, total * sigmoid(-w));
  return errors - away + 0.5 * (Math.log(a) + Math.log(b / total)) - halfLog2Pi;
};

const logFront = (a: number, b: number, w: number): number =>
  a >= 8 && b >= 8 && Math.abs(w) < 30 ? logFrontLarge(a, b, w) : -a * softplus(-w) - b * softplus(w) - logBeta(a, b);

/** c(r) and log(1 + x (e^−r − 1)), by the form that does not cancel. */
const bend = (x: number, y: number, r: number): { readonly curve: number; readonly tilt: number } => {
  if (x <= 0.5) {
    const step = x * Math.expm1(-r);
    return { curve: log1pLess(step) + x * expm1Less(-r), tilt: Math.log1p(step) };
  }
  if (r > 1) {
    const tilt = Math.log(y + x * Math.exp(-r));
    return { curve: tilt + x * r, tilt };
  }
  const step = y * Math.expm1(r);
  return { curve: log1pLess(step) + y * expm1Less(r), tilt: Math.log1p(step) - r };
};

const byQuadrature = (a: number, b: number, w: number): LogIncompleteBeta => {
  const x = sigmoid(w);
  const y = sigmoid(-w);
  const total = a + b;
  const fall = a * y - b * x;
  const width = 1 / (Math.abs(fall) + Math.sqrt(total * x * y));
  let zeroth = 0;
  let first = 0;
  let tilted = 0;
  for (const { t, weight } of nodes) {
    const r = width * t;
    const { curve, tilt } = bend(x, y, r);
    const term = weight * Math.exp(-fall * r - total * curve);
    if (term === 0) continue;
    zeroth += term;
    first += term * r;
    tilted += term * tilt;
  }
  const both = digamma(total);
  return {
    value: logFront(a, b, w) + Math.log(zeroth * width),
    inA: -softplus(-w) - (digamma(a) - both) - (first + tilted) / zeroth,
    inB: -softplus(w) - (digamma(b) - both) - tilted / zeroth,
  };
};

/** I = x^a / (a B(a, b)) Σ_n (1 − b)_n/n! · a/(a + n) · xⁿ. */
const bySeries = (a: number, b: number, w: number): LogIncompleteBeta => {
  const x = sigmoid(w);
  let coefficient = 1;
  let coefficientInB = 0;
  let sum = 1;
  let inA = 0;
  let inB = 0;
  for (let n = 1; n < 2000; n++) {
    coefficientInB = (coefficientInB * (n - b) - coefficient) * (x / n);
    coefficient *= (n - b) * (x / n);
    const share = a / (a + n);
    sum += coefficient * share;
    inA += (coefficient * n) / (a + n) ** 2;
    inB += coefficientInB * share;
    if (Math.abs(coefficient) + Math.abs(coefficientInB) < 1e-18) break;
  }
  const both = digamma(a + b);
  // log(a B(a, b)).
  const scale = lgammaOnePlus(a) + (b >= 8 ? logBeta(a, b) - lgamma(a) : lgamma(b) - lgamma(a + b));
  return {
    value: -a * softplus(-w) - scale + Math.log(sum),
    inA: -softplus(-w) - (digamma(1 + a) - both) + inA / sum,
    inB: -(digamma(b) - both) + inB / sum,
  };
};

const lower = (a: number, b: number, w: number): LogIncompleteBeta =>
  a < 0.75 ? bySeries(a, b, w) : byQuadrature(a, b, w);

/** Of 1 − e^value. */
const complement = ({ value, inA, inB }: LogIncompleteBeta): LogIncompleteBeta => {
  const odds = -1 / Math.expm1(-value);
  return { value: Math.log1p(-Math.exp(value)), inA: odds * inB, inB: odds * inA };
};

const undefinedEverywhere: LogIncompleteBeta = { value: Number.NaN, inA: Number.NaN, inB: Number.NaN };

/** log I_σ(w)(a, b) for finite a, b > 0, its slope in w apart. −∞ and 0 at w = ∓∞; NaN where a or b is not above 0 and finite. */
export const logIncompleteBeta = (w: number, a: number, b: number): LogIncompleteBeta => {
  if (!(a > 0 && b > 0 && a + b < Number.POSITIVE_INFINITY) || Number.isNaN(w)) return undefinedEverywhere;
  if (w === Number.POSITIVE_INFINITY) return { value: 0, inA: 0, inB: 0 };
  if (w === Number.NEGATIVE_INFINITY) return { value: w, inA: w, inB: 0 };
  return sigmoid(w) * (a + b + 2) <= a + 1 ? lower(a, b, w) : complement(lower(b, a, -w));
};
