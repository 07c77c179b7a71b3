import { hostKey, hostUniforms } from "../../src/core/key.ts";
import { sizeOf } from "../../src/core/shape.ts";
import { chainsOf, type Draws, scalarNames } from "../../src/posterior/draws.ts";
import type { Chains, Comparison, Discrepancy, Fit, Row } from "../../src/posterior/posterior.ts";

/** Synthetic posteriors in the form of eight schools: for tests of what is drawn and written, not of inference. */

export const schools = [
  "Choate",
  "Deerfield",
  "Phillips Andover",
  "Hotchkiss",
  "Lawrence",
  "St. Paul's",
  "<b>&",
  "Mt. H",
];

const normals = (seed: number): (() => number) => {
  const uniform = hostUniforms(hostKey(seed));
  return () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
};

const fill = (shape: readonly number[], next: (flat: number) => number, coords: Draws["coords"]): Draws => ({
  shape,
  values: Float64Array.from({ length: sizeOf(shape) }, (_, i) => next(i)),
  coords,
});

type Schools = { mu: unknown; tau: unknown; theta: unknown };

const drawsOf = (
  seed: number,
  chains: number,
  draws: number,
  squeeze: number,
  labels: boolean,
): Fit<Schools>["draws"] => {
  const z = normals(seed);
  return {
    mu: fill([chains, draws], () => 4.4 + 3.3 * squeeze * z(), []),
    tau: fill([chains, draws], () => 3.2 * squeeze * Math.abs(z()) + 0.02, []),
    theta: fill([chains, draws, 8], (i) => 6 - (i % 8) * 0.7 + 5.2 * squeeze * z(), [labels ? schools : undefined]),
  };
};

const rowsOf = (draws: Fit<Schools>["draws"], chains: boolean): Row[] =>
  Object.entries(draws).flatMap(([name, quantity]) =>
    scalarNames(name, quantity).map((scalar, flat) => {
      const all = Float64Array.from(chainsOf(quantity, flat).flatMap((chain) => [...chain])).sort();
      const mean = all.reduce((a, b) => a + b, 0) / all.length;
      const sd = Math.sqrt(all.reduce((s, x) => s + (x - mean) ** 2, 0) / (all.length - 1));
      const q = (p: number): number => all[Math.floor(p * (all.length - 1))];
      const row = { name: scalar, mean, sd, q5: q(0.05), q50: q(0.5), q95: q(0.95), mcse: sd / Math.sqrt(all.length) };
      return chains ? { ...row, rhat: 1.0012, essBulk: 3712.4, essTail: 3120.9 } : row;
    }),
  );

const historyOf = (seed: number, level: number): Float64Array => {
  const z = normals(seed);
  return Float64Array.from(
    { length: 2000 },
    (_, i) => level - 900 * Math.exp(-i / 40) - 6 * Math.exp(-i / 300) + z() * 0.8,
  );
};

export interface Form {
  readonly draws?: number;
  readonly labels?: boolean;
}

export const fitOf = (
  method: string,
  seed: number,
  squeeze: number,
  khat: number,
  { draws = 4000, labels = true }: Form = {},
): Fit<Schools> => {
  const values = drawsOf(seed, 1, draws, squeeze, labels);
  return {
    kind: "fit",
    model: "eight schools",
    method,
    seed,
    engine: "eager-f64",
    seconds: 1.2345 + seed,
    gradients: 20000,
    options: {},
    fingerprint: "0123456789abcdef",
    draws: values,
    unconstrained: { shape: [1, draws, 10], values: new Float64Array(draws * 10) },
    rows: rowsOf(values, false),
    verdict:
      khat < 0.7
        ? "Close to the truth: k-hat is below 0.7."
        : "Do not trust it: k-hat is above 0.7 and the sds are short.",
    summary: () => "a table",
    elbo: -31.3 - khat,
    elboSe: 0.012,
    khat,
    history: historyOf(seed, -31.3 - khat),
    steps: 2000,
    converged: true,
    parameters: {},
    logRatios: new Float64Array(draws).fill(-31.3),
    logWeights: new Float64Array(draws).fill(-Math.log(draws)),
    correction: { applied: false, reason: "not asked for", ess: draws, uncorrected: [] },
  };
};

export const chainsOfForm = (seed = 9, { draws = 1000, labels = true }: Form = {}): Chains<Schools> => {
  const values = drawsOf(seed, 4, draws, 1, labels);
  const each = <T>(make: () => T): T[] => Array.from({ length: 4 }, make);
  return {
    kind: "chains",
    model: "eight schools",
    method: "nuts",
    seed,
    engine: "eager-f64",
    seconds: 3.21,
    gradients: 61234,
    options: {},
    fingerprint: "0123456789abcdef",
    draws: values,
    unconstrained: { shape: [4, draws, 10], values: new Float64Array(draws * 40) },
    rows: rowsOf(values, true),
    verdict: "The chains agree: largest R-hat 1.001, smallest bulk ESS 3712, no divergences.",
    summary: () => "a table of chains",
    warmup: 1000,
    divergences: 3,
    divergentDraws: [
      { chain: 0, draw: 1 },
      { chain: 0, draw: 2 },
      { chain: 3, draw: 0 },
    ],
    saturations: 0,
    ebfmi: [1, 1, 0.9, 1.1],
    metric: each(() => ({ kind: "diagonal" as const, variances: new Float64Array(10).fill(1) })),
    states: [],
    reports: each(() => undefined),
    interrupted: false,
    stats: {
      energy: each(() => new Float64Array(draws)),
      acceptance: each(() => new Float64Array(draws)),
      treeDepth: each(() => new Float64Array(draws)),
      diverging: each(() => new Uint8Array(draws)),
      stepSize: [0.3, 0.31, 0.29, 0.3],
    },
  };
};

const discrepanciesOf = (method: Fit<Schools>, reference: Chains<Schools>): Discrepancy[] =>
  method.rows.map((row, i) => {
    const other = reference.rows[i];
    const meanError = (row.mean - other.mean) / other.sd;
    const sdRatio = row.sd / other.sd;
    const meanZ = meanError * 40;
    const sdZ = (sdRatio - 1) * 60;
    const { name, mean, sd } = row;
    return { name, mean, sd, referenceMean: other.mean, referenceSd: other.sd, meanError, sdRatio, meanZ, sdZ };
  });

/** Four guides beside a reference, ten scalars. */
export const comparisonOf = (form: Form = {}): Comparison<Schools> => {
  const fits = {
    "mean-field": fitOf("mean-field", 1, 0.62, 0.91, form),
    "full-rank": fitOf("full-rank", 2, 0.88, 0.64, form),
    "planar:layers=8": fitOf("planar:layers=8", 3, 0.95, 0.55, form),
    iaf: fitOf("iaf", 4, 1.0, 0.31, form),
  };
  const nuts = chainsOfForm(9, { ...form, draws: (form.draws ?? 4000) / 4 });
  return {
    model: "eight schools",
    reference: "nuts",
    methods: { ...fits, nuts },
    discrepancies: Object.fromEntries(Object.entries(fits).map(([name, fit]) => [name, discrepanciesOf(fit, nuts)])),
    verdicts: Object.fromEntries(
      [...Object.entries(fits), ["nuts", nuts] as const].map(([name, p]) => [name, p.verdict]),
    ),
    summary: () => "a comparison",
  };
};
