import { type DataSet, planeSet } from "./planeSet.ts";

/** log density of a uniform law over so much area, at a point that is inside it or not. */
const uniformOver = (area: number, inside: boolean): number => (inside ? -Math.log(area) : Number.NEGATIVE_INFINITY);

const within = (x: number, low: number, high: number): boolean => x >= low && x <= high;

/**
 * Two squares of side 2, at a distance of 2: x₁ uniform on [−3, −1] or [1, 3], x₂ uniform on [−1, 1]. No map that is continuous both ways
 * reaches it from a normal exactly (Cornish, Caterini, Deligiannidis & Doucet 2020, whose rectangles are half as wide).
 * E log p = −ln 8.
 */
export const twoUniforms: DataSet = planeSet({
  name: "two-uniforms",
  bounds: [
    [-4, 4],
    [-4, 4],
  ],
  expectedLogDensity: -Math.log(8),
  draw: ({ uniform, index }) => {
    const side = 2 * index(2) - 1;
    return [2 * side + 2 * uniform() - 1, 2 * uniform() - 1];
  },
  logDensityAt: (x, y) => uniformOver(8, within(Math.abs(x), 1, 3) && within(y, -1, 1)),
});

const isBlack = (x: number, y: number): boolean =>
  within(x, -4, 4) && within(y, -4, 4) && (Math.floor(x / 2) + Math.floor(y / 2)) % 2 === 0;

/**
 * The black squares, of side 2, of a board of 4 × 4 over [−4, 4]² (Grathwohl, Chen, Bettencourt, Sutskever & Duvenaud 2019, figure 2).
 * E log p = −ln 32.
 */
export const checkerboard: DataSet = planeSet({
  name: "checkerboard",
  bounds: [
    [-4.5, 4.5],
    [-4.5, 4.5],
  ],
  expectedLogDensity: -Math.log(32),
  draw: ({ uniform, index }) => {
    const column = index(4);
    const row = 2 * index(2) + (column % 2);
    return [2 * (column - 2 + uniform()), 2 * (row - 2 + uniform())];
  },
  logDensityAt: (x, y) => uniformOver(32, isBlack(x, y)),
});

/** Uniform between two circles, of radius 1 and 2 (Cornish et al. 2020). E log p = −ln 3π. */
export const annulus: DataSet = planeSet({
  name: "annulus",
  bounds: [
    [-2.5, 2.5],
    [-2.5, 2.5],
  ],
  expectedLogDensity: -Math.log(3 * Math.PI),
  draw: ({ uniform }) => {
    const radius = Math.sqrt(1 + 3 * uniform());
    const angle = 2 * Math.PI * uniform();
    return [radius * Math.cos(angle), radius * Math.sin(angle)];
  },
  logDensityAt: (x, y) => uniformOver(3 * Math.PI, within(Math.hypot(x, y), 1, 2)),
});
