import type { GuideSpec } from "../../core/density.ts";
import { ebfmi } from "../../diagnostics/energy.ts";
import { summariseDraws } from "../../diagnostics/summary.ts";
import type { Engine } from "../../engine/engine.ts";
import { guideLabel } from "../../guides/index.ts";
import type { ChainsResult } from "../../mcmc/chains.ts";
import type { Conditioned } from "../../model/condition.ts";
import type { Values } from "../../model/site.ts";
import type { Chains, DrawPlace, Plain } from "../../posterior/posterior.ts";
import { chainsSummary } from "../../posterior/summary.ts";
import { constrainDraws } from "../draws.ts";
import { fingerprintOf } from "../fingerprint.ts";
import { verbKey } from "../verbKey.ts";
import { narrowHint } from "./narrow.ts";
import type { SamplerSpec } from "./samplers.ts";
import { deepestTree } from "./samplerTable.ts";
import { verdictOfChains } from "./verdict.ts";

/** What a sampler made, to be put together as chains of the model's own quantities. */
export interface Drawn<L> {
  readonly engine: Engine;
  /** The names of the engines that the chains ran on. */
  readonly ranOn: string;
  readonly conditioned: Conditioned<L>;
  readonly data: Values;
  readonly sampler: SamplerSpec;
  /** The guide whose noise the chains ran in, where they did. */
  readonly noiseOf?: GuideSpec;
  readonly result: Run;
  readonly seed: number;
  readonly seconds: number;
  /** Among them `draws` and `chains`, as they were asked for. */
  readonly options: Readonly<Record<string, Plain>>;
  readonly warmup: number;
}

/** What counts of the result of a run. */
export type Run = Pick<ChainsResult, "draws" | "stats" | "metric" | "gradients" | "states" | "interrupted" | "reports">;

const joined = (parts: readonly Float64Array[]): Float64Array => {
  const all = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
};

const divergentPlaces = (diverging: readonly Uint8Array[]): DrawPlace[] =>
  diverging.flatMap((flags, chain) =>
    Array.from(flags.keys())
      .filter((draw) => flags[draw] === 1)
      .map((draw) => ({ chain, draw })),
  );

const countOf = (depths: readonly Float64Array[], deepest: number): number =>
  depths.reduce((sum, each) => each.reduce((count, depth) => count + (depth >= deepest ? 1 : 0), sum), 0);

/** Chains of the model's own quantities, with rows and a verdict, from those of the unconstrained vector. */
export const assemble = <L>(drawn: Drawn<L>): Chains<L> => {
  const { engine, ranOn, conditioned, data, sampler, noiseOf, result, seed, seconds, options, warmup } = drawn;
  const { stats, metric, gradients, states, interrupted, reports } = result;
  const chains = result.draws.length;
  const z = joined(result.draws);
  const draws = constrainDraws(engine, conditioned, data, z, chains, verbKey("discrete", seed));
  const rows = summariseDraws(draws, true);
  const divergentDraws = divergentPlaces(stats.diverging);
  const sampled = {
    kind: "chains" as const,
    model: conditioned.model,
    method: noiseOf ? `${guideLabel(sampler)} through ${guideLabel(noiseOf)}` : guideLabel(sampler),
    seed,
    engine: ranOn,
    seconds,
    gradients,
    options,
    fingerprint: fingerprintOf(conditioned.bound),
    draws,
    unconstrained: { shape: [chains, z.length / conditioned.size / chains, conditioned.size], values: z },
    rows,
    warmup,
    divergences: divergentDraws.length,
    divergentDraws,
    saturations: countOf(stats.treeDepth, deepestTree(sampler)),
    ebfmi: stats.energy.map(ebfmi),
    stats,
    metric,
    states,
    reports,
    interrupted,
  };
  const verdict = verdictOfChains(sampled, narrowHint(draws, divergentDraws, conditioned.centred));
  const judged = { ...sampled, verdict };
  return { ...judged, summary: () => chainsSummary(judged) };
};
