/**
 * The incomplete gamma function and its slopes in the shape, for gamma draws.
 *
 * With t = x e^∓r the lower and the upper integral of t^(a − 1) e^−t become x^a e^−x ∫₀^∞ exp(∓ a r − x (e^∓r − 1)) dr, and
 * derivatives in a only bring down powers of log t = log x ∓ r: three moments of one smooth integrand give value, slope and
 * curvature. Where the shape is small and x is not beyond it, the power series (DLMF 8.7.1) is exact and short.
 */
import { nodes } from "./doubleExponential.ts";
import { expm1Less, log1mexp, log1pLess } from "./exponential.ts";
import { digamma, lgamma, lgammaOnePlus, stirlingError } from "./gamma.ts";
import { polygamma } from "./polygamma.ts";

interface Moments {
  readonly zeroth: number;
  readonly first: number;
  readonly second: number;
}

/** ∫₀^∞ r^k exp(∓ a r − x (e^∓r − 1)) dr for k = 0, 1, 2: the lower integral with side −1, the upper with +1. */
const moments = (a: number, x: number, side: -1 | 1): Moments => {
  const width = 1 / (Math.abs(a - x) + Math.sqrt(x));
  let zeroth = 0;
  let first = 0;
  let second = 0;
  for (const { t, weight } of nodes) {
    const r = width * t;
    const term = weight * Math.exp(side * (a - x) * r - x * expm1Less(side * r));
    zeroth += term;
    first += term * t;
    second += term * t * t;
  }
  return { zeroth: zeroth * width, first: first * width ** 2, second: second * width ** 3 };
};

const useSeries = (a: number, x: number): boolean => a < 30 && x < a + 1;

interface Series {
  /** Σ x^n / (a + 1)_n. */
  readonly sum: number;
  /** d log z / da and its slope in a. */
  readonly slope: number;
  readonly curvature: number;
}

const series = (a: number, x: number, logX: number): Series => {
  let term = 1;
  let harmonic = 0;
  let gap = logX - digamma(a + 1);
  let trigamma = polygamma(1, a + 1);
  let sum = 0;
  let weighted = 0;
  let slope = 0;
  for (let n = 1; n < 1000; n++) {
    sum += term;
    weighted += term * gap;
    slope -= term * (harmonic * gap + trigamma);
    if (term * (1 + Math.abs(gap)) < 1e-18 * sum) break;
    term *= x / (a + n);
    harmonic += 1 / (a + n);
    gap -= 1 / (a + n);
    trigamma -= 1 / (a + n) ** 2;
  }
  return { sum, slope: -weighted / a, curvature: weighted / a / a - slope / a };
};

/** x^a e^−x / Γ(a), for a, x > 0. */
const front = (a: number, x: number): number =>
  a >= 8
    ? Math.sqrt(a / (2 * Math.PI)) * Math.exp(a * log1pLess((x - a) / a) - stirlingError(a))
    : Math.exp(a * Math.log(x) - x - lgamma(a));

const lower = (a: number, x: number): number =>
  useSeries(a, x) ? (front(a, x) / a) * series(a, x, Math.log(x)).sum : front(a, x) * moments(a, x, -1).zeroth;

const upper = (a: number, x: number): number => front(a, x) * moments(a, x, 1).zeroth;

/** The regularised P(a, x), a, x ≥ 0: the distribution function of a standard gamma. */
export const incompleteGammaLower = (a: number, x: number): number => {
  if (!(a >= 0 && x >= 0)) return Number.NaN;
  if (x === 0 || a === 0 || x === Number.POSITIVE_INFINITY) return x === 0 && a > 0 ? 0 : 1;
  return x < a + 1 ? lower(a, x) : 1 - upper(a, x);
};

/** Q(a, x) = 1 − P(a, x), exact in its tail too. */
export const incompleteGammaUpper = (a: number, x: number): number => {
  if (!(a >= 0 && x >= 0)) return Number.NaN;
  if (x === 0 || a === 0 || x === Number.POSITIVE_INFINITY) return x === 0 && a > 0 ? 1 : 0;
  return x < a + 1 ? 1 - lower(a, x) : upper(a, x);
};

/** log(x^a e^−x / Γ(a + 1)). */
const logFrontOver = (a: number, x: number): number =>
  a >= 8 && x > 0.01 * a
    ? -0.5 * Math.log(2 * Math.PI * a) + a * log1pLess((x - a) / a) - stirlingError(a)
    : a * Math.log(x) - x - lgammaOnePlus(a);

/** Σ x^n / (a + 1)_n. */
const powerSeries = (a: number, x: number): number => {
  let term = x / (a + 1);
  let sum = 1;
  for (let n = 2; sum + term !== sum; n++) {
    sum += term;
    term *= x / (a + n);
  }
  return sum;
};

const logLower = (a: number, x: number): number =>
  logFrontOver(a, x) + Math.log(useSeries(a, x) ? powerSeries(a, x) : a * moments(a, x, -1).zeroth);

const logUpper = (a: number, x: number): number => logFrontOver(a, x) + Math.log(a * moments(a, x, 1).zeroth);

/** Q(a, x) for a < 1 and x not far above 1, exact however near to 1 P is: DLMF 8.7.3 with its first term in two parts. */
const upperSmall = (a: number, x: number): number => {
  const logFirst = a * Math.log(x) - lgammaOnePlus(a);
  let power = -x;
  let sum = 0;
  for (let k = 1; Math.abs(power) > 1e-18; k++) {
    sum += power / (a + k);
    power *= -x / (k + 1);
  }
  return -Math.expm1(logFirst) - a * Math.exp(logFirst) * sum;
};

interface LogTails {
  readonly lower: number;
  readonly upper: number;
}

const logTails = (a: number, x: number): LogTails => {
  if (a < 1 && x < 1.1) {
    const upper = upperSmall(a, x);
    if (upper < 0.5) return { lower: Math.log1p(-upper), upper: Math.log(upper) };
  }
  if (x < a || (a < 1 && x < 1.1)) {
    const lower = logLower(a, x);
    return { lower, upper: log1mexp(lower) };
  }
  const upper = logUpper(a, x);
  return { lower: log1mexp(upper), upper };
};

/** Both for a finite a > 0 and x ≥ 0, NaN else. */
const logTailsAnywhere = (a: number, x: number): LogTails => {
  if (!(a > 0 && a < Number.POSITIVE_INFINITY && x >= 0)) return { lower: Number.NaN, upper: Number.NaN };
  if (x === 0) return { lower: Number.NEGATIVE_INFINITY, upper: 0 };
  if (x === Number.POSITIVE_INFINITY) return { lower: 0, upper: Number.NEGATIVE_INFINITY };
  return logTails(a, x);
};

/** log P(a, x), exact however small P is; for finite a > 0 and x ≥ 0, NaN else. */
export const logIncompleteGammaLower = (a: number, x: number): number => logTailsAnywhere(a, x).lower;

/** log Q(a, x), exact however small Q is; for finite a > 0 and x ≥ 0, NaN else. */
export const logIncompleteGammaUpper = (a: number, x: number): number => logTailsAnywhere(a, x).upper;

/** How the logarithm y = log z of a gamma draw moves with the shape a. */
export interface ShapeSlope {
  /** dy/da = −(∂P/∂a) / (z p(z; a)), the implicit gradient (Figurnov, Mohamed & Mnih 2018, eq. 5). */
  readonly slope: number;
  /** Its partial derivative in a at fixed y. */
  readonly curvature: number;
}

/** For a > 0 and any finite y = log z. */
export const gammaShapeSlope = (a: number, y: number): ShapeSlope => {
  const x = Math.exp(y);
  if (useSeries(a, x)) return series(a, x, y);
  const side = x < a + 1 ? -1 : 1;
  const { zeroth, first, second } = moments(a, x, side);
  const gap = y - digamma(a);
  const slope = side * gap * zeroth + first;
  const bent = (gap * gap - polygamma(1, a)) * zeroth + side * 2 * gap * first + second;
  return { slope, curvature: side * bent - slope * gap };
};
