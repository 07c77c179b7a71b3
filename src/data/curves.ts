import { range } from "../core/shape.ts";
import { gaussLegendre } from "../core/special/gaussLegendre.ts";
import { type DataSet, type Place, type PlaneSetParts, planeSet } from "./planeSet.ts";

/** A curve of the plane: where it is at u, uniform on (0, 1). */
type Curve = (u: number) => Place;

/** Curves drawn with equal chance, u uniform along each, thickened by normal noise. */
interface Thickened extends Pick<PlaneSetParts, "name" | "bounds" | "expectedLogDensity"> {
  readonly curves: readonly Curve[];
  readonly sd: number;
  /** Into how many pieces of equal length in √u, or in u, each curve goes for the integral along it. */
  readonly pieces: number;
  readonly even: "u" | "square root of u";
}

/** Places along the curves with the logs of their weights. */
interface Nodes {
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly logWeight: Float64Array;
}

/** Weighed so that sums over them are means over u: Gauss and Legendre's rule on every piece. */
const nodesOf = ({ curves, pieces, even }: Thickened): Nodes => {
  const { nodes, weights } = gaussLegendre(8);
  const ts = range(pieces).flatMap((piece) => nodes.map((at) => (piece + at) / pieces));
  const places = curves.flatMap((curve) => ts.map((t) => curve(even === "u" ? t : t * t)));
  const weight = (i: number): number => weights[i % 8] / pieces / curves.length;
  const logs = ts.map((t, i) => Math.log(even === "u" ? weight(i) : 2 * t * weight(i)));
  return {
    x: Float64Array.from(places, ([x]) => x),
    y: Float64Array.from(places, ([, y]) => y),
    logWeight: Float64Array.from(places, (_, i) => logs[i % logs.length]),
  };
};

/** log Σ w exp(−|(x, y) − node|²/2sd²): the largest term first, then what the others add to it. */
const logSumOver = ({ x: xs, y: ys, logWeight }: Nodes, x: number, y: number, sd: number): number => {
  const half = 0.5 / sd ** 2;
  const term = (i: number): number => logWeight[i] - half * ((x - xs[i]) ** 2 + (y - ys[i]) ** 2);
  let largest = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < xs.length; i++) largest = Math.max(largest, term(i));
  let sum = 0;
  for (let i = 0; i < xs.length; i++) {
    const below = term(i) - largest;
    if (below > -45) sum += Math.exp(below);
  }
  return largest + Math.log(sum);
};

/** p(x) = mean over curves of ∫₀¹ N(x; c(u), sd² I) du. The nodes are laid out when the density is first asked for. */
const thickened = (given: Thickened): DataSet => {
  const { curves, sd, pieces: _, even: __, ...rest } = given;
  let nodes: Nodes | undefined;
  return planeSet({
    ...rest,
    draw: ({ uniform, normal, index }) => {
      const [x, y] = curves[index(curves.length)](uniform());
      return [x + sd * normal(), y + sd * normal()];
    },
    logDensityAt: (x, y) => {
      nodes ??= nodesOf(given);
      return logSumOver(nodes, x, y, sd) - Math.log(2 * Math.PI * sd ** 2);
    },
  });
};

const spiral =
  (turn: 1 | -1): Curve =>
  (u) => {
    const t = 3 * Math.PI * Math.sqrt(u);
    return [(-turn * t * Math.cos(t)) / 3, (turn * t * Math.sin(t)) / 3];
  };

/**
 * Two spirals of one and a half turns, ±(−t cos t, t sin t)/3 with t = 3π√u and u uniform, and normal noise of standard deviation 0.1
 * (Grathwohl et al. 2019, figure 2, without the uniform offset that theirs have besides).
 */
export const twoSpirals: DataSet = thickened({
  name: "two-spirals",
  bounds: [
    [-4, 4],
    [-4, 4],
  ],
  expectedLogDensity: -2.540617894298,
  curves: [spiral(1), spiral(-1)],
  sd: 0.1,
  pieces: 128,
  even: "square root of u",
});

/**
 * Two half circles of radius 2 that reach into each other, (2 cos πu − 1, 2 sin πu − 0.2) and (1 − 2 cos πu, 0.8 − 2 sin πu), and normal
 * noise of standard deviation 0.2 (scikit-learn's make_moons, placed as by Grathwohl et al. 2019).
 */
export const moons: DataSet = thickened({
  name: "moons",
  bounds: [
    [-4, 4],
    [-4, 4],
  ],
  expectedLogDensity: -2.393879195966,
  curves: [
    (u) => [2 * Math.cos(Math.PI * u) - 1, 2 * Math.sin(Math.PI * u) - 0.2],
    (u) => [1 - 2 * Math.cos(Math.PI * u), 0.8 - 2 * Math.sin(Math.PI * u)],
  ],
  sd: 0.2,
  pieces: 32,
  even: "u",
});

/**
 * A spiral of one and a half turns, (t cos t, t sin t)/5 with t = 1.5π(1 + 2u), and normal noise of standard deviation 0.2 (scikit-learn's
 * make_swiss_roll seen from its side, scaled as by Grathwohl et al. 2019).
 */
export const swissRoll: DataSet = thickened({
  name: "swiss-roll",
  bounds: [
    [-3.5, 3.5],
    [-3.5, 3.5],
  ],
  expectedLogDensity: -2.669646173882,
  curves: [
    (u) => {
      const t = 1.5 * Math.PI * (1 + 2 * u);
      return [(t * Math.cos(t)) / 5, (t * Math.sin(t)) / 5];
    },
  ],
  sd: 0.2,
  pieces: 64,
  even: "u",
});
