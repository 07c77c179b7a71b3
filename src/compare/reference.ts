import { fail } from "../core/check.ts";
import type { Shape } from "../core/tensor.ts";
import { summariseDraws } from "../diagnostics/summary.ts";
import { verdictOfChains } from "../infer/sampling/verdict.ts";
import { type DrawsOf, scalarNames } from "../posterior/draws.ts";
import type { Chains } from "../posterior/posterior.ts";
import { chainsSummary } from "../posterior/summary.ts";

type AnyDraws = DrawsOf<Record<string, unknown>>;

/** What a reference must have been drawn from: a model by its name, and its quantities. */
export interface Expected {
  readonly model: string;
  readonly quantities: Readonly<Record<string, { readonly shape: Shape }>>;
}

/** @throws FluvialError unless the chains were drawn from the model, with quantities of the same names and shapes. */
export const checkReference = (reference: Chains, { model, quantities }: Expected): void => {
  if (reference.model !== model)
    fail(`compare: expected a reference drawn from "${model}", got chains of "${reference.model}"`);
  const draws: AnyDraws = reference.draws;
  const there = Object.keys(draws);
  for (const [name, { shape }] of Object.entries(quantities)) {
    if (!there.includes(name)) fail(`compare: expected "${name}" in the reference, got chains of ${there.join(", ")}`);
    const got = draws[name].shape.slice(2);
    if (got.join() !== shape.join())
      fail(`compare: expected "${name}" of shape [${shape}] in the reference, got [${got}]; were other data given?`);
  }
  const unknown = there.find((name) => !(name in quantities));
  if (unknown !== undefined)
    fail(`compare: the reference has "${unknown}", but "${model}" has only ${Object.keys(quantities).join(", ")}`);
};

const namesOf = (draws: AnyDraws): string[] =>
  Object.entries(draws).flatMap(([name, quantity]) => scalarNames(name, quantity));

/** The same chains with quantities in the order, and scalars by the names, of other draws; themselves where nothing differs. */
export const relabelled = (chains: Chains, like: AnyDraws): Chains => {
  const [before, after] = [namesOf(chains.draws), namesOf(like)];
  if (after.every((name, i) => name === before[i])) return chains;
  const draws: AnyDraws = Object.fromEntries(
    Object.entries(like).map(([name, { coords }]) => [name, { ...chains.draws[name], coords }]),
  );
  const rows = summariseDraws(draws, true);
  const verdict = verdictOfChains({ ...chains, rows });
  const renamed = { ...chains, draws, rows, verdict };
  return { ...renamed, summary: () => chainsSummary(renamed) };
};
