import { besselGap, logBesselI0Scaled } from "./bessel.ts";
import { gaussLegendre } from "./gaussLegendre.ts";

const rule = gaussLegendre(48);

/** The density of the angle from the mean direction: exp(κ (cos θ − 1)) / (2π e^−κ I₀(κ)). */
const density = (theta: number, concentration: number): number =>
  Math.exp(-2 * concentration * Math.sin(theta / 2) ** 2 - logBesselI0Scaled(concentration)) / (2 * Math.PI);

/** Past this angle nothing is left that 48 nodes would see. */
const reachOf = (concentration: number): number =>
  concentration < 40 ? Math.PI : Math.min(Math.PI, 2 * Math.asin(Math.min(1, Math.sqrt(20 / concentration))));

/** The integral of the density from 0 to θ ≥ 0, and its slope in κ. */
const central = (theta: number, concentration: number): { readonly mass: number; readonly slope: number } => {
  const end = Math.min(theta, reachOf(concentration));
  const gap = besselGap(concentration);
  let mass = 0;
  let slope = 0;
  for (const [i, at] of rule.nodes.entries()) {
    const each = rule.weights[i] * density(at * end, concentration);
    mass += each;
    slope += each * (gap - 2 * Math.sin((at * end) / 2) ** 2);
  }
  return { mass: mass * end, slope: slope * end };
};

/**
 * The angle in (−π, π), counted from the mean direction, below which a von Mises distribution of the given concentration has mass p:
 * Newton's method kept inside a shrinking interval. NaN for p outside (0, 1) or a concentration that is negative or not finite.
 */
export const vonMisesQuantile = (p: number, concentration: number): number => {
  if (!(p > 0 && p < 1 && concentration >= 0 && concentration < Number.POSITIVE_INFINITY)) return Number.NaN;
  const wanted = Math.abs(p - 0.5);
  let [low, high] = [0, reachOf(concentration)];
  let theta = Math.min(high / 2, wanted / density(0, concentration));
  for (let turn = 0; turn < 100 && high - low > 1e-15 * high; turn++) {
    const over = central(theta, concentration).mass - wanted;
    if (over > 0) high = theta;
    else low = theta;
    const next = theta - over / density(theta, concentration);
    if (Math.abs(next - theta) <= 1e-15 * theta) break;
    theta = next > low && next < high ? next : (low + high) / 2;
  }
  return p < 0.5 ? -theta : theta;
};

/** How the quantile moves with the concentration at fixed p, given the quantile: −(∂F/∂κ) / density. */
export const vonMisesSlope = (theta: number, concentration: number): number => {
  const { slope } = central(Math.abs(theta), concentration);
  return (-Math.sign(theta) * slope) / density(theta, concentration);
};
