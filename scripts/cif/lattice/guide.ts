/** Guides whose base is N(0, σ0² I): what stands before the flow is all that there is beside it. */
import * as tf from "#tfjs";
import type { Guide, GuideSpec, Sampler } from "../../../src/core/density.ts";
import type { Tensor } from "../../../src/core/tensor.ts";
import { within } from "../../../src/core/within.ts";
import { cif } from "../../../src/flows/cif.ts";
import { type SplineOptions, spline } from "../../../src/flows/spline.ts";
import { type StochasticFlow, withoutNoise } from "../../../src/flows/stochastic.ts";
import { normal, split } from "../../../src/ops/random.ts";
import { standardLogProb } from "../../../src/ops/standardNormal.ts";

/** σ0: a number, or one that is learned, from 1 on. */
export type Base = number | "learned";

export const bases: readonly Base[] = [0.1, 1, 10, "learned"];

/** A spline flow; with a learned diagonal affine map between base and flow; with an index in every layer. */
export const kinds = ["spline", "affine", "cif"] as const;
export type Kind = (typeof kinds)[number];

interface Parameters {
  readonly flow: unknown;
  /** log σ0, [1]: where it is learned. */
  readonly logSigma?: Tensor;
  /** The affine map between base and flow, [size] each: where there is one. */
  readonly loc?: Tensor;
  readonly logScale?: Tensor;
}

const layers = 5;

/** One of the five: its order of the coordinates is the other one in every second layer, where the paper draws permutations. */
const layer = { bins: 8, bound: 3, hidden: [32, 32] } satisfies SplineOptions;

const flowOf = (kind: Kind, size: number): StochasticFlow<unknown> =>
  (kind === "cif"
    ? cif({ base: spline({ layers: 1, ...layer }), layers, index: 1, hidden: [10, 10] }).stochastic(size, 0, "forward")
    : withoutNoise(spline({ layers, ...layer }).flow(size))) as StochasticFlow<unknown>;

/** Noise of the base as it enters the flow, with the log density that it was drawn with. */
const entryOf = (
  base: Base,
  { logSigma, loc, logScale }: Parameters,
  noise: Tensor,
): { readonly value: Tensor; readonly logQ: Tensor } => {
  const sigma = base === "learned" ? (logSigma as Tensor).exp() : base;
  const size = noise.shape[noise.shape.length - 1];
  const spread = noise.mul(sigma);
  const logBase = standardLogProb(noise).sub(
    base === "learned" ? (logSigma as Tensor).sum().mul(size) : size * Math.log(base),
  );
  return logScale && loc
    ? { value: spread.mul(logScale.exp()).add(loc), logQ: logBase.sub(logScale.sum()) }
    : { value: spread, logQ: logBase };
};

const guideOf = (kind: Kind, base: Base, size: number): Guide<Parameters, Sampler> => {
  const flow = flowOf(kind, size);
  return {
    init: (key) => ({
      flow: flow.init(key),
      ...(base === "learned" && { logSigma: tf.zeros([1]) }),
      ...(kind === "affine" && { loc: tf.zeros([size]), logScale: tf.zeros([size]) }),
    }),
    at: (params) => ({
      draw: (key, batch = []) => {
        const [forNoise, forFlow] = split(key, 2);
        const entry = entryOf(base, params, normal(forNoise, [...batch, size]));
        const { value, logDet } = within("flow", () => flow.at(params.flow).forward(entry.value, forFlow));
        return { value, logQ: entry.logQ.sub(logDet) };
      },
    }),
  };
};

/** One of the guides, over a base. */
export const guideSpec = (kind: Kind, base: Base): GuideSpec<Sampler, unknown> =>
  ({
    name: `lattice-${kind}`,
    options: { base },
    for: ({ size }) => guideOf(kind, base, size),
  }) satisfies GuideSpec<Sampler, Parameters> as GuideSpec<Sampler, unknown>;
