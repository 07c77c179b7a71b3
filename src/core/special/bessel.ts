/** From here on Hankel's expansion (DLMF 10.40.1) is exact to rounding; below it the power series (DLMF 10.25.2) is short. */
const large = 20;

/** Σ (x²/4)^k / (k! (k + order)!) without its first term, times order!, for order 0 or 1. */
const powerSeries = (x: number, order: 0 | 1): number => {
  const t = (x * x) / 4;
  let term = t / (1 + order);
  let sum = 0;
  for (let k = 2; sum + term !== sum; k++) {
    sum += term;
    term *= t / (k * (k + order));
  }
  return sum;
};

/** √(2πx) e^−x I₀(x) less 1, and the same less what stands there for I₁: all terms are positive. */
const expansion = (x: number): { readonly zeroth: number; readonly gap: number } => {
  let ofZero = 1;
  let ofOne = 1;
  let zeroth = 0;
  let gap = 0;
  for (let k = 1; k < 30; k++) {
    const odd = (2 * k - 1) ** 2;
    const nextOfZero = (ofZero * odd) / (8 * k * x);
    if (!(nextOfZero > 1e-18 * gap) || nextOfZero > ofZero) break;
    ofZero = nextOfZero;
    ofOne *= (odd - 4) / (8 * k * x);
    zeroth += ofZero;
    gap += ofZero - ofOne;
  }
  return { zeroth, gap };
};

/** log(e^−x I₀(x)) for x ≥ 0; NaN below. */
export const logBesselI0Scaled = (x: number): number => {
  if (!(x >= 0)) return Number.NaN;
  if (x < large) return Math.log1p(powerSeries(x, 0)) - x;
  return Math.log1p(expansion(x).zeroth) - 0.5 * Math.log(2 * Math.PI * x);
};

/** 1 − I₁(x)/I₀(x) for x ≥ 0, exact in its tail too: 1/(2x) for large x. NaN below. */
export const besselGap = (x: number): number => {
  if (!(x >= 0)) return Number.NaN;
  if (x < large) return 1 - besselRatio(x);
  const { zeroth, gap } = expansion(x);
  return gap / (1 + zeroth);
};

/** I₁(x)/I₀(x), odd: the mean resultant length of a von Mises distribution of concentration x. */
export const besselRatio = (x: number): number => {
  if (x < 0) return -besselRatio(-x);
  if (x < large) return ((x / 2) * (1 + powerSeries(x, 1))) / (1 + powerSeries(x, 0));
  return 1 - besselGap(x);
};
