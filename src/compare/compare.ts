import { checkOptions, fail, showAny } from "../core/check.ts";
import type { GuideSpec } from "../core/density.ts";
import { fit } from "../infer/fit.ts";
import type { FitProgress } from "../infer/fitting/course.ts";
import type { FitOptions } from "../infer/fitting/fitOptions.ts";
import { type SampleProgress, sample } from "../infer/sample.ts";
import type { SamplerSpec } from "../infer/sampling/samplers.ts";
import { condition } from "../model/condition.ts";
import type { Coords, DataFor } from "../model/data.ts";
import type { Model } from "../model/model.ts";
import type { Chains, Comparison, Discrepancy, Fit } from "../posterior/posterior.ts";
import { showBound, showKhat } from "../posterior/summary.ts";
import { showNumber, textTable } from "../posterior/text.ts";
import { discrepancies } from "./discrepancy.ts";
import { checkReference, relabelled } from "./reference.ts";
import { comparisonVerdict } from "./verdict.ts";

export interface CompareOptions {
  /** The guides to compare, by the name they shall have in the comparison; "auto" climbs the ladder. */
  readonly guides: Readonly<Record<string, GuideSpec | "auto">>;
  /** What they are held against: a sampler such as nuts(), or chains drawn before. */
  readonly reference: SamplerSpec | Chains;
  readonly seed?: number;
  /** Of the guides that are trained. */
  readonly steps?: number;
  readonly restarts?: number;
  /** Draws from each guide; 4,000 unless said. */
  readonly guideDraws?: number;
  /** Of the sampler: chains, warm-up and draws a chain. */
  readonly chains?: number;
  readonly warmup?: number;
  readonly draws?: number;
  readonly coords?: Coords;
  readonly engine?: FitOptions["engine"];
  readonly onProgress?: (method: string, progress: FitProgress | SampleProgress) => void;
}

const optionNames = [
  "guides",
  "reference",
  "seed",
  "steps",
  "restarts",
  "guideDraws",
  "chains",
  "warmup",
  "draws",
  "coords",
  "engine",
  "onProgress",
];

const isSampler = (x: SamplerSpec | Chains): x is SamplerSpec => typeof (x as SamplerSpec).kernel === "function";

const defined = <T extends object>(options: T): T =>
  Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as T;

const runReference = async <L, D, G>(
  model: Model<L, D, G>,
  data: DataFor<D>,
  { reference, seed, chains, warmup, draws, coords, engine, onProgress }: CompareOptions,
): Promise<Chains<L & G>> => {
  if (!isSampler(reference)) return reference as unknown as Chains<L & G>;
  const report = onProgress && ((progress: SampleProgress) => onProgress(reference.name, progress));
  return sample(
    model,
    data,
    defined({ sampler: reference, seed, chains, warmup, draws, coords, engine, onProgress: report }),
  );
};

const checkArguments = (options: CompareOptions): void => {
  checkOptions("compare", options, optionNames);
  const names = Object.keys(options.guides ?? {});
  if (names.length === 0) fail("compare: expected at least one guide, as in { guides: { meanField: meanField() } }");
  const { reference } = options;
  if (!reference || !(isSampler(reference) || reference.kind === "chains"))
    fail(`compare: expected a reference, such as nuts() or chains drawn before, got ${showAny(reference)}`);
  if (names.includes(referenceName(reference)))
    fail(`compare: the name "${referenceName(reference)}" is the reference's; give the guide another`);
};

const referenceName = (reference: SamplerSpec | Chains): string =>
  isSampler(reference) ? reference.name : reference.method;

/**
 * Fits each guide to one posterior, draws the same by the reference, and says per parameter and in a sentence how far they agree.
 * Parameters go by the names that `coords` gives them, also those of chains drawn before under other names.
 * @throws FluvialError where data do not fit the model, a guide does not fit it, or chains drawn before are of another model.
 */
export const compare = async <L, D, G>(
  model: Model<L, D, G>,
  data: DataFor<D>,
  options: CompareOptions,
): Promise<Comparison<L & G>> => {
  checkArguments(options);
  if (!isSampler(options.reference)) checkReference(options.reference, condition(model, data, options.coords));
  const { guides, seed, steps, restarts, guideDraws, coords, engine, onProgress } = options;
  const methods: Record<string, Fit<L & G> | Chains<L & G>> = {};
  for (const [name, guide] of Object.entries(guides)) {
    const report = onProgress && ((progress: FitProgress) => onProgress(name, progress));
    // A guide that trains nothing has no steps to be limited.
    const ownSteps = guide !== "auto" && guide?.ready ? undefined : steps;
    const given = defined({
      guide,
      seed,
      steps: ownSteps,
      restarts,
      draws: guideDraws,
      coords,
      engine,
      onProgress: report,
    });
    methods[name] = await fit(model, data, given);
  }
  const [first] = Object.values(methods) as Fit[];
  const chains = relabelled((await runReference(model, data, options)) as Chains, first.draws);
  const reference = referenceName(options.reference);
  const found: Record<string, readonly Discrepancy[]> = {};
  const verdicts: Record<string, string> = {};
  const trusted = chains.verdict.startsWith("Good");
  for (const [name, method] of Object.entries(methods)) {
    found[name] = discrepancies(method, chains);
    verdicts[name] = comparisonVerdict(method as Fit, found[name], { name: reference, trusted });
  }
  methods[reference] = chains as Chains<L & G>;
  verdicts[reference] = chains.verdict;
  const comparison = { model: model.name, reference, methods, discrepancies: found, verdicts };
  return { ...comparison, summary: () => comparisonSummary(comparison as Omit<Comparison, "summary">) };
};

/** The largest, to either side; NaN where there is one. */
const furthest = (values: readonly number[]): number =>
  values.reduce((most, x) => (Number.isNaN(x) || Math.abs(x) > Math.abs(most) ? x : most), 0);

const meanCell = (list: readonly Discrepancy[]): string => showNumber(furthest(list.map((d) => d.meanError)));

const sdCell = (list: readonly Discrepancy[]): string => {
  const ratios = list.map((d) => d.sdRatio);
  return `${showNumber(Math.min(...ratios))}–${showNumber(Math.max(...ratios))}`;
};

const methodRow = (name: string, method: Fit | Chains, list: readonly Discrepancy[] = []): string[] => [
  name,
  method.kind === "fit" ? showBound(method.elbo, method.elboSe) : "",
  method.kind === "fit" ? showKhat(method.khat) : "",
  method.kind === "chains" ? String(method.divergences) : "",
  list.length > 0 ? meanCell(list) : "",
  list.length > 0 ? sdCell(list) : "",
  String(method.gradients),
  method.seconds.toFixed(1),
];

const methodHeads = ["", "ELBO", "k-hat", "divergences", "worst mean error", "sd ratios", "gradients", "seconds"];

const parameterTable = ({ methods, discrepancies: found, reference }: Omit<Comparison, "summary">): string => {
  const others = Object.keys(methods).filter((name) => name !== reference);
  const cell = (mean: number, sd: number): string => `${showNumber(mean)} ± ${showNumber(sd)}`;
  const rows = methods[reference].rows.map((row) => [
    row.name,
    cell(row.mean, row.sd),
    ...others.map((name) => {
      const d = found[name].find((each) => each.name === row.name);
      return d ? cell(d.mean, d.sd) : "";
    }),
  ]);
  return textTable(["mean ± sd", reference, ...others], rows);
};

/** The comparison as text: methods, parameters, verdicts. */
const comparisonSummary = (comparison: Omit<Comparison, "summary">): string => {
  const { model, methods, discrepancies: found, verdicts } = comparison;
  return [
    model,
    textTable(
      methodHeads,
      Object.entries(methods).map(([name, method]) => methodRow(name, method, found[name])),
    ),
    "",
    parameterTable(comparison),
    "",
    ...Object.entries(verdicts).map(([name, verdict]) => `${name}: ${verdict}`),
  ].join("\n");
};
