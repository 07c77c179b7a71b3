import { range } from "../core/shape.ts";
import { logBesselI0Scaled } from "../core/special/bessel.ts";
import { normalLogCdf } from "../core/special/error.ts";
import { logSum } from "./logSum.ts";
import { type DataSet, type Place, planeSet } from "./planeSet.ts";

/** log N(d; 0, sd² I) over the plane from the square of |d|. */
const logNormalAt = (squaredDistance: number, sd: number): number =>
  -0.5 * (squaredDistance / sd ** 2) - Math.log(2 * Math.PI * sd ** 2);

const onCircle = (radius: number, angle: number): Place => [radius * Math.cos(angle), radius * Math.sin(angle)];

const centres = range(8).map((k) => onCircle(2 * Math.SQRT2, (k * Math.PI) / 4));
const blobSd = 0.5 / Math.SQRT2;

/** Eight normals of standard deviation 0.5/√2, their means on a circle of radius 2√2 (Grathwohl et al. 2019, figure 2). */
export const eightGaussians: DataSet = planeSet({
  name: "eight-gaussians",
  bounds: [
    [-4.5, 4.5],
    [-4.5, 4.5],
  ],
  expectedLogDensity: -2.831578360527,
  draw: ({ normal, index }) => {
    const [x, y] = centres[index(8)];
    return [x + blobSd * normal(), y + blobSd * normal()];
  },
  logDensityAt: (x, y) =>
    logSum(centres.map(([a, b]) => logNormalAt((x - a) ** 2 + (y - b) ** 2, blobSd))) - Math.log(8),
});

const lineSd = 0.05;

/** log P(low < Z < high) of a standard normal, low < high: by the tail that both lie in, if they do. */
const logInterval = (low: number, high: number): number => {
  if (low > 0) return logInterval(-high, -low);
  const upper = normalLogCdf(high);
  return upper + Math.log1p(-Math.exp(normalLogCdf(low) - upper));
};

/**
 * Two upright segments, x₁ = ±1 and −1 ≤ x₂ ≤ 1, thickened by normal noise of standard deviation 0.05 in both directions (after Cornish
 * et al. 2020, whose lines are uniform and 0.01 wide).
 */
export const twoLines: DataSet = planeSet({
  name: "two-lines",
  bounds: [
    [-2, 2],
    [-2, 2],
  ],
  expectedLogDensity: 0.145339514951,
  draw: ({ uniform, normal, index }) => {
    const x = 2 * index(2) - 1;
    return [x + lineSd * normal(), 2 * uniform() - 1 + lineSd * normal()];
  },
  logDensityAt: (x, y) => {
    const across = logSum([-1, 1].map((side) => -0.5 * ((x - side) / lineSd) ** 2)) - Math.log(2 * lineSd);
    return across - 0.5 * Math.log(2 * Math.PI) + logInterval((y - 1) / lineSd, (y + 1) / lineSd) - Math.LN2;
  },
});

const radii = [0.75, 1.5, 2.25, 3];
const ringSd = 0.08;

/**
 * Four circles of radius 0.75, 1.5, 2.25 and 3, as many points on each, and normal noise of standard deviation 0.08 (Grathwohl et al. 2019,
 * figure 2). About one circle of radius R, p(x) = N(|x|; R, 0.08²) e^−t I₀(t) / (√2π 0.08) with t = R|x|/0.08².
 */
export const rings: DataSet = planeSet({
  name: "rings",
  bounds: [
    [-3.6, 3.6],
    [-3.6, 3.6],
  ],
  expectedLogDensity: -2.6231827703,
  draw: ({ uniform, normal, index }) => {
    const [x, y] = onCircle(radii[index(4)], 2 * Math.PI * uniform());
    return [x + ringSd * normal(), y + ringSd * normal()];
  },
  logDensityAt: (x, y) => {
    const distance = Math.hypot(x, y);
    const about = (radius: number): number =>
      logNormalAt((distance - radius) ** 2, ringSd) + logBesselI0Scaled((radius * distance) / ringSd ** 2);
    return logSum(radii.map(about)) - Math.log(4);
  },
});

const arms = range(5).map((k) => (2 * Math.PI * k) / 5);
const twist = (radius: number): number => 0.25 * Math.exp(radius);

/**
 * Five arms that turn as they go out: (u, v) with u ~ normal(1, 0.3) and v ~ normal(0, 0.1), turned about the origin by 2πk/5 + e^r/4, r its
 * distance from there, and doubled. After Johnson, Duvenaud, Wiltschko, Datta & Adams 2016, who turn by u where this turns by r: so
 * the turn keeps areas and the density is a formula.
 */
export const pinwheel: DataSet = planeSet({
  name: "pinwheel",
  bounds: [
    [-4.2, 4.2],
    [-4.2, 4.2],
  ],
  expectedLogDensity: -2.320588485099,
  draw: ({ normal, index }) => {
    const [u, v] = [1 + 0.3 * normal(), 0.1 * normal()];
    const radius = Math.hypot(u, v);
    return onCircle(2 * radius, Math.atan2(v, u) + arms[index(5)] + twist(radius));
  },
  logDensityAt: (x, y) => {
    const radius = Math.hypot(x, y) / 2;
    const along = (arm: number): number => {
      const [u, v] = onCircle(radius, Math.atan2(y, x) - arm - twist(radius));
      return -0.5 * (((u - 1) / 0.3) ** 2 + (v / 0.1) ** 2);
    };
    return logSum(arms.map(along)) - Math.log(5 * 2 * Math.PI * 0.03 * 4);
  },
});
