import { checkCount, checkOptions, fail } from "../core/check.ts";
import { foldHostKey, type HostKey, hostKey, hostUniforms } from "../core/key.ts";
import { showNumber, textTable } from "../posterior/text.ts";
import { type Elpd, errorOfSum, sumOf } from "./elpd.ts";
import { stackingWeights } from "./stacking.ts";

/** One model beside the best. */
export interface ElpdRow {
  readonly name: string;
  readonly elpd: number;
  readonly se: number;
  readonly effectiveParameters: number;
  /** elpd less that of the best: 0 or below. */
  readonly difference: number;
  /** Its standard error, from the pointwise differences: smaller than those of the two would say. */
  readonly differenceSe: number;
  /** The weight in the mixture that predicts best. */
  readonly stacking: number;
  /** Pseudo-BMA+: Akaike-like weights averaged over the Bayesian bootstrap. */
  readonly pseudoBma: number;
}

/** Models by how well they predict, the best first. */
export interface ElpdComparison {
  readonly criterion: Elpd["criterion"];
  readonly rows: readonly ElpdRow[];
  readonly warnings: readonly string[];
  summary(): string;
}

export interface CompareLooOptions {
  /** Of the bootstrap; 0 unless said. */
  readonly seed?: number;
  /** Bootstrap samples for pseudo-BMA+; 1,000 unless said. */
  readonly replications?: number;
}

/** Differences up to so many nats cannot be told from nothing. Sivula, Magnusson, Matamoros & Vehtari 2020. */
const smallDifference = 4;
const fewObservations = 100;

/** Weights of a Dirichlet(1, …, 1), up to their sum. */
const exponentials = (uniform: () => number, count: number): Float64Array =>
  new Float64Array(count).map(() => -Math.log(uniform()));

const softmax = (values: readonly number[]): number[] => {
  const most = Math.max(...values);
  const weights = values.map((value) => Math.exp(value - most));
  const sum = weights.reduce((a, b) => a + b, 0);
  return weights.map((weight) => weight / sum);
};

const weightedSum = (values: Float64Array, weights: Float64Array): number => {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] * weights[i];
  return sum;
};

/**
 * Weights ∝ exp(elpd), averaged over reweightings of the observations by the Bayesian bootstrap. Yao et al. 2018, section 3.4.
 * @param elpds pointwise, one array a model.
 */
export const pseudoBmaWeights = (elpds: readonly Float64Array[], replications: number, key: HostKey): Float64Array => {
  const total = new Float64Array(elpds.length);
  const count = elpds[0].length;
  for (let b = 0; b < replications; b++) {
    const weights = exponentials(hostUniforms(foldHostKey(key, b)), count);
    const scale = count / sumOf(weights);
    const sums = elpds.map((elpd) => scale * weightedSum(elpd, weights));
    for (const [k, weight] of softmax(sums).entries()) total[k] += weight / replications;
  }
  return total;
};

/** The pointwise values of a model in the order of another's names; as they are where the names differ. */
const aligned = (of: Elpd, names: readonly string[]): Float64Array => {
  const places = new Map(of.pointwise.names.map((name, i) => [name, i]));
  if (!names.every((name) => places.has(name))) return of.pointwise.elpd;
  return Float64Array.from(names, (name) => of.pointwise.elpd[places.get(name) as number]);
};

const checkComparable = (models: Readonly<Record<string, Elpd>>): void => {
  const names = Object.keys(models);
  if (names.length < 2)
    fail(`compareLoo: expected two results of loo or more by name, as in { a, b }, got ${names.length}`);
  const odd = names.find((name) => !(models[name]?.pointwise?.elpd instanceof Float64Array));
  if (odd !== undefined) fail(`compareLoo: "${odd}" is no result of loo or waic`);
  const broken = names.find((name) => !Number.isFinite(models[name].elpd));
  if (broken !== undefined)
    fail(`compareLoo: the elpd of "${broken}" is ${models[broken].elpd}: it cannot be compared`);
  const [first, ...others] = names;
  for (const name of others) {
    const [a, b] = [models[first], models[name]];
    if (a.criterion !== b.criterion)
      fail(`compareLoo: "${first}" is ${a.criterion}, "${name}" is ${b.criterion}; compare like with like`);
    if (a.observations !== b.observations)
      fail(
        `compareLoo: "${first}" has ${a.observations} observations, "${name}" has ${b.observations}; only models of the same data can be compared`,
      );
    if (a.observed && b.observed && a.observed !== b.observed)
      fail(
        `compareLoo: "${first}" and "${name}" predict unlike values; only models of the same observations, on one scale, can be compared`,
      );
  }
};

const warningsOf = (models: Readonly<Record<string, Elpd>>, rows: readonly ElpdRow[]): string[] => {
  const doubtful = Object.keys(models).filter((name) => models[name].warnings.length > 0);
  const close = rows.slice(1).filter(({ difference }) => difference > -smallDifference);
  const { observations } = models[rows[0].name];
  return [
    ...doubtful.map((name) => `${name}: ${models[name].warnings.join(" ")}`),
    ...(close.length > 0
      ? [
          `${close.map(({ name }) => name).join(", ")}: the difference is below ${smallDifference}, too small to tell; its se is too low there.`,
        ]
      : []),
    ...(observations < fewObservations
      ? [`With ${observations} observations, fewer than ${fewObservations}, the standard errors are too low.`]
      : []),
  ];
};

const tableOf = (rows: readonly ElpdRow[]): string =>
  textTable(
    ["", "elpd", "se", "p", "difference", "its se", "stacking", "pseudo-BMA+"],
    rows.map((row) => [
      row.name,
      ...[row.elpd, row.se, row.effectiveParameters, row.difference, row.differenceSe].map(showNumber),
      row.stacking.toFixed(3),
      row.pseudoBma.toFixed(3),
    ]),
  );

/**
 * Models of the same observations side by side: differences of elpd with paired standard errors (Vehtari, Gelman & Gabry 2017, eq. 24)
 * and weights for their predictions (Yao, Vehtari, Simpson & Gelman 2018).
 * @param models results of `loo`, or of `waic`, by the name of the model.
 * @throws FluvialError where they are not of the same observations or criterion.
 */
export const compareLoo = (models: Readonly<Record<string, Elpd>>, options: CompareLooOptions = {}): ElpdComparison => {
  checkOptions("compareLoo", options, ["seed", "replications"]);
  const { seed = 0, replications = 1_000 } = options;
  checkCount("compareLoo: replications", replications);
  checkComparable(models);
  const names = Object.keys(models).sort((a, b) => models[b].elpd - models[a].elpd);
  const best = models[names[0]];
  const elpds = names.map((name) => aligned(models[name], best.pointwise.names));
  const stacking = stackingWeights(elpds);
  const pseudoBma = pseudoBmaWeights(elpds, replications, hostKey(seed));
  const rows = names.map((name, k): ElpdRow => {
    const { elpd, se, effectiveParameters } = models[name];
    const differences = elpds[k].map((value, i) => value - elpds[0][i]);
    return {
      name,
      elpd,
      se,
      effectiveParameters,
      difference: sumOf(differences),
      differenceSe: errorOfSum(differences),
      stacking: stacking[k],
      pseudoBma: pseudoBma[k],
    };
  });
  const warnings = warningsOf(models, rows);
  return { criterion: best.criterion, rows, warnings, summary: () => [tableOf(rows), ...warnings].join("\n") };
};
