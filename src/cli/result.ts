import { khatThreshold } from "../diagnostics/psis.ts";
import { type Draws, scalarNames } from "../posterior/draws.ts";
import type { Ladder } from "../posterior/ladder.ts";
import type { Chains, Comparison, Discrepancy, Fit, Row } from "../posterior/posterior.ts";

/** What `--json` says of one scalar. */
export interface ParameterResult extends Omit<Row, "name"> {
  /** The name that people read, where labels make it another: "theta[Choate]". */
  readonly label?: string;
}

/** What `--json` says of one method; keys that do not apply are left out. */
export interface Result {
  readonly model: string;
  readonly method: string;
  readonly seed: number;
  readonly engine: string;
  readonly seconds: number;
  readonly gradients: number;
  /** Of each chain; a fit has one series. */
  readonly draws: number;
  readonly elbo?: number;
  readonly elboSe?: number;
  readonly khat?: number;
  /** What k-hat should not exceed at this number of draws. */
  readonly khatThreshold?: number;
  /** Whether importance weights have corrected the parameters of a fit, and if not, why. */
  readonly corrected?: boolean;
  readonly notCorrected?: string;
  /** Effective number of draws under those weights. */
  readonly weightEss?: number;
  readonly steps?: number;
  readonly converged?: boolean;
  readonly chains?: number;
  readonly warmup?: number;
  readonly divergences?: number;
  /** Trajectories that were cut at the deepest tree. */
  readonly saturations?: number;
  /** Of each chain. */
  readonly ebfmi?: readonly number[];
  /** True of a run that was stopped. */
  readonly interrupted?: true;
  readonly verdict: string;
  readonly parameters: Readonly<Record<string, ParameterResult>>;
  /** True of the method that a comparison holds the others against. */
  readonly reference?: true;
  /** What `--guide auto` tried, what its check found and what it cost. */
  readonly ladder?: Ladder;
  /** Of the others, by the names of `parameters`. */
  readonly discrepancies?: Readonly<Record<string, Omit<Discrepancy, "name">>>;
}

type AnyResult = Fit | Chains;

/** What a posterior does not know of itself. */
export interface Aside {
  readonly verdict?: string;
}

/** The names of a quantity's scalars by their indices from 1, whatever its labels: "theta[1]". */
export const indexNames = (name: string, { shape }: Pick<Draws, "shape">): string[] =>
  scalarNames(name, { shape, coords: [] });

/** From the names that people read, labels and all, to those by index. */
const byIndex = ({ draws }: AnyResult): Map<string, string> =>
  new Map(
    Object.entries(draws).flatMap(([name, quantity]) => {
      const indexed = indexNames(name, quantity);
      return scalarNames(name, quantity).map((shown, i) => [shown, indexed[i]] as const);
    }),
  );

const parametersOf = (posterior: AnyResult): Record<string, ParameterResult> => {
  const names = byIndex(posterior);
  return Object.fromEntries(
    posterior.rows.map(({ name, ...figures }) => {
      const indexed = names.get(name) ?? name;
      return [indexed, { label: indexed === name ? undefined : name, ...figures }];
    }),
  );
};

const discrepanciesOf = (
  posterior: AnyResult,
  list: readonly Discrepancy[],
): Record<string, Omit<Discrepancy, "name">> => {
  const names = byIndex(posterior);
  return Object.fromEntries(list.map(({ name, ...numbers }) => [names.get(name) ?? name, numbers]));
};

const sizeOfDraws = ({ draws }: AnyResult): readonly number[] => Object.values(draws)[0]?.shape ?? [0, 0];

/** One posterior as `--json` shows it. */
export const resultOf = (posterior: AnyResult, { verdict = posterior.verdict }: Aside = {}): Result => {
  const { model, method, seed, engine, seconds, gradients } = posterior;
  const [chains, draws] = sizeOfDraws(posterior);
  const parameters = parametersOf(posterior);
  if (posterior.kind === "chains") {
    const { divergences, warmup, saturations, ebfmi } = posterior;
    const stopped = posterior.interrupted ? { interrupted: true as const } : {};
    const ran = { chains, warmup, draws, divergences, saturations, ebfmi, ...stopped };
    return { model, method, seed, engine, seconds, gradients, ...ran, verdict, parameters };
  }
  const { elbo, elboSe, khat, steps, converged, correction, ladder } = posterior;
  const bound = {
    elbo,
    elboSe,
    khat,
    khatThreshold: khatThreshold(posterior.logRatios.length),
    corrected: correction.applied,
    notCorrected: correction.reason,
    weightEss: correction.ess,
  };
  const trained = { steps, converged, draws, ...bound, ladder };
  return { model, method, seed, engine, seconds, gradients, ...trained, verdict, parameters };
};

/** A comparison as `--json` shows it: one key per method. */
export const comparisonResult = ({ methods, verdicts, reference, discrepancies }: Comparison): Record<string, Result> =>
  Object.fromEntries(
    Object.entries(methods).map(([name, posterior]) => {
      const result = resultOf(posterior, { verdict: verdicts[name] });
      const beside =
        name === reference
          ? { reference: true as const }
          : { discrepancies: discrepanciesOf(posterior, discrepancies[name] ?? []) };
      return [name, { ...result, ...beside }];
    }),
  );

const nameNonFinite = (_: string, value: unknown): unknown =>
  typeof value === "number" && !Number.isFinite(value) ? String(value) : value;

/** JSON for people and programs; numbers that JSON does not have are text: "Infinity", "-Infinity", "NaN". */
export const showJson = (value: unknown): string => `${JSON.stringify(value, nameNonFinite, 2)}\n`;
