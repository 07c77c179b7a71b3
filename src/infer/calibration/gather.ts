import { FluvialError, fail } from "../../core/check.ts";
import { foldHostKey, type HostKey, splitHostKey } from "../../core/key.ts";
import type { Conditioned } from "../../model/condition.ts";
import type { Values } from "../../model/site.ts";
import { scalarNames } from "../../posterior/draws.ts";
import type { Analysis } from "./analyse.ts";
import { logLikelihoodName, type Measure, type Measured } from "./measure.ts";
import { evenDraws, type RanksOf, ranksAmong } from "./ranks.ts";

type Truth = Readonly<Record<string, Float64Array>>;

/** Ranks, replication by replication. */
export interface Gathered {
  /** Ranks the true values of a replication. */
  add(index: number, truth: Truth, analysis: Analysis, data: Values): void;
  /** Notes that the method failed. */
  fail(index: number, error: unknown): void;
  /** By scalar; those that are the same in every draw are left out. */
  ranks(): Readonly<Record<string, Int32Array>>;
  done(): number;
  gradients(): number;
  divergences(): number;
  failures(): readonly string[];
  /** @throws FluvialError where nothing was ranked. */
  checkAny(): void;
}

/** The unconstrained point of true values; undefined where one of the latents is not known, or on the edge of its support. */
const unconstrained = ({ layout, unconstrain }: Conditioned<unknown>, truth: Truth): Float64Array | undefined => {
  const names = Object.keys(layout.latents);
  if (!names.every((name) => truth[name])) return undefined;
  try {
    return unconstrain(Object.fromEntries(names.map((name) => [name, truth[name]])));
  } catch (error) {
    if (error instanceof FluvialError) return undefined;
    throw error;
  }
};

const appended = (z: Float64Array, last: Float64Array): Float64Array => {
  const all = new Float64Array(z.length + last.length);
  all.set(z);
  all.set(last, z.length);
  return all;
};

export const gather = (setting: {
  readonly conditioned: Conditioned<unknown>;
  readonly measure: Measure;
  readonly draws: number;
  readonly key: HostKey;
}): Gathered => {
  const { conditioned, measure, draws, key } = setting;
  const { size, bound, quantities } = conditioned;
  const columns = new Map<string, { readonly ranks: number[]; varies: boolean }>();
  const failures: string[] = [];
  let [done, gradients, divergences] = [0, 0, 0];

  /** Draws of all quantities, and the true values, the log-likelihood among both where it can be told. */
  const measured = (truth: Truth, z: Float64Array, data: Values, own: HostKey): [Truth, Measured] => {
    const point = unconstrained(conditioned, truth);
    const made = measure(appended(z, point ?? z.subarray(z.length - size)), data, own);
    const total = made[logLikelihoodName];
    if (!total) return [truth, made];
    return [{ ...truth, [logLikelihoodName]: Float64Array.of(point ? total[draws] : Number.NaN) }, made];
  };
  const namesOf = (name: string, width: number): string[] => {
    const quantity = quantities[name];
    if (!quantity) return width === 1 ? [name] : Array.from({ length: width }, (_, i) => `${name}[${i + 1}]`);
    const coords = quantity.shape.map((_, axis) => {
      const label = quantity.axes?.[axis];
      return quantity.labels?.[axis] ?? (typeof label === "string" ? bound.coords[label] : undefined);
    });
    return scalarNames(name, { shape: [1, draws, ...quantity.shape], coords });
  };
  const note = (ranks: RanksOf): void => {
    for (const [name, scalars] of Object.entries(ranks))
      namesOf(name, scalars.length).forEach((scalar, at) => {
        const column = columns.get(scalar) ?? { ranks: [], varies: false };
        columns.set(scalar, column);
        column.varies ||= scalars[at].varies;
        if (scalars[at].rank >= 0) column.ranks.push(scalars[at].rank);
      });
  };
  return {
    add: (index, truth, analysis, data) => {
      const [own, ties] = splitHostKey(foldHostKey(key, index), 2);
      const [true_, made] = analysis.z
        ? measured(truth, analysis.z, data, own)
        : [truth, evenDraws(analysis.draws ?? {}, draws)];
      note(ranksAmong(true_, made, draws, ties));
      done++;
      gradients += analysis.gradients;
      divergences += analysis.divergences;
    },
    fail: (index, error) => {
      failures.push(`replication ${index + 1}: ${error instanceof Error ? error.message : String(error)}`);
    },
    ranks: () =>
      Object.fromEntries(
        [...columns].filter(([, { varies }]) => varies).map(([name, { ranks }]) => [name, Int32Array.from(ranks)]),
      ),
    done: () => done,
    gradients: () => gradients,
    divergences: () => divergences,
    failures: () => failures,
    checkAny: () => {
      if (done === 0 && failures.length > 0) fail(`calibrate: the method failed on every data set; ${failures[0]}`);
    },
  };
};
