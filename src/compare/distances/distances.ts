import { checkCount, checkOptions, fail } from "../../core/check.ts";
import { splitHostKey } from "../../core/key.ts";
import { defaultEngine } from "../../engine/choose.ts";
import type { Engine } from "../../engine/engine.ts";
import { verbKey } from "../../infer/verbKey.ts";
import type { Model } from "../../model/model.ts";
import { showNumber, textTable } from "../../posterior/text.ts";
import { type Agreement, agreement } from "../agreement.ts";
import { classifierTest } from "./classifier.ts";
import type { DistanceEstimate } from "./estimate.ts";
import { kernelled, medianDistance, squaredDistances, together } from "./pairwise.ts";
import { type DrawSet, type Known, knownOf, type Paired, type Points, paired } from "./points.ts";
import { scoresAt } from "./scores.ts";
import { steinDistance, whitenedScores } from "./stein.ts";
import { kernelDistance } from "./twoSample.ts";
import { slicedWasserstein } from "./wasserstein.ts";

export interface DistancesOptions {
  /**
   * Where distances are taken: between unconstrained coordinates, whitened by the reference, where both are posteriors of one model; else
   * between the model's own scalars, each less the reference's mean, by its sd.
   */
  readonly scale?: "unconstrained" | "constrained";
  /** Draws of each side at the most, 2,000 of them or fewer; 1,000 unless said. The rest is thinned out evenly. */
  readonly draws?: number;
  /** Permutations behind each p-value; 199 unless said. */
  readonly permutations?: number;
  /** Directions of the sliced Wasserstein distances; 50 unless said. */
  readonly directions?: number;
  /** The model and its data, for the kernel Stein discrepancy of the first set from the posterior itself: unconstrained scale alone. */
  readonly target?: { readonly model: unknown; readonly data: object };
  readonly seed?: number;
  readonly engine?: Engine;
}

const optionNames: readonly string[] = [
  "scale",
  "draws",
  "permutations",
  "directions",
  "target",
  "seed",
  "engine",
] satisfies (keyof DistancesOptions)[];

/** Distances between two sets of draws. */
export interface Distances {
  /** The scale of the distances, and how it was made. */
  readonly scale: "unconstrained" | "constrained";
  /** About independent draws that the distances are taken of. */
  readonly draws: { readonly mine: number; readonly reference: number };
  /** MMD², energy distance, sliced Wasserstein distances, classifier accuracy, kernel Stein discrepancy² where there is a target. */
  readonly rows: readonly DistanceEstimate[];
  /** Means, sds and quantiles of every scalar that both have, of all draws. */
  readonly agreement: readonly Agreement[];
  /** One sentence. */
  readonly verdict: string;
  /** A table of the rows, as text. */
  summary(): string;
}

/** Draws of each side, whatever is asked for. */
const mostDraws = 2_000;

const checkArguments = (options: DistancesOptions): void => {
  checkOptions("distances", options, optionNames);
  const { draws = 1_000, permutations = 199, directions = 50, scale = "constrained" } = options;
  checkCount("distances: draws", draws);
  if (draws > mostDraws)
    fail(`distances: draws: expected at most ${mostDraws} a side, got ${draws}; the rest is thinned out`);
  checkCount("distances: permutations", permutations);
  checkCount("distances: directions", directions);
  if (scale !== "unconstrained" && scale !== "constrained")
    fail(`distances: scale: expected "unconstrained" or "constrained", got ${String(scale)}`);
};

/** As many of each, evenly spread: what classifiers and sorted pairs need. */
const evened = ({ mine, reference }: Paired): readonly [Points, Points] => {
  const count = Math.min(mine.count, reference.count);
  const cut = ({ count: all, size, values }: Points): Points => {
    const out = new Float64Array(count * size);
    for (let i = 0; i < count; i++) {
      const row = Math.floor(((i + 0.5) * all) / count);
      out.set(values.subarray(row * size, (row + 1) * size), i * size);
    }
    return { count, size, values: out };
  };
  return [cut(mine), cut(reference)];
};

const common = (mine: Known, reference: Known): Agreement[] => {
  const shared = Object.fromEntries(
    Object.entries(reference.draws).filter(
      ([name, { shape }]) => mine.draws[name]?.shape.slice(2).join() === shape.slice(2).join(),
    ),
  );
  return agreement(mine.draws, shared);
};

/** A p-value that the rows together have to reach, and a standard score that a difference has to. */
const alarm = { p: 0.05, z: 4.5 };

const verdictOf = (rows: readonly DistanceEstimate[], found: readonly Agreement[]): string => {
  const lowest = Math.min(...rows.map(({ p }) => p)) * rows.length;
  const worst = found.reduce<Agreement | undefined>(
    (most, each) => (!most || Math.abs(each.z) > Math.abs(most.z) ? each : most),
    undefined,
  );
  const beside = worst
    ? `; the largest difference is in the ${worst.statistic} of ${worst.name}, z = ${showNumber(worst.z)}`
    : "";
  const apart = lowest <= alarm.p || (worst !== undefined && Math.abs(worst.z) > alarm.z);
  if (apart) {
    const names = rows.filter(({ p }) => p * rows.length <= alarm.p).map(({ name }) => name);
    return `The two differ${names.length > 0 ? ` by ${names.join(", ")} (5 %, all rows together)` : ""}${beside}.`;
  }
  return `No difference that these draws could show${beside}.`;
};

const summaryOf = ({ scale, draws, rows, verdict }: Omit<Distances, "summary">): string => {
  const how =
    scale === "unconstrained"
      ? "unconstrained coordinates, whitened by the reference"
      : "scalars of the model, standardised by the reference";
  const cells = rows.map(({ name, value, error, ifSame, p }) => [
    name,
    showNumber(value),
    showNumber(error),
    showNumber(ifSame),
    p.toFixed(3),
  ]);
  const head = `${draws.mine} and ${draws.reference} about independent draws; ${how}`;
  return [head, textTable(["", "distance", "error", "if the same", "p"], cells), "", verdict].join("\n");
};

const fromTarget = (
  mine: Known,
  pair: Paired,
  target: NonNullable<DistancesOptions["target"]>,
  engine: Engine,
): { readonly points: Points; readonly scores: Float64Array } => {
  if (!pair.whitening) return fail('distances: target: needs scale: "unconstrained", two posteriors of one model');
  const scores = scoresAt(target.model as Model, target.data, mine.model, pair.mine, pair.whitening, engine);
  return { points: pair.mine, scores: whitenedScores(scores, pair.whitening) };
};

/**
 * How far two sets of draws are apart, by distances with Monte Carlo errors and p-values: MMD² (Gaussian kernel, its width the median
 * distance; Gretton et al. 2012), energy distance (Székely & Rizzo 2013), sliced Wasserstein distances of order 1 and 2, the
 * accuracy of a classifier (Lopez-Paz & Oquab 2017), and with a `target` the kernel Stein discrepancy of the first set from the density
 * itself. Chains are thinned to about independent draws first; of a fit the guide's own draws count, without their weights.
 * @param mine chains, a fit, or draws by name. @param reference the same; it sets the scale.
 * @throws FluvialError where the sets have nothing in common, draws are not finite, or too few are independent.
 * @example distances(fitted, chains).summary()
 */
export const distances = (mine: DrawSet, reference: DrawSet, options: DistancesOptions = {}): Distances => {
  checkArguments(options);
  const { scale, draws = 1_000, permutations = 199, directions = 50, target, seed = 0 } = options;
  const [ours, theirs] = [knownOf("distances", mine), knownOf("distances", reference)];
  const pair = paired("distances", ours, theirs, { scale, most: draws });
  const keys = splitHostKey(verbKey("distances", seed), 5);
  const [first, second] = evened(pair);
  const squared = squaredDistances(together(first, second));
  const width = medianDistance(squared);
  const gaussian = kernelled(squared, (each) => Math.exp(-each / (2 * width * width)));
  const energy = kernelled(squared, (each) => -Math.sqrt(each));
  const rows = [
    kernelDistance("MMD²", gaussian, first.count, permutations, keys[0]),
    kernelDistance("energy distance", energy, first.count, permutations, keys[1]),
    ...slicedWasserstein(together(first, second), { directions, permutations, key: keys[2] }),
    classifierTest(squared, permutations, keys[3]),
  ];
  if (target) {
    const { points, scores } = fromTarget(ours, pair, target, options.engine ?? defaultEngine());
    rows.push(steinDistance(points, scores, permutations, keys[4]));
  }
  const agreements = common(ours, theirs);
  const found = {
    scale: pair.scale,
    draws: { mine: pair.mine.count, reference: pair.reference.count },
    rows,
    agreement: agreements,
    verdict: verdictOf(rows, agreements),
  };
  return { ...found, summary: () => summaryOf(found) };
};
