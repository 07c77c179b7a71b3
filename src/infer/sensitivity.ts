import { checkOptions, checkPositive, fail, suggest } from "../core/check.ts";
import type { Tensor } from "../core/tensor.ts";
import {
  distanceGradient,
  type MomentGradients,
  momentGradients,
  type PowerScaled,
  powerScaled,
} from "../diagnostics/powerScaling.ts";
import { khatThreshold } from "../diagnostics/psis.ts";
import { isConstant, isFiniteSeries } from "../diagnostics/series.ts";
import type { Engine } from "../engine/engine.ts";
import type { Conditioned } from "../model/condition.ts";
import type { Coords, DataFor } from "../model/data.ts";
import { missingName } from "../model/missing.ts";
import type { Model } from "../model/model.ts";
import type { Values } from "../model/site.ts";
import { type Draws, pooledDraws, scalarNames } from "../posterior/draws.ts";
import { listed, textTable } from "../posterior/text.ts";
import { conditionAgain, type Inferred, weightsOf } from "./inferred.ts";
import { perDraw } from "./predicting/perDraw.ts";

/** What a change of the prior and of the likelihood does to one scalar. */
export interface SensitivityRow {
  readonly name: string;
  /** Derivative of the cumulative Jensen–Shannon distance by log2 of the power that the prior is raised to. */
  readonly prior: number;
  /** The same of the likelihood. */
  readonly likelihood: number;
  /** Where the mean, in posterior sds, and the log sd go as the prior, or the likelihood, gains weight. */
  readonly priorMoments: MomentGradients;
  readonly likelihoodMoments: MomentGradients;
  readonly diagnosis: "prior-data conflict" | "strong prior / weak likelihood" | "–";
}

export interface Sensitivity {
  readonly rows: readonly SensitivityRow[];
  /** k-hat of the weights of either part. */
  readonly khat: { readonly prior: number; readonly likelihood: number };
  readonly threshold: number;
  /** The latents whose priors were scaled. */
  readonly priors: readonly string[];
  readonly warnings: readonly string[];
  readonly verdict: string;
  summary(): string;
}

export interface SensitivityOptions {
  /** The latents whose priors are scaled together; all unless said. In a hierarchical model, name those at the top. */
  readonly priors?: readonly string[];
  /** What the factors of the model are part of: must be said where it has any. */
  readonly factors?: "prior" | "likelihood";
  /** Sensitivities above it count; 0.05 unless said. */
  readonly threshold?: number;
  readonly coords?: Coords;
  readonly engine?: Engine;
}

const optionNames = ["priors", "factors", "threshold", "coords", "engine"];

/** Fewer say nothing of k-hat. */
const enoughDraws = 100;

const sumsOf = (part: string, values: Values, count: number): Values =>
  Object.fromEntries(
    Object.entries(values).map(([name, value]) => [`${part} ${name}`, value.reshape([count, -1]).sum(1)]),
  );

/** The log prior density of every latent and the log likelihood of every site at all draws, by name. */
interface Terms {
  readonly prior: Readonly<Record<string, Float64Array>>;
  readonly likelihood: Readonly<Record<string, Float64Array>>;
}

const termsOf = <L>(conditioned: Conditioned<L>, { unconstrained }: Inferred<L>, engine?: Engine): Terms => {
  const both = (z: Tensor, data: Values): Values => ({
    ...sumsOf("prior", conditioned.priors(z, data), z.shape[0]),
    ...sumsOf("likelihood", conditioned.pointwise(z, data), z.shape[0]),
  });
  const made = Object.entries(perDraw(conditioned, unconstrained, both, engine));
  const part = (called: string): Record<string, Float64Array> =>
    Object.fromEntries(
      made
        .filter(([name]) => name.startsWith(`${called} `))
        .map(([name, { values }]) => [name.slice(called.length + 1), values]),
    );
  return { prior: part("prior"), likelihood: part("likelihood") };
};

const checkFactors = (model: string, names: readonly string[], factors: SensitivityOptions["factors"]): void => {
  if (factors !== undefined && factors !== "prior" && factors !== "likelihood")
    fail(`sensitivity: factors must be "prior" or "likelihood", got ${JSON.stringify(factors)}`);
  if (names.length > 0 && factors === undefined)
    fail(
      `sensitivity: "${model}" has the factor "${names[0]}"; say what it is a part of: { factors: "prior" } or { factors: "likelihood" }`,
    );
};

const chosenPriors = (wanted: readonly string[] | undefined, known: readonly string[]): readonly string[] => {
  const odd = wanted?.find((name) => !known.includes(name));
  if (odd !== undefined)
    fail(`sensitivity: there is no prior of "${odd}"${suggest(odd, known)}; there are ${known.join(", ")}`);
  return wanted ?? known;
};

const totalOf = (parts: readonly Float64Array[], draws: number): Float64Array => {
  const total = new Float64Array(draws);
  for (const part of parts) for (let i = 0; i < draws; i++) total[i] += part[i];
  return total;
};

/** The log prior and the log likelihood at every draw, log-Jacobians and the densities of missing values in neither. */
const logParts = (
  { name, sites }: Model,
  conditioned: Pick<Conditioned<unknown>, "layout">,
  { prior, likelihood }: Terms,
  options: SensitivityOptions,
  draws: number,
): { readonly prior: Float64Array; readonly likelihood: Float64Array; readonly priors: readonly string[] } => {
  const imputed = Object.keys(conditioned.layout.missing).map(missingName);
  const factors = sites.filter(({ role }) => role === "factor").map((site) => site.name);
  checkFactors(name, factors, options.factors);
  const known = Object.keys(prior).filter((each) => !imputed.includes(each) && !factors.includes(each));
  const extra = (part: SensitivityOptions["factors"]): Float64Array[] =>
    options.factors === part ? factors.map((each) => prior[each]) : [];
  const observed = [...Object.values(likelihood), ...extra("likelihood")];
  if (observed.length === 0)
    fail(
      sites.some(({ role }) => role === "joint")
        ? `sensitivity: the log joint of "${name}" is one sum; let its function return { prior, likelihood }`
        : `sensitivity: "${name}" has no observed site: its posterior is its prior`,
    );
  const priors = chosenPriors(options.priors, known);
  return {
    prior: totalOf([...priors.map((each) => prior[each]), ...extra("prior")], draws),
    likelihood: totalOf(observed, draws),
    priors,
  };
};

const diagnose = (prior: number, likelihood: number, threshold: number): SensitivityRow["diagnosis"] => {
  if (!(prior >= threshold)) return "–";
  return likelihood >= threshold ? "prior-data conflict" : "strong prior / weak likelihood";
};

const rowsOf = (
  draws: Readonly<Record<string, Draws>>,
  prior: PowerScaled,
  likelihood: PowerScaled,
  threshold: number,
): SensitivityRow[] =>
  Object.entries(draws).flatMap(([quantity, each]) =>
    scalarNames(quantity, each).flatMap((name, flat) => {
      const values = pooledDraws(each, flat);
      if (!isFiniteSeries([values]) || isConstant([values])) return [];
      const sensitivity = { prior: distanceGradient(values, prior), likelihood: distanceGradient(values, likelihood) };
      return [
        {
          name,
          ...sensitivity,
          priorMoments: momentGradients(values, prior),
          likelihoodMoments: momentGradients(values, likelihood),
          diagnosis: diagnose(sensitivity.prior, sensitivity.likelihood, threshold),
        },
      ];
    }),
  );

const verdictOf = (rows: readonly SensitivityRow[]): string => {
  const having = (diagnosis: SensitivityRow["diagnosis"]): string[] =>
    rows.filter((row) => row.diagnosis === diagnosis).map(({ name }) => name);
  const [conflict, strong] = [having("prior-data conflict"), having("strong prior / weak likelihood")];
  if (conflict.length + strong.length === 0) return "The posterior hardly moves with the prior.";
  return [
    ...(conflict.length > 0 ? [`Prior and data seem to disagree about ${listed(conflict)}: both move it.`] : []),
    ...(strong.length > 0 ? [`The prior says more than the data about ${listed(strong)}.`] : []),
    "Is that what the prior was meant to say?",
  ].join(" ");
};

const tableOf = (rows: readonly SensitivityRow[]): string =>
  textTable(
    ["", "prior", "likelihood", "diagnosis"],
    rows.map(({ name, prior, likelihood, diagnosis }) => [name, prior.toFixed(3), likelihood.toFixed(3), diagnosis]),
  );

const warningsOf = (khat: Sensitivity["khat"], threshold: number): string[] =>
  (["prior", "likelihood"] as const)
    .filter((part) => !(khat[part] <= threshold))
    .map(
      (part) =>
        `k-hat of the weights that scale the ${part} is above ${threshold.toFixed(2)}: its column cannot be trusted; take more draws.`,
    );

/**
 * How much a posterior owes to its prior and to its likelihood: each is raised to a power near 1 by importance weights, and the distance
 * that the distribution of a scalar moves is measured, per doubling of the power. Both above the threshold: prior and data disagree. The prior
 * alone: it is strong or the likelihood weak. Kallioinen, Paananen, Bürkner & Vehtari 2024. Log-Jacobians belong to neither part, nor do
 * the densities of missing values; factors to the one that is named.
 * @throws FluvialError where the data are not those of the posterior, prior and likelihood cannot be told apart, there are fewer than
 * 100 draws, or the weights of a fit cannot be used.
 */
export const sensitivity = <L, D, G>(
  model: Model<L, D, G>,
  data: DataFor<D>,
  posterior: Inferred<L & G>,
  options: SensitivityOptions = {},
): Sensitivity => {
  checkOptions("sensitivity", options, optionNames);
  const { threshold: least = 0.05 } = options;
  checkPositive("sensitivity: threshold", least);
  const plain = model as unknown as Model;
  const logRatios = weightsOf("sensitivity", posterior)?.logRatios;
  const conditioned = conditionAgain("sensitivity", model, data, posterior, options.coords);
  const draws = posterior.unconstrained.shape[0] * posterior.unconstrained.shape[1];
  if (draws < enoughDraws) fail(`sensitivity: ${draws} draws are too few: it needs ${enoughDraws} or more`);
  const terms = termsOf(conditioned, posterior, options.engine);
  const parts = logParts(plain, conditioned, terms, options, draws);
  const [prior, likelihood] = [powerScaled(parts.prior, logRatios), powerScaled(parts.likelihood, logRatios)];
  const rows = rowsOf(posterior.draws as unknown as Readonly<Record<string, Draws>>, prior, likelihood, least);
  const khat = { prior: prior.khat, likelihood: likelihood.khat };
  const threshold = khatThreshold(draws);
  const warnings = warningsOf(khat, threshold);
  const verdict = verdictOf(rows);
  const summary = (): string => [tableOf(rows), ...warnings, verdict].join("\n");
  return { rows, khat, threshold, priors: parts.priors, warnings, verdict, summary };
};
