import type { Density, GuideOf, GuideSpec } from "../../core/density.ts";
import { cif, realNvp, splineCoupling } from "../../flows/index.ts";
import { fullRank, laplaceGuide, lowRank, meanField, mixtureGuide, pathfinder, whitened } from "../../guides/index.ts";
import type { Fit } from "../../posterior/posterior.ts";
import { fitBy, type Known, regionsOf, usableLaplace } from "./known.ts";

/** One way up: a guide, when it is of no use, and where it starts. */
export interface Rung {
  readonly name: string;
  spec(known: Known): GuideSpec;
  /** Why it cannot help, given what is known; undefined where it may. */
  skip(known: Known): string | undefined;
  /** Parameters to start from, by their path. */
  start?(known: Known): Fit["parameters"] | undefined;
  /** The share of the gradients left that it may take. */
  readonly share: number;
  /** Steps at the most. */
  readonly steps: number;
  /** Whether a fit that stands already is checked before this is tried, though its own draws are off. */
  readonly dear?: boolean;
}

/** Unconstrained numbers up to which a full covariance matrix is learned. */
const mostForFullRank = 100;
/** A correlation that independent normals cannot follow. */
const strong = 0.6;

/** The largest correlation, in absolute value, of the draws of a fit on the unconstrained scale. */
export const largestCorrelation = ({ unconstrained: { shape, values } }: Pick<Fit, "unconstrained">): number => {
  const [, count, size] = shape;
  const means = new Float64Array(size);
  for (let at = 0; at < values.length; at++) means[at % size] += values[at] / count;
  const products = new Float64Array(size * size);
  for (let row = 0; row < values.length; row += size)
    for (let i = 0; i < size; i++)
      for (let j = 0; j <= i; j++)
        products[i * size + j] += (values[row + i] - means[i]) * (values[row + j] - means[j]);
  let largest = 0;
  for (let i = 0; i < size; i++)
    for (let j = 0; j < i; j++) {
      const both = Math.sqrt(products[i * size + i] * products[j * size + j]);
      if (both > 0) largest = Math.max(largest, Math.abs(products[i * size + j]) / both);
    }
  return largest;
};

const severalRegions = (known: Known): string | undefined =>
  regionsOf(known) > 1 ? `one part of the posterior is all that it would find, of ${regionsOf(known)}` : undefined;

const correlated = (known: Known): string | undefined => {
  const found = usableLaplace(known);
  const largest = found ? largestCorrelation(found) : 0;
  return largest > strong ? `correlations up to ${largest.toFixed(2)} are beyond it` : undefined;
};

/** The full-rank parameters of a normal with independent coordinates. */
const withoutCorrelations = (known: Known): Fit["parameters"] | undefined => {
  const independent = fitBy(known, "mean-field");
  if (!independent || usableLaplace(known)) return undefined;
  const { loc, logScale } = independent.parameters;
  const size = loc.values.length;
  return { loc, logDiagonal: logScale, below: { shape: [size, size], values: new Float64Array(size * size) } };
};

/** A guide in the coordinates of the normal at the mode where there is one, else of the fit with the highest bound so far. */
const inGoodCoordinates = (guide: GuideSpec, known: Known): GuideSpec => {
  const inner = guide as GuideOf<Density>;
  if (usableLaplace(known)) return whitened(inner, { by: laplaceGuide() }) as unknown as GuideSpec;
  const normals = known.tried.filter(({ spec }) => spec.name !== "whitened");
  const fits = normals.map(({ fit }) => fit).filter(({ elbo }) => Number.isFinite(elbo));
  if (fits.length === 0) return guide;
  const by = fits.reduce((a, b) => (b.elbo > a.elbo ? b : a));
  return whitened(inner, { by }) as unknown as GuideSpec;
};

const component = ({ size }: Known): GuideSpec<Density> =>
  (size <= 20 ? fullRank() : meanField()) as unknown as GuideSpec<Density>;

const normal = (): GuideSpec => fullRank() as unknown as GuideSpec;

const tooFew = ({ size }: Known): string | undefined =>
  size < 2 ? "it needs two unconstrained parameters or more" : undefined;

const never = (): undefined => undefined;

/** The ladder, from the cheapest up. */
export const rungs: readonly Rung[] = [
  { name: "laplace", spec: () => laplaceGuide() as GuideSpec, skip: never, share: 0.2, steps: 0 },
  {
    name: "pathfinder",
    spec: () => pathfinder() as unknown as GuideSpec,
    skip: (known) => (usableLaplace(known) ? "the normal at the mode is as near" : undefined),
    share: 0.2,
    steps: 0,
  },
  {
    name: "mean-field",
    spec: () => meanField() as unknown as GuideSpec,
    skip: (known) => severalRegions(known) ?? correlated(known),
    share: 0.25,
    steps: 20_000,
  },
  {
    name: "full-rank",
    spec: (known) => (usableLaplace(known) ? inGoodCoordinates(normal(), known) : normal()),
    skip: (known) =>
      severalRegions(known) ??
      (known.size > mostForFullRank ? `${known.size} parameters are too many for it` : undefined) ??
      (known.size === 1 ? "of one parameter it is the same as mean-field" : undefined),
    start: withoutCorrelations,
    share: 0.35,
    steps: 20_000,
  },
  {
    name: "low-rank",
    spec: () => lowRank({ rank: 10 }) as unknown as GuideSpec,
    skip: (known) =>
      severalRegions(known) ?? (known.size <= mostForFullRank ? "full-rank holds all that it can" : undefined),
    share: 0.35,
    steps: 20_000,
  },
  {
    name: "mixture",
    spec: (known) => mixtureGuide({ components: regionsOf(known), of: component(known) }) as unknown as GuideSpec,
    skip: (known) => (regionsOf(known) > 1 ? undefined : "no part of the posterior is known to lie apart"),
    share: 0.5,
    steps: 20_000,
    dear: true,
  },
  {
    name: "real-nvp",
    spec: (known) => inGoodCoordinates(realNvp() as unknown as GuideSpec, known),
    skip: (known) => severalRegions(known) ?? tooFew(known),
    share: 0.4,
    steps: 10_000,
    dear: true,
  },
  {
    name: "spline-coupling",
    spec: (known) => inGoodCoordinates(splineCoupling() as unknown as GuideSpec, known),
    skip: (known) => severalRegions(known) ?? tooFew(known),
    share: 0.7,
    steps: 10_000,
    dear: true,
  },
  {
    name: "cif",
    spec: (known) => inGoodCoordinates(cif() as unknown as GuideSpec, known),
    skip: (known) => severalRegions(known) ?? tooFew(known),
    share: 0.9,
    steps: 10_000,
    dear: true,
  },
];
