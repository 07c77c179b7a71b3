import { checkCount, checkOptions, checkPositive, fail } from "../core/check.ts";
import { hostKey, hostUniforms } from "../core/key.ts";
import { digamma, lgamma } from "../core/special/gamma.ts";
import { type Ascended, type AscentOptions, coordinateAscent } from "./ascent.ts";
import { checkGamma, type GammaFactor, gammaGain, log2Pi, meanLogOf, meanOf } from "./gammas.ts";
import { checkFinite, checkMean, type NormalPrior } from "./normal.ts";

/**
 * Weights ~ dirichlet(share, …, share); in each component and coordinate tau ~ gamma(concentration, rate) and
 * mu | tau ~ normal(mean, 1 / √(count · tau)).
 */
export interface NormalMixturePrior extends NormalPrior {
  readonly share: number;
}

/** One component: its share of the Dirichlet, and in each of D coordinates a normal-gamma of mu and tau. */
export interface ComponentFactor {
  readonly share: number;
  readonly loc: readonly number[];
  readonly count: number;
  readonly tau: readonly GammaFactor[];
}

export interface NormalMixtureFactors {
  /** q(weights) = dirichlet of the shares, and q(mu, tau) of each. */
  readonly components: readonly ComponentFactor[];
  /** The probability that a row belongs to a component, by row. */
  readonly belongs: readonly (readonly number[])[];
}

export interface NormalMixtureOptions extends AscentOptions {
  /** Of the rows that components start at: 0 unless said. */
  readonly seed?: number;
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

const squaredDistance = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Array.from(a).reduce((total, value, i) => total + (value - b[i]) ** 2, 0);

/** Rows far from one another, each drawn by its squared distance to those before (k-means++: Arthur & Vassilvitskii 2007). */
const farApart = (rows: readonly ArrayLike<number>[], components: number, seed: number): ArrayLike<number>[] => {
  const uniform = hostUniforms(hostKey(seed));
  const chosen = [rows[Math.floor(uniform() * rows.length)]];
  while (chosen.length < components) {
    const away = rows.map((row) => Math.min(...chosen.map((one) => squaredDistance(row, one))));
    let left = uniform() * sum(away);
    const next = away.findIndex((distance) => {
      left -= distance;
      return left <= 0;
    });
    chosen.push(rows[Math.max(0, next)]);
  }
  return chosen;
};

/** Every row with the centre that is nearest. */
const nearest = (rows: readonly ArrayLike<number>[], centres: readonly ArrayLike<number>[]): number[][] =>
  rows.map((row) => {
    const distances = centres.map((centre) => squaredDistance(row, centre));
    const least = distances.indexOf(Math.min(...distances));
    return distances.map((_, k) => (k === least ? 1 : 0));
  });

/** A component given how much each row belongs to it: Bishop 2006, eq. 10.60 to 10.63, one coordinate at a time. */
const componentFrom = (
  rows: readonly ArrayLike<number>[],
  belongs: readonly number[],
  prior: NormalMixturePrior,
): ComponentFactor => {
  const weight = sum(belongs);
  const count = prior.count + weight;
  const coordinate = (d: number): { readonly loc: number; readonly tau: GammaFactor } => {
    const mean = weight > 0 ? sum(belongs.map((r, n) => r * rows[n][d])) / weight : prior.mean;
    const scatter = sum(belongs.map((r, n) => r * (rows[n][d] - mean) ** 2));
    const between = ((prior.count * weight) / count) * (mean - prior.mean) ** 2;
    const tau = { concentration: prior.concentration + weight / 2, rate: prior.rate + 0.5 * (scatter + between) };
    return { loc: (prior.count * prior.mean + weight * mean) / count, tau };
  };
  const coordinates = Array.from({ length: rows[0].length }, (_, d) => coordinate(d));
  return {
    share: prior.share + weight,
    count,
    loc: coordinates.map(({ loc }) => loc),
    tau: coordinates.map(({ tau }) => tau),
  };
};

/** E log weight of every component. */
const meanLogShares = (components: readonly ComponentFactor[]): number[] => {
  const total = digamma(sum(components.map(({ share }) => share)));
  return components.map(({ share }) => digamma(share) - total);
};

/** E log normal(row | mu, 1 / √tau) in one component: Bishop 2006, eq. 10.64 and 10.65. */
const meanLogDensity = (row: ArrayLike<number>, { loc, count, tau }: ComponentFactor): number =>
  0.5 * sum(tau.map((t, d) => meanLogOf(t) - log2Pi - 1 / count - meanOf(t) * (row[d] - loc[d]) ** 2));

const softmax = (logs: readonly number[]): number[] => {
  const most = Math.max(...logs);
  const weights = logs.map((value) => Math.exp(value - most));
  const total = sum(weights);
  return weights.map((weight) => weight / total);
};

/** −KL of the Dirichlet from its prior. */
const shareGain = (components: readonly ComponentFactor[], prior: number): number => {
  const shares = components.map(({ share }) => share);
  const logMass = (all: readonly number[]): number => lgamma(sum(all)) - sum(all.map(lgamma));
  const slopes = meanLogShares(components).map((meanLog, k) => (prior - shares[k]) * meanLog);
  return logMass(shares.map(() => prior)) - logMass(shares) + sum(slopes);
};

/** −KL of a component's normal-gammas from their prior. */
const componentGain = ({ loc, count, tau }: ComponentFactor, prior: NormalMixturePrior): number =>
  sum(
    tau.map((t, d) => {
      const apart = prior.count * (1 / count + meanOf(t) * (loc[d] - prior.mean) ** 2);
      return 0.5 * (Math.log(prior.count / count) + 1 - apart) + gammaGain(prior, t);
    }),
  );

const boundOf =
  (rows: readonly ArrayLike<number>[], prior: NormalMixturePrior) =>
  ({ components, belongs }: NormalMixtureFactors): number => {
    const shares = meanLogShares(components);
    const data = belongs.map((row, n) =>
      sum(row.map((r, k) => (r > 0 ? r * (shares[k] + meanLogDensity(rows[n], components[k]) - Math.log(r)) : 0))),
    );
    const factors = components.map((component) => componentGain(component, prior));
    return sum(data) + sum(factors) + shareGain(components, prior.share);
  };

const checkMixture = (rows: readonly ArrayLike<number>[], components: number, prior: NormalMixturePrior): void => {
  checkCount("conjugateMixture: components", components);
  checkOptions("conjugateMixture: prior", prior, ["share", "mean", "count", "concentration", "rate"]);
  checkPositive("conjugateMixture: share", prior.share);
  checkPositive("conjugateMixture: count", prior.count);
  checkMean("conjugateMixture", prior.mean);
  checkGamma("conjugateMixture", prior);
  if (!(rows?.length >= components))
    fail(`conjugateMixture: ${components} components need as many rows, got ${rows?.length}`);
  for (const [n, row] of rows.entries()) {
    checkFinite(`conjugateMixture: row ${n + 1}`, row);
    if (row.length !== rows[0].length)
      fail(`conjugateMixture: row ${n + 1}: expected ${rows[0].length} numbers, got ${row.length}`);
  }
};

/**
 * A mixture of normals with independent coordinates, q(memberships) q(weights) Π q(mu, tau): Bishop 2006, section 10.2. The end depends on
 * the rows that components start at: take the best of several seeds. The components are those of one labelling out of `components`!.
 * @param rows D numbers each.
 * @throws FluvialError on data or a prior out of range.
 */
export const conjugateMixture = (
  rows: readonly ArrayLike<number>[],
  components: number,
  prior: NormalMixturePrior,
  options: NormalMixtureOptions = {},
): Ascended<NormalMixtureFactors> => {
  checkMixture(rows, components, prior);
  checkOptions("conjugateMixture", options, ["sweeps", "tolerance", "seed"]);
  const { seed = 0, ...ascent } = options;
  const componentsAt = (belongs: readonly (readonly number[])[]): ComponentFactor[] =>
    Array.from({ length: components }, (_, k) =>
      componentFrom(
        rows,
        belongs.map((row) => row[k]),
        prior,
      ),
    );
  const belongs = nearest(rows, farApart(rows, components, seed));
  return coordinateAscent<NormalMixtureFactors>(
    {
      init: { belongs, components: componentsAt(belongs) },
      updates: {
        memberships: (factors) => {
          const shares = meanLogShares(factors.components);
          const logs = rows.map((row) => factors.components.map((one, k) => shares[k] + meanLogDensity(row, one)));
          return { ...factors, belongs: logs.map(softmax) };
        },
        components: (factors) => ({ ...factors, components: componentsAt(factors.belongs) }),
      },
      bound: boundOf(rows, prior),
    },
    ascent,
  );
};
