import { fail } from "../core/check.ts";
import type { ChainStats, Chains, DrawPlace, MetricValues } from "../posterior/posterior.ts";
import { chainsSummary } from "../posterior/summary.ts";
import { checkShape, series } from "./array.ts";
import { type Codec, fields, flag, list, number, orNull, whole } from "./codec.ts";
import { type Common, chainEnd, checkCommon, common, drawPlace, metric, report } from "./parts.ts";

type StoredStats = Omit<ChainStats, "diverging">;
type Stored = Omit<Chains, "kind" | "summary" | "stats" | "divergences"> & { readonly stats: StoredStats };

const stored: Codec<Stored> = fields<Stored>({
  ...common,
  warmup: whole(),
  divergentDraws: list(drawPlace),
  saturations: whole(),
  ebfmi: list(number),
  stats: fields<StoredStats>({ energy: series, acceptance: series, treeDepth: series, stepSize: list(number) }),
  metric: list(metric),
  states: list(chainEnd),
  reports: list(orNull(report)),
  interrupted: flag,
});

const checkCount = (where: string, values: readonly unknown[], count: number): void => {
  if (values.length !== count) fail(`${where}: expected one for each of ${count} chains, got ${values.length}`);
};

const checkMetric = (where: string, value: MetricValues, size: number): void => {
  const [entries, wanted] = value.kind === "dense" ? [value.covariance, size * size] : [value.variances, size];
  if (entries.length !== wanted) fail(`${where}: expected ${wanted} numbers, got ${entries.length}`);
};

/** @throws FluvialError unless what is said of the chains is said of all, and of their draws. */
const checkChains = (where: string, chains: Stored): void => {
  const [count, draws, size] = chains.unconstrained.shape;
  const { stats } = chains;
  for (const name of ["energy", "acceptance", "treeDepth"] as const)
    checkShape(`${where}.stats.${name}.shape`, [stats[name].length, stats[name][0]?.length ?? 0], [count, draws]);
  checkCount(`${where}.stats.stepSize`, stats.stepSize, count);
  for (const name of ["ebfmi", "metric", "reports"] as const) checkCount(`${where}.${name}`, chains[name], count);
  if (chains.states.length > 0) checkCount(`${where}.states`, chains.states, count);
  chains.metric.forEach((each, i) => {
    checkMetric(`${where}.metric[${i}]`, each, size);
  });
  chains.states.forEach((state, i) => {
    checkShape(`${where}.states[${i}].position.shape`, [state.position.length], [size]);
    checkMetric(`${where}.states[${i}].metric`, state.metric, size);
  });
};

/** One flag a draw; each place once. */
const flagsOf = (where: string, places: readonly DrawPlace[], [count, draws]: readonly number[]): Uint8Array[] => {
  const flags = Array.from({ length: count }, () => new Uint8Array(draws));
  for (const [i, { chain, draw }] of places.entries()) {
    if (!(chain < count && draw < draws) || flags[chain][draw] === 1)
      fail(`${where}[${i}]: expected another draw of ${count} chains of ${draws}, got chain ${chain}, draw ${draw}`);
    flags[chain][draw] = 1;
  }
  return flags;
};

/** Chains; their summary, and a flag a draw for divergences, are made from what the file holds. */
export const chains: Codec<Chains> = {
  write: (value) => stored.write(value),
  read: (json, where) => {
    const { stats, ...others } = stored.read(json, where);
    checkCommon(where, others as Common);
    checkChains(where, { stats, ...others });
    const { divergentDraws, unconstrained } = others;
    const diverging = flagsOf(`${where}.divergentDraws`, divergentDraws, unconstrained.shape);
    const read = {
      kind: "chains" as const,
      ...others,
      stats: { ...stats, diverging },
      divergences: divergentDraws.length,
    };
    return { ...read, summary: () => chainsSummary(read) };
  },
};
