import { checkCount, checkOptions, fail } from "../core/check.ts";
import type { Sampler } from "../core/density.ts";
import { foldHostKey, type HostKey, type Key } from "../core/key.ts";
import { hostValues } from "../core/tensor.ts";
import { disposeTree } from "../core/tree.ts";
import type { DataFor } from "../model/data.ts";
import type { Model } from "../model/model.ts";
import type { Values } from "../model/site.ts";
import { type MarginalBounds, marginalBounds, type Retraceable } from "../objectives/marginalBounds.ts";
import type { Fit } from "../posterior/posterior.ts";
import { type Again, type AgainOptions, againOptionNames, withFittedGuide } from "./fitting/again.ts";
import { meanAndError } from "./fitting/level.ts";
import { verbKey } from "./verbKey.ts";

export interface SandwichOptions extends AgainOptions {
  /** Draws of the guide: 1,000 unless said. */
  readonly draws?: number;
  /** Ways back from every draw: 32 unless said. With more of them the two sides come closer. */
  readonly paths?: number;
  readonly seed?: number;
}

/** The bound of a guide with noise of its own, in nats: what it was trained by, and from two sides what it would be with log q(z) known. */
export interface Sandwich {
  /** E[log p(z) − log q(z, u) + log r(u | z)], the bound that training sees. */
  readonly elbo: number;
  readonly elboSe: number;
  /** At most E[log p(z) − log q(z)] in the mean, and so below the evidence too. */
  readonly lower: number;
  readonly lowerSe: number;
  /** At least E[log p(z) − log q(z)] in the mean: it may exceed the evidence. */
  readonly upper: number;
  readonly upperSe: number;
  readonly draws: number;
  readonly paths: number;
}

const who = "sandwich";

/** Draws made in one go. */
const block = 50;

type Terms = Readonly<Record<keyof MarginalBounds, number[]>>;

const checkRetraceable = (q: Sampler, method: string): Retraceable =>
  q.retrace
    ? (q as Retraceable)
    : fail(
        `${who}: expected a fit by a guide with noise of its own, such as langevin or hamiltonian, got one by ${method}: its log q is known, and its elbo needs no other estimate`,
      );

const termsOf = (
  { ground: { engine, conditioned, data }, guide, parameters }: Again,
  method: string,
  { draws, paths }: { readonly draws: number; readonly paths: number },
  key: HostKey,
): Terms => {
  const together = Math.min(block, draws);
  const estimate = engine.compile((at: unknown, values: Values, blockKey: Key) => {
    const q = checkRetraceable(guide.at(at), method);
    return marginalBounds(conditioned.at(values), q, blockKey, { draws: together, paths });
  });
  const terms: Terms = { joint: [], lower: [], upper: [] };
  for (let from = 0, i = 0; from < draws; from += together, i++) {
    const blockKey = engine.tensor(foldHostKey(key, i), [2], "int") as Key;
    try {
      const made = estimate(parameters, data, blockKey);
      for (const side of ["joint", "lower", "upper"] as const)
        terms[side].push(...hostValues(made[side]).subarray(0, draws - from));
      disposeTree(made);
    } finally {
      blockKey.dispose();
    }
  }
  return terms;
};

/**
 * How much of the gap of a fit by a guide with noise of its own is the way back's, which its bound and its k-hat count along. The ELBO
 * with the noise integrated out lies between `lower` and `upper`: importance weighted estimates of log q(z) with and without the path
 * that made z. Sobolev & Vetrov 2019, Importance weighted hierarchical variational inference.
 * @throws FluvialError where the data are not those of the fit, its guide has no noise of its own or cannot be made from the fit.
 */
export const sandwich = async <L, D, G>(
  model: Model<L, D, G>,
  data: DataFor<D>,
  fitted: Fit<L & G>,
  options: SandwichOptions = {},
): Promise<Sandwich> => {
  checkOptions(who, options, ["draws", "paths", "seed", ...againOptionNames]);
  const { draws = 1_000, paths = 32, seed = 0 } = options;
  checkCount(`${who}: draws`, draws);
  checkCount(`${who}: paths`, paths);
  const { joint, lower, upper } = await withFittedGuide(who, model, data, fitted, options, (again) =>
    termsOf(again, fitted.method, { draws, paths }, verbKey(who, seed)),
  );
  const [elbo, below, above] = [joint, lower, upper].map(meanAndError);
  return {
    ...{ elbo: elbo.mean, elboSe: elbo.error, lower: below.mean, lowerSe: below.error },
    ...{ upper: above.mean, upperSe: above.error, draws, paths },
  };
};
