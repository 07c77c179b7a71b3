import { fail } from "../../core/check.ts";
import { specLabel } from "../../core/label.ts";
import type { Conditioned } from "../../model/condition.ts";
import type { Chains, Plain } from "../../posterior/posterior.ts";
import { fingerprintOf } from "../fingerprint.ts";
import { plainOptions } from "../plainOptions.ts";
import type { Run } from "./assemble.ts";
import type { SamplerSpec } from "./samplers.ts";
import { samplerSpecs } from "./samplerTable.ts";

/** Chains to go on with; what their draws are called does not matter. */
export type Earlier = Omit<Chains, "draws">;

/** Options that belong to the beginning of a run. */
const ofBeginnings = ["chains", "warmup", "starts", "take", "seed"] as const;

/** What a run in the noise of a guide has on record of it. */
interface NoiseRecord {
  readonly guide: { readonly name: string; readonly options: Readonly<Record<string, unknown>> };
  readonly parameters: string;
}

/** What earlier chains have on record of the noise that they ran in; undefined where they ran on the unconstrained scale. */
export const noiseRecordOf = (earlier: Earlier | undefined): NoiseRecord | undefined =>
  earlier?.options.neutra as NoiseRecord | undefined;

/** @throws FluvialError where a fit is given that is not needed, or is needed and not given. */
const checkFrom = (earlier: Earlier, { from, neutra }: Readonly<Record<string, unknown>>): void => {
  const who = "sample: resume";
  const noise = noiseRecordOf(earlier);
  const odd = !noise && (from !== undefined ? "from" : neutra ? "neutra" : undefined);
  if (odd) fail(`${who}: "${odd}" belongs to the beginning of a run, which goes on as it was; leave it out`);
  if (noise && from === undefined)
    fail(
      `${who}: the chains ran in the noise of a fit by ${specLabel(noise.guide)}, which they do not hold; give that fit as from`,
    );
};

/** @throws FluvialError where chains are to go on in the noise of another fit than they ran in. */
export const checkSameNoise = (earlier: Earlier, told: Plain | undefined): void => {
  const [was, now] = [noiseRecordOf(earlier), told as unknown as NoiseRecord | undefined];
  if (was?.parameters !== now?.parameters)
    fail("sample: resume: from: expected the very fit in whose noise the chains ran, got another; give that one");
};

/** The sampler that chains were drawn with, made anew from its name and options. */
const samplerOf = ({ options, method }: Earlier): SamplerSpec => {
  const { name, options: own } = (options.sampler ?? {}) as { readonly name?: string; readonly options?: object };
  if (typeof name !== "string" || !Object.hasOwn(samplerSpecs, name))
    return fail(
      `sample: resume: the chains were drawn with "${method}", which cannot be made from a file; give it as sampler`,
    );
  return (samplerSpecs as Readonly<Record<string, (options?: object) => SamplerSpec>>)[name](own);
};

const show = (spec: object): string => JSON.stringify(plainOptions(spec));

/** @throws FluvialError where a sampler is given that is not the one that the chains were drawn with. */
const checkSampler = (given: SamplerSpec, earlier: Earlier): void => {
  const was = earlier.options.sampler as { readonly name: string; readonly options: object } | undefined;
  const [now, before] = [show({ name: given.name, options: given.options }), show(was ?? {})];
  if (now !== before)
    fail(`sample: resume: expected the sampler of the earlier run, ${before}, got ${now}; leave it out`);
};

/**
 * The sampler that goes on with earlier chains.
 * @throws FluvialError where they are of another model, other data or another sampler, or cannot go on.
 */
export const checkResume = (
  earlier: Earlier,
  conditioned: Conditioned<unknown>,
  options: { readonly sampler?: SamplerSpec } & Readonly<Record<string, unknown>>,
): SamplerSpec => {
  const who = "sample: resume";
  if (earlier?.kind !== "chains")
    return fail(`${who}: expected chains that sample returned, got ${String(earlier?.kind)}`);
  if (earlier.model !== conditioned.model)
    fail(`${who}: expected chains of "${conditioned.model}", got those of "${earlier.model}"`);
  const size = earlier.unconstrained.shape[2];
  if (size !== conditioned.size)
    fail(`${who}: expected chains of ${conditioned.size} unconstrained numbers, got ${size}; has the model changed?`);
  if (earlier.fingerprint !== fingerprintOf(conditioned.bound))
    fail(`${who}: the chains were drawn with other data; give the same, or sample anew`);
  const odd = ofBeginnings.find((name) => options[name] !== undefined);
  if (odd !== undefined)
    fail(`${who}: "${odd}" belongs to the beginning of a run, which goes on as it was; leave it out`);
  checkFrom(earlier, options);
  if (earlier.states.length !== earlier.unconstrained.shape[0])
    fail(`${who}: these chains do not say where they ended, and cannot go on`);
  if (options.sampler) checkSampler(options.sampler, earlier);
  return options.sampler ?? samplerOf(earlier);
};

const parts = (values: Float64Array, count: number): Float64Array[] =>
  Array.from({ length: count }, (_, i) =>
    values.subarray((i * values.length) / count, ((i + 1) * values.length) / count),
  );

const together = (a: Float64Array, b: Float64Array): Float64Array => {
  const all = new Float64Array(a.length + b.length);
  all.set(a);
  all.set(b, a.length);
  return all;
};

const togetherFlags = (a: Uint8Array, b: Uint8Array): Uint8Array => {
  const all = new Uint8Array(a.length + b.length);
  all.set(a);
  all.set(b, a.length);
  return all;
};

/** An earlier run as the result that it was made of. */
export const runOf = (earlier: Earlier, interrupted: boolean): Run => ({
  draws: parts(earlier.unconstrained.values, earlier.unconstrained.shape[0]),
  stats: earlier.stats,
  metric: earlier.metric,
  gradients: earlier.gradients,
  states: earlier.states,
  reports: earlier.reports,
  interrupted,
});

/**
 * The draws of an earlier run and those that followed it, as one. Where the later run was stopped so early that leaving out the
 * chains which made nothing new would lose draws, the earlier run alone.
 */
export const joinRuns = (earlier: Run, later: Run & { readonly chains: readonly number[] }): Run => {
  const before = earlier.draws.reduce((sum, { length }) => sum + length, 0);
  const after = later.chains.reduce((sum, chain, i) => sum + earlier.draws[chain].length + later.draws[i].length, 0);
  if (after < before) return { ...earlier, interrupted: true, gradients: earlier.gradients + later.gradients };
  const { stats } = earlier;
  const each = (kept: readonly Float64Array[], more: readonly Float64Array[]): Float64Array[] =>
    later.chains.map((chain, i) => together(kept[chain], more[i]));
  return {
    draws: each(earlier.draws, later.draws),
    stats: {
      energy: each(stats.energy, later.stats.energy),
      acceptance: each(stats.acceptance, later.stats.acceptance),
      treeDepth: each(stats.treeDepth, later.stats.treeDepth),
      diverging: later.chains.map((chain, i) => togetherFlags(stats.diverging[chain], later.stats.diverging[i])),
      stepSize: later.chains.map((chain) => stats.stepSize[chain]),
    },
    metric: later.chains.map((chain) => earlier.metric[chain]),
    gradients: earlier.gradients + later.gradients,
    states: later.states,
    reports: later.reports,
    interrupted: later.interrupted,
  };
};
