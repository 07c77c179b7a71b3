import * as tf from "#tfjs";
import type { Density, Guide, GuideSpec, Sampler } from "../../src/core/density.ts";
import { hostKey } from "../../src/core/key.ts";
import type { Tensor } from "../../src/core/tensor.ts";
import { mapTree } from "../../src/core/tree.ts";
import {
  blockNaf,
  glow,
  iaf,
  linearFlow,
  made,
  maf,
  nice,
  planar,
  radial,
  realNvp,
  residual,
  sylvester,
} from "../../src/flows/index.ts";
import { fullRank, lowRank, meanField } from "../../src/guides/index.ts";
import { fold, key, normal } from "../../src/ops/random.ts";

/** What the contract of guides needs to know of a member: a new one is a new row. */
export interface Row {
  readonly spec: GuideSpec;
  readonly sizes: readonly number[];
  /** How far from their start parameters are moved, in standard deviations of 1. */
  readonly spread: number;
  /** Whether log q is known anywhere. */
  readonly density: boolean;
  /** Whether it is a Gaussian whose moments are those of its parameters. */
  readonly gaussian?: boolean;
}

const gaussian = <P>(spec: GuideSpec<Density, P>, sizes: readonly number[] = [1, 2, 5]): Row => ({
  spec: spec as GuideSpec,
  sizes,
  spread: 0.8,
  density: true,
  gaussian: true,
});
const flow = <P>(spec: GuideSpec<Sampler, P>, spread = 0.8): Row => ({
  spec: spec as GuideSpec,
  sizes: [1, 2, 5],
  spread,
  density: false,
});
/** A flow whose inverse is a formula. */
const closed = <P>(spec: GuideSpec<Density, P>, spread = 0.8): Row => ({ ...flow(spec, spread), density: true });

export const guides: Readonly<Record<string, Row>> = {
  "mean-field": gaussian(meanField()),
  "full-rank": gaussian(fullRank()),
  "low-rank 1": gaussian(lowRank({ rank: 1 })),
  "low-rank 2": gaussian(lowRank({ rank: 2 }), [2, 5]),
  "low-rank 3": gaussian(lowRank({ rank: 3 }), [5]),
  planar: flow(planar({ layers: 3 })),
  radial: closed(radial({ layers: 3 })),
  "iaf, one hidden layer": flow(iaf({ layers: 2, hidden: 8 }), 0.4),
  maf: closed(maf({ layers: 2, hidden: 6 }), 0.3),
  "made, mixtures": closed(made({ components: 2, hidden: 6 }), 0.3),
  "block-naf": flow(blockNaf({ layers: 1, hidden: 4 }), 0.4),
  "iaf, two hidden layers": flow(iaf({ layers: 3, hidden: [7, 5] }), 0.4),
  linear: closed(linearFlow(), 0.5),
  sylvester: flow(sylvester({ layers: 2, rank: 3 }), 0.3),
  nice: closed(nice({ hidden: 6 }), 0.4),
  "real-nvp": closed(realNvp({ layers: 2, hidden: 4 }), 0.3),
  glow: closed(glow({ layers: 2, hidden: 6 }), 0.3),
  residual: flow(residual({ layers: 2, hidden: 5 }), 0.5),
};

/** The guide for a size; a target is asked for its size alone. */
export const guideFor = ({ spec }: Pick<Row, "spec">, size: number): Guide<unknown, Sampler> =>
  spec.for({ size } as never) as Guide<unknown, Sampler>;

/** A tree moved away from where it starts, each tensor by noise of its own. */
export const moved = <T>(tree: T, spread: number, seed: number): T =>
  mapTree(
    tree,
    (leaf, i): Tensor => leaf.add(normal(fold(key(hostKey(seed)), tf.scalar(i, "int32")), leaf.shape).mul(spread)),
  );

/** Parameters far from the start. */
export const farFromStart = (row: Row, size: number, seed = 1): unknown =>
  moved(guideFor(row, size).init(key(hostKey(seed))), row.spread, seed + 100);
