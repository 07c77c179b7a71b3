/**
 * The incomplete gamma function and its slopes in the shape, for gamma draws.
 *
 * With t = x e^∓r the lower and the upper integral of t^(a − 1) e^−t become x^a e^−x ∫₀^∞ exp(∓ a r − x (e^∓r − 1)) dr, and
 * derivatives in a only bring down powers of log t = log x ∓ r: three moments of one smooth integrand give value, slope and
 * curvature. Where the shape is small and x is not beyond it, the power series (DLMF 8.7.1) is exact and short.
 */
import { expm1Less, log1pLess } from "./exponential.ts";
import { digamma, lgamma, stirlingError } from "./gamma.ts";
import { polygamma } from "./polygamma.ts";

/** Nodes of ∫₀^∞ f(t) dt by t = exp(y − e^−y), the double-exponential rule for a decaying f (Takahasi & Mori 1974). */
const nodes = ((): readonly { readonly t: number; readonly weight: number }[] => {
  const step = 0.09375;
  return Array.from({ length: 86 }, (_, i) => {
    const y = -3.75 + step * i;
    const t = Math.exp(y - Math.exp(-y));
    return { t, weight: step * t * (1 + Math.exp(-y)) };
  });
})();

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
