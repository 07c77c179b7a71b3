/** Mixtures of normals of one variance, normalised, and points on rings. */
import { bump, logSum, onPlane, onVectors, radius, square, type TestDensity } from "./density.ts";
import { drawing, onCircles } from "./stream.ts";

const log2Pi = Math.log(2 * Math.PI);

const moment = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

interface Mixture extends Pick<TestDensity, "bounds" | "source"> {
  readonly name: string;
  /** The means, equally likely. */
  readonly centres: readonly (readonly number[])[];
  /** One standard deviation for all, in every direction. */
  readonly deviation: number;
}

const normals = ({ name, centres, deviation, ...rest }: Mixture): TestDensity => {
  const size = centres[0].length;
  const constant = Math.log(centres.length) + size * (Math.log(deviation) + log2Pi / 2);
  const mean = centres[0].map((_, axis) => moment(centres.map((at) => at[axis])));
  return {
    ...{ size, mean, ...rest, logZ: 0 },
    model: onVectors(name, size, (z) => {
      const parts = z.unstack();
      const terms = centres.map((at) =>
        parts.map((x, axis) => bump(x, at[axis], deviation)).reduce((a, b) => a.add(b)),
      );
      return logSum(terms).sub(constant);
    }),
    sd: mean.map((middle, axis) => Math.sqrt(deviation ** 2 + moment(centres.map((at) => (at[axis] - middle) ** 2)))),
    sample: drawing(size, ({ index, normal }) => centres[index(centres.length)].map((x) => x + deviation * normal())),
  };
};

const evenly = (count: number, half: number): readonly number[] =>
  Array.from({ length: count }, (_, i) => -half + (2 * half * i) / (count - 1));

/** Where the normals of a lattice lie: `side` by `side` of them over [−half, half]². */
export const latticeCentres = (side: number, half: number): readonly (readonly number[])[] =>
  evenly(side, half).flatMap((x) => evenly(side, half).map((y) => [x, y]));

/** The standard deviation of each normal of a lattice. */
export const latticeDeviation = 0.25;

const lattice = (side: number, half: number): TestDensity =>
  normals({
    name: `lattice of ${side * side}`,
    centres: latticeCentres(side, half),
    deviation: latticeDeviation,
    bounds: square(half + 1),
    source: "Caterini, Cornish, Sejdinovic & Doucet 2021, section 5.1: normals on a square lattice",
  });

/** Nine normals on [−2, 2]². */
export const lattice9: TestDensity = lattice(3, 2);

/** Sixteen normals on [−3, 3]². */
export const lattice16: TestDensity = lattice(4, 3);

const aroundCircle = (k: number): readonly number[] => [
  2 * Math.cos((k * Math.PI) / 4),
  2 * Math.sin((k * Math.PI) / 4),
];

/** Eight normals around a circle of radius 2. */
export const eightNormals: TestDensity = normals({
  name: "eight normals",
  centres: [0, 1, 2, 3, 4, 5, 6, 7].map(aroundCircle),
  deviation: (2 / 3) * Math.sin(Math.PI / 8),
  bounds: square(3.5),
  source:
    "normals evenly around a circle, as in Grathwohl et al. 2019, figure 2; deviations are a third of the way between neighbours",
});

/** Two standard normals in `size` dimensions, `apart` from each other along the first: the one hides from whoever starts in the other. */
export const twoModes = ({
  size = 2,
  apart = 8,
}: {
  readonly size?: number;
  readonly apart?: number;
} = {}): TestDensity =>
  normals({
    name: "two modes",
    centres: [-apart / 2, apart / 2].map((x) => Array.from({ length: size }, (_, axis) => (axis === 0 ? x : 0))),
    deviation: 1,
    bounds: square(apart / 2 + 3),
    source: "two normals of one weight",
  });

const ringRadii = [1, 2];
const ringWidth = 0.125;

/** Two circles, dense as exp(−½ ((r − R)/w)²) of the distance r from 0 each. */
export const rings: TestDensity = {
  model: onPlane("rings", (x, y) => {
    const distance = radius(x, y);
    return logSum(ringRadii.map((at) => bump(distance, at, ringWidth)));
  }),
  size: 2,
  logZ: 1.775986346602,
  mean: [0, 0],
  sd: [1.234276103633, 1.234276103633],
  bounds: square(2.6),
  sample: drawing(2, onCircles(ringRadii, ringWidth, 4)),
  source: "circles of radius 1 and 2 about 0, of width 1/8",
};
