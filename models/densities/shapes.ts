/** Bent and stretched normals, of which everything is known. */
import type { Tensor } from "fluvial";
import { normal } from "fluvial";
import { bump, onPlane, onVectors, radius, square, type TestDensity } from "./density.ts";
import { accepted, drawing, onCircles } from "./stream.ts";

const repeated = (count: number, value: number): number[] => Array.from({ length: count }, () => value);

const total = (terms: readonly Tensor[]): Tensor => terms.reduce((sum, term) => sum.add(term));

/** Neal's funnel: z_1 ~ normal(0, 3), and all others normal with sd exp(z_1 / 2). */
export const funnel = ({ size = 10 }: { readonly size?: number } = {}): TestDensity => ({
  model: onVectors("funnel", size, (z) => {
    const scale = z.slice([0], [1]);
    const rest = z.slice([1], [size - 1]);
    const narrow = normal(0, scale.div(2).exp()).logProb(rest);
    return normal(0, 3).logProb(scale).sum().add(narrow.sum());
  }),
  size,
  logZ: 0,
  mean: repeated(size, 0),
  // E[e^v] = e^(9/2).
  sd: [3, ...repeated(size - 1, Math.exp(9 / 4))],
  bounds: [
    [-9, 9],
    [-20, 20],
  ],
  sample: drawing(size, (stream) => {
    const scale = 3 * stream.normal();
    return [scale, ...repeated(size - 1, 0).map(() => Math.exp(scale / 2) * stream.normal())];
  }),
  source: "Neal 2003, Slice sampling, section 8",
});

/** A normal with sds 10, 1, …, 1, whose second number is bent down by b (z_1² − 100): a banana. */
export const banana = ({
  size = 2,
  bend = 0.03,
}: {
  readonly size?: number;
  readonly bend?: number;
} = {}): TestDensity => ({
  model: onVectors("banana", size, (z) => {
    const [first, second, ...rest] = z.unstack();
    const straight = second.add(first.square().sub(100).mul(bend));
    return total([normal(0, 10).logProb(first), normal(0, 1).logProb(straight), ...rest.map(normal(0, 1).logProb)]);
  }),
  size,
  logZ: 0,
  mean: repeated(size, 0),
  // The variance of z_1² is 2 · 10⁴.
  sd: [10, Math.hypot(1, bend * Math.sqrt(2e4)), ...repeated(size - 2, 1)],
  bounds: [
    [-25, 25],
    [-550 * bend - 3, 100 * bend + 5],
  ],
  sample: drawing(size, (stream) => {
    const first = 10 * stream.normal();
    const second = stream.normal() - bend * (first ** 2 - 100);
    return [first, second, ...repeated(size - 2, 0).map(() => stream.normal())];
  }),
  source: "Haario, Saksman & Tamminen 1999, section 4: π1 with a bend of 0.03, π2 with 0.1",
});

/** x ~ normal(1, √10) and y ~ normal(x², √0.1): Rosenbrock's valley at the temperature 20. */
export const rosenbrock: TestDensity = {
  model: onPlane("Rosenbrock", (x, y) =>
    normal(1, Math.sqrt(10))
      .logProb(x)
      .add(normal(x.square(), Math.sqrt(0.1)).logProb(y)),
  ),
  size: 2,
  logZ: 0,
  mean: [1, 11],
  // The variance of x² is 2 · 10² + 4 · 10.
  sd: [Math.sqrt(10), Math.sqrt(240.1)],
  bounds: [
    [-9, 11],
    [-5, 90],
  ],
  sample: drawing(2, (stream) => {
    const x = 1 + Math.sqrt(10) * stream.normal();
    return [x, x * x + Math.sqrt(0.1) * stream.normal()];
  }),
  source: "Goodman & Weare 2010, section 4",
};

/** A normal with variances 2 and ½ and covariance ¼, shaken up and down by sin(5x). */
const covariance = { first: 2, second: 0.5, both: 0.25 };
const slope = covariance.both / covariance.first;
const left = Math.sqrt(covariance.second - slope * covariance.both);

export const squiggle: TestDensity = {
  model: onPlane("squiggle", (x, y) => {
    const straight = y.add(x.mul(5).sin());
    return normal(0, Math.sqrt(covariance.first))
      .logProb(x)
      .add(normal(x.mul(slope), left).logProb(straight));
  }),
  size: 2,
  logZ: 0,
  mean: [0, 0],
  // E[x sin 5x] = 5 · 2 e^−25 and Var(sin 5x) = ½ (1 − e^−100).
  sd: [Math.SQRT2, Math.sqrt(0.5 + (1 - Math.exp(-100)) / 2 - 2 * slope * 10 * Math.exp(-25))],
  bounds: [
    [-4.5, 4.5],
    [-3.5, 3.5],
  ],
  sample: drawing(2, (stream) => {
    const x = Math.SQRT2 * stream.normal();
    return [x, slope * x + left * stream.normal() - Math.sin(5 * x)];
  }),
  source: "a normal shaken by a sine, common in galleries of samplers",
};

/** Two normals with a correlation. */
export const correlated = ({ correlation = 0.95 }: { readonly correlation?: number } = {}): TestDensity => {
  const rest = Math.sqrt(1 - correlation ** 2);
  return {
    model: onPlane("correlated", (x, y) =>
      normal(0, 1)
        .logProb(x)
        .add(normal(x.mul(correlation), rest).logProb(y)),
    ),
    size: 2,
    logZ: 0,
    mean: [0, 0],
    sd: [1, 1],
    bounds: square(3.5),
    sample: drawing(2, (stream) => {
      const x = stream.normal();
      return [x, correlation * x + rest * stream.normal()];
    }),
    source: "a normal",
  };
};

/** Two halves of a ring: dense near the circle of radius 2 where |x| is near 2. */
export const moons: TestDensity = {
  model: onPlane("moons", (x, y) => bump(radius(x, y), 2, 0.2).add(bump(x.abs(), 2, 0.3))),
  size: 2,
  logZ: 0.804214448623,
  mean: [0, 0],
  sd: [1.894276287686, 0.832679409798],
  bounds: square(3.2),
  sample: drawing(
    2,
    accepted(onCircles([2], 0.2, 4), ([x]) => Math.exp(-0.5 * ((Math.abs(x) - 2) / 0.3) ** 2)),
  ),
  source: "Rezende & Mohamed's first energy with sharper halves, as libraries of flows have it",
};
