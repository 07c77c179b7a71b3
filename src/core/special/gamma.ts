import { derivativeOf, polynomial } from "./polynomial.ts";
import { cotPi, sinPi } from "./trigonometry.ts";

/** Taylor coefficients of log Γ: about 1, (−1)^k ζ(k)/k; about 2, (−1)^k (ζ(k) − 1)/k; about the zero of ψ, ψ^(k−1)/k!. */
const aboutOne = [
  0.0, -0.5772156649015329, 0.8224670334241132, -0.40068563438653143, 0.27058080842778454, -0.20738555102867398,
  0.1695571769974082, -0.1440498967688461, 0.12550966952474304, -0.11133426586956469, 0.1000994575127818,
  -0.09095401714582904, 0.083353840546109, -0.0769325164113522, 0.07143294629536133, -0.06666870588242046,
  0.06250095514121304, -0.058823978658684585, 0.055555767627403614, -0.05263167937961666, 0.05000004769810169,
  -0.047619070330142226, 0.04545455629320467, -0.04347826605304026, 0.04166666915034121, -0.04000000119214014,
  0.03846153903467518, -0.037037037312989324, 0.035714285847333355,
];
const aboutTwo = [
  0.0, 0.42278433509846713, 0.3224670334241132, -0.0673523010531981, 0.020580808427784546, -0.007385551028673986,
  0.0028905103307415234, -0.001192753911703261, 0.0005096695247430425, -0.00022315475845357939, 9.945751278180853e-5,
  -4.492623673813314e-5, 2.050721277567069e-5, -9.439488275268397e-6, 4.374866789907488e-6, -2.039215753801366e-6,
  9.55141213040742e-7, -4.492469198764566e-7, 2.1207184805554665e-7, -1.0043224823968099e-7, 4.7698101693639804e-8,
  -2.2711094608943164e-8, 1.0838659214896955e-8, -5.183475041970047e-9, 2.4836745438024785e-9, -1.1921401405860912e-9,
  5.731367241678862e-10, -2.7595228851242334e-10, 1.330476437424449e-10,
];
const aboutZero = [
  -0.12148629053584961, 0.0, 0.4838361227238106, -0.1475877229945307, 0.06462494023891276, -0.0327885410884813,
  0.017970675115210395, -0.010314223036636387, 0.006100536020517889, -0.0036845696083163734, 0.0022597648232218106,
  -0.001402251445904451, 0.0008782326347176812, -0.0005541949527966822, 0.00035191295683784665, -0.0002246534436959552,
  0.000144070395420933, -9.276098655471749e-5, 5.9934733439794256e-5, -3.884583889452658e-5, 2.52476632917301e-5,
  -1.6450858338395606e-5, 1.0743455256375933e-5, -7.030705257380349e-6,
];
/** Where ψ vanishes, in two parts. */
const zero = { high: 1.4616321449683622, low: 9.549995429965697e-17 };
const slopeAboutOne = derivativeOf(aboutOne);
const slopeAboutTwo = derivativeOf(aboutTwo);
const slopeAboutZero = derivativeOf(aboutZero);

/** B_2k / (2k (2k − 1)), Stirling's series; and B_2k / (2k), its slope's. */
const stirling = [
  0.08333333333333333, -0.002777777777777778, 0.0007936507936507937, -0.0005952380952380953, 0.0008417508417508417,
  -0.0019175269175269176, 0.00641025641025641, -0.029550653594771242, 0.17964437236883057, -1.3924322169059011,
  13.402864044168393, -156.84828462600203,
];
const slopeTail = stirling.map((c, i) => -c * (2 * i + 1));

const halfLog2Pi = 0.9189385332046728;
const ln2High = 0.6931471803691238;
const ln2Low = 1.9082149292705877e-10;

/** From here on Stirling's series is exact to rounding. */
const stirlingFrom = 8;

const stirlingLarge = (x: number): number => polynomial(stirling, 1 / x / x) / x;

/** (x − ½)(log x − 1) + …, the logarithm in two parts so that x does not magnify its rounding. */
const lgammaLarge = (x: number): number => {
  if (x > 2.6e305) return Number.POSITIVE_INFINITY;
  const exponent = Math.floor(Math.log2(x));
  const logMantissa = Math.log(x / 2 ** exponent);
  const logLessOne = exponent * ln2High - 1 + (logMantissa + exponent * ln2Low);
  return (x - 0.5) * logLessOne + (halfLog2Pi - 0.5 + stirlingLarge(x));
};

/** For ¾ ≤ x < 2½. */
const lgammaNear = (x: number): number => {
  if (x <= 1.25) return polynomial(aboutOne, x - 1);
  if (x < 1.75) return polynomial(aboutZero, x - zero.high - zero.low);
  return polynomial(aboutTwo, x - 2);
};

const lgammaPositive = (x: number): number => {
  if (x < 0.75) return lgammaNear(x + 1) - Math.log(x);
  if (x >= stirlingFrom) return lgammaLarge(x);
  let product = 1;
  let y = x;
  while (y >= 2.5) {
    y -= 1;
    product *= y;
  }
  return product === 1 ? lgammaNear(y) : lgammaNear(y) + Math.log(product);
};

/**
 * log |Γ(x)|. For x > 0 within 4 ulp; for x < 0 by reflection, as exact as the cancellation near its zeros allows. +∞ at the poles
 * 0, −1, −2, … and at ±∞.
 */
export const lgamma = (x: number): number => {
  if (Number.isNaN(x)) return x;
  if (x > 0) return lgammaPositive(x);
  if (Number.isInteger(x) || x === Number.NEGATIVE_INFINITY) return Number.POSITIVE_INFINITY;
  if (x > -1e-17) return -Math.log(-x);
  return Math.log(Math.PI / Math.abs(x * sinPi(x))) - lgammaPositive(-x);
};

/** log Γ(1 + x) for x ≥ 0, exact near 0. */
export const lgammaOnePlus = (x: number): number => (x <= 0.25 ? polynomial(aboutOne, x) : lgamma(1 + x));

/** δ(x) = log Γ(x) − (x − ½) log x + x − ½ log 2π for x > 0: what Stirling's formula leaves out. */
export const stirlingError = (x: number): number =>
  x >= stirlingFrom ? stirlingLarge(x) : lgamma(x) - (x - 0.5) * Math.log(x) + x - halfLog2Pi;

/** ψ(x) − log x for x ≥ 8. */
const digammaLessLog = (x: number): number => {
  const square = 1 / x / x;
  return polynomial(slopeTail, square) * square - 0.5 / x;
};

/** For ¾ ≤ x < 2½. */
const digammaNear = (x: number): number => {
  if (x <= 1.25) return polynomial(slopeAboutOne, x - 1);
  if (x < 1.75) return polynomial(slopeAboutZero, x - zero.high - zero.low);
  return polynomial(slopeAboutTwo, x - 2);
};

const digammaPositive = (x: number): number => {
  if (x < 0.75) return digammaNear(x + 1) - 1 / x;
  if (x >= stirlingFrom) return Math.log(x) + digammaLessLog(x);
  let sum = 0;
  let y = x;
  while (y >= 2.5) {
    y -= 1;
    sum += 1 / y;
  }
  return digammaNear(y) + sum;
};

/** ψ(x) = d log Γ / dx. For x > 0 within 4 ulp, away from its zero; NaN at the poles −1, −2, … and −∞; −∞ at 0. */
export const digamma = (x: number): number => {
  if (x > 0) return x === Number.POSITIVE_INFINITY ? x : digammaPositive(x);
  if (x === 0) return -1 / x;
  if (Number.isInteger(x) || !Number.isFinite(x)) return Number.NaN;
  return digammaPositive(1 - x) - Math.PI * cotPi(x);
};
