import * as tf from "#tfjs";
import type { Density, Guide, GuideSpec, HostTarget, LatentPlace, Sampler, Target } from "../../src/core/density.ts";
import { foldHostKey, type HostKey, hostKey, hostUniforms } from "../../src/core/key.ts";
import type { Tensor } from "../../src/core/tensor.ts";
import { mapTree } from "../../src/core/tree.ts";
import {
  blockNaf,
  cif,
  continuous,
  elementwise,
  glow,
  iaf,
  langevin,
  linearFlow,
  made,
  maf,
  monotoneIntegral,
  naf,
  nice,
  planar,
  radial,
  realNvp,
  recurrent,
  residual,
  sumOfSquares,
  sylvester,
} from "../../src/flows/index.ts";
import type { FactorName } from "../../src/guides/factorised.ts";
import {
  annealedHamiltonian,
  factorised,
  fullRank,
  hamiltonian,
  laplaceGuide,
  lowRank,
  meanField,
  mixtureGuide,
  pathfinder,
  whitened,
} from "../../src/guides/index.ts";
import { fold, key, normal } from "../../src/ops/random.ts";
import { interval, positive } from "../../src/transforms/bounds.ts";
import { realLine } from "../../src/transforms/real.ts";
import { simplex } from "../../src/transforms/simplex.ts";

/** What the contract of guides needs to know of a member: a new one is a new row. */
export interface Row {
  readonly spec: GuideSpec;
  readonly sizes: readonly number[];
  /** Whether there is none of other sizes, such as those of models. */
  readonly sizesAlone?: boolean;
  /** How far from their start parameters are moved, in standard deviations of 1. */
  readonly spread: number;
  /** Whether log q is known anywhere. */
  readonly density: boolean;
  /** Whether it has noise of its own, so that logQ is log q(z, u) − log r(u | z), no density of the draw. */
  readonly auxiliary?: boolean;
  /** Parameters that training leaves as they are: every slope in them is 0. */
  readonly fixed?: readonly string[];
  /** Whether the slopes of its draws are implicit: right in the mean over draws, and not those of draws from one key. */
  readonly implicit?: boolean;
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
/** A guide in the coordinates of a normal, whose factor is moved little as that of laplace is. */
const whitenedRow = <P>(inner: GuideSpec<Sampler, P>): Row => ({
  ...closed(whitened(inner as GuideSpec, { by: laplaceGuide({ restarts: 2 }) }) as unknown as GuideSpec<Density>, 0.1),
  fixed: ["loc", "factor"],
});

/** A target that is not straight, for guides that look at more of it than its size. */
const targetOf = (size: number): Target => ({
  size,
  logDensity: (z: Tensor): Tensor => z.sin().sub(z.square().mul(0.5)).sum(-1).sub(z.sum(-1).square().mul(0.1)),
  constrain: (z: Tensor): Tensor => z,
});

/** What vectors of size 1, 2 and 5 may be made of: a positive number, a share, three shares of a whole, and a number. */
const latents: readonly LatentPlace[] = [
  { name: "rate", shape: [], from: 0, size: 1, support: positive },
  { name: "share", shape: [], from: 1, size: 1, support: interval(0, 1) },
  { name: "shares", shape: [3], from: 2, size: 2, support: simplex },
  { name: "rest", shape: [], from: 4, size: 1, support: realLine },
];
/** Those families on as many of these as the size takes; made beforehand, as `fit` makes guides. */
const onLatents = (named: Readonly<Record<string, FactorName>>): GuideSpec<Density> => {
  const made = [1, 2, 5].map((size) => {
    const own = latents.filter(({ from }) => from < size);
    const theirs = Object.fromEntries(Object.entries(named).filter(([name]) => own.some((each) => each.name === name)));
    return [size, factorised(theirs).for({ ...targetOf(size), latents: () => own })] as const;
  });
  const bySize = new Map(made);
  return { ...factorised(named), for: ({ size }) => bySize.get(size) as Guide<unknown, Density> };
};

export const guides: Readonly<Record<string, Row>> = {
  "mean-field": gaussian(meanField()),
  "full-rank": gaussian(fullRank()),
  "low-rank 1": gaussian(lowRank({ rank: 1 })),
  "low-rank 2": gaussian(lowRank({ rank: 2 }), [2, 5]),
  "low-rank 3": gaussian(lowRank({ rank: 3 }), [5]),
  // Its factor has its scales on the diagonal as they are: they are moved little, so that none comes near 0.
  laplace: { ...gaussian(laplaceGuide({ restarts: 2 })), spread: 0.1 },
  "mixture of two": { ...closed(mixtureGuide({ start: "random" })), spread: 0.8 },
  // Three guides in one: a size is enough.
  "mixture of three kinds": {
    ...closed(mixtureGuide({ of: [meanField(), fullRank(), maf({ layers: 1, hidden: 3 })], start: "random" }), 0.3),
    sizes: [2],
  },
  factorised: closed(factorised()),
  "factorised by families": { ...closed(onLatents({ rate: "weibull", rest: "normal" }), 0.4), sizesAlone: true },
  "factorised by families drawn by rejection": {
    ...closed(onLatents({ rate: "gamma", share: "beta", shares: "dirichlet" }), 0.4),
    implicit: true,
    sizesAlone: true,
  },
  // Its factor too has scales on a diagonal.
  pathfinder: { ...closed(pathfinder({ elboDraws: 5 }), 0.1) },
  "pathfinder, one path": { ...gaussian(pathfinder({ paths: 1, memory: 2 })), spread: 0.1 },
  "whitened, mean-field": whitenedRow(meanField()),
  "whitened, planar": { ...whitenedRow(planar({ layers: 2 })), density: false },
  "whitened, langevin": { ...whitenedRow(langevin({ steps: 2, hidden: 4 })), density: false, auxiliary: true },
  "whitened, cif": {
    ...whitenedRow(cif({ layers: 1, hidden: 4, base: realNvp({ layers: 2, hidden: 4, activation: "tanh" }) })),
    density: false,
    auxiliary: true,
  },
  planar: flow(planar({ layers: 3 })),
  radial: closed(radial({ layers: 3 })),
  "iaf, one hidden layer": flow(iaf({ layers: 2, hidden: 8 }), 0.4),
  maf: closed(maf({ layers: 2, hidden: 6 }), 0.3),
  "made, mixtures": closed(made({ components: 2, hidden: 6 }), 0.3),
  recurrent: closed(recurrent({ layers: 2, hidden: 4 }), 0.3),
  "block-naf": flow(blockNaf({ layers: 1, hidden: 4 }), 0.4),
  "iaf, two hidden layers": flow(iaf({ layers: 3, hidden: [7, 5] }), 0.4),
  "elementwise, a spline": closed(elementwise({ bins: 4 })),
  "elementwise, sigmoids": flow(elementwise({ map: "sigmoid-mixture", units: 3 })),
  naf: flow(naf({ layers: 2, hidden: 6, units: 3 }), 0.3),
  "sum of squares": flow(sumOfSquares({ layers: 2, hidden: 6, degree: 2 }), 0.3),
  "monotone integral": flow(monotoneIntegral({ layers: 1, hidden: 6, embedding: 2, integrand: 5 }), 0.3),
  linear: closed(linearFlow(), 0.5),
  sylvester: flow(sylvester({ layers: 2, rank: 3 }), 0.3),
  nice: closed(nice({ hidden: 6 }), 0.4),
  "real-nvp": closed(realNvp({ layers: 2, hidden: 4 }), 0.3),
  glow: closed(glow({ layers: 2, hidden: 6 }), 0.3),
  residual: flow(residual({ layers: 2, hidden: 5 }), 0.5),
  continuous: flow(continuous({ hidden: [5, 4], steps: 2 }), 0.3),
  "continuous, by the trace's estimate": flow(continuous({ hidden: 4, steps: 2, trace: "hutchinson" }), 0.3),
  hamiltonian: { ...flow(hamiltonian({ steps: 2, leapfrog: 2, hidden: 4 }), 0.3), auxiliary: true },
  "hamiltonian, keeping momenta": {
    ...flow(hamiltonian({ steps: 3, leapfrog: 1, hidden: 4, kept: 0.6, annealed: false }), 0.3),
    auxiliary: true,
  },
  "annealed hamiltonian": { ...flow(annealedHamiltonian({ steps: 3, leapfrog: 2 }), 0.3), auxiliary: true },
  "cif over a closed flow": {
    ...flow(cif({ layers: 2, hidden: 4, base: realNvp({ layers: 2, hidden: 4, activation: "tanh" }) }), 0.15),
    auxiliary: true,
  },
  "cif over a flow whose inverse is found by steps": {
    ...flow(cif({ layers: 2, index: 2, hidden: 4, base: planar({ layers: 1 }) }), 0.15),
    auxiliary: true,
  },
  langevin: { ...flow(langevin({ steps: 3, hidden: 4 }), 0.3), auxiliary: true },
  "langevin, without annealing": {
    ...flow(langevin({ steps: 2, hidden: 4, annealed: false }), 0.3),
    auxiliary: true,
  },
};

/** The same on the host, written out, so that a guide may look at it while something is traced. */
const hostTargetOf = (size: number, key: HostKey = hostKey(0)): HostTarget => ({
  gradient: {
    size,
    at: (z, out) => {
      const sum = z.reduce((total, x) => total + x, 0);
      out.set(z.map((x) => Math.cos(x) - x - 0.2 * sum));
      return z.reduce((total, x) => total + Math.sin(x) - 0.5 * x * x, -0.1 * sum * sum);
    },
  },
  start: (index) => {
    const uniform = hostUniforms(foldHostKey(key, index));
    return new Float64Array(size).map(() => 4 * uniform() - 2);
  },
  key,
});

/** The guide for a size. */
export const guideFor = ({ spec }: Pick<Row, "spec">, size: number): Guide<unknown, Sampler> =>
  spec.for(targetOf(size), hostTargetOf(size)) as Guide<unknown, Sampler>;

/** A tree moved away from where it starts, each tensor by noise of its own. */
export const moved = <T>(tree: T, spread: number, seed: number): T =>
  mapTree(
    tree,
    (leaf, i): Tensor => leaf.add(normal(fold(key(hostKey(seed)), tf.scalar(i, "int32")), leaf.shape).mul(spread)),
  );

/** Parameters far from the start. */
export const farFromStart = (row: Row, size: number, seed = 1): unknown =>
  moved(guideFor(row, size).init(key(hostKey(seed))), row.spread, seed + 100);
