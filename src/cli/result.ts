import { type Draws, scalarNames } from "../posterior/draws.ts";
import type { Chains, Comparison, Fit, Row } from "../posterior/posterior.ts";

/** What `--json` says of one scalar. */
export type ParameterResult = Omit<Row, "name">;

/** What `--json` says of one method; keys that do not apply are left out. */
export interface Result {
  readonly model: string;
  readonly method: string;
  readonly seconds: number;
  readonly elbo?: number;
  readonly elboSe?: number;
  readonly khat?: number;
  readonly verdict: string;
  readonly divergences?: number;
  readonly parameters: Readonly<Record<string, ParameterResult>>;
}

type AnyResult = Fit | Chains;

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
    posterior.rows.map(({ name, mean, sd, q5, q50, q95, mcse, rhat, essBulk, essTail }) => [
      names.get(name) ?? name,
      { mean, sd, q5, q50, q95, mcse, rhat, essBulk, essTail },
    ]),
  );
};

/** One posterior as `--json` shows it. */
export const resultOf = (posterior: AnyResult, verdict: string = posterior.verdict): Result => {
  const { model, method, seconds } = posterior;
  const parameters = parametersOf(posterior);
  if (posterior.kind === "chains")
    return { model, method, seconds, verdict, divergences: posterior.divergences, parameters };
  const { elbo, elboSe, khat } = posterior;
  return { model, method, seconds, elbo, elboSe, khat, verdict, parameters };
};

/** A comparison as `--json` shows it: one key per method. */
export const comparisonResult = ({ methods, verdicts }: Comparison): Record<string, Result> =>
  Object.fromEntries(
    Object.entries(methods).map(([name, posterior]) => [
      name,
      resultOf(posterior, verdicts[name] ?? posterior.verdict),
    ]),
  );

/** JSON for people and programs; numbers that are not finite become null. */
export const showJson = (value: unknown): string => `${JSON.stringify(value, undefined, 2)}\n`;
