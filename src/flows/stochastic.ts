import { fail } from "../core/check.ts";
import type { Guide, GuideSpec, IndexUse, Sampler } from "../core/density.ts";
import type { Family } from "../core/family.ts";
import type { Key } from "../core/key.ts";
import type { Tensor } from "../core/tensor.ts";
import { within } from "../core/within.ts";
import { normal, split } from "../ops/random.ts";
import { standardLogProb } from "../ops/standardNormal.ts";
import type { Mapped } from "../transforms/transform.ts";
import type { Flow, Given } from "./flow.ts";
import { type FlowGuideParameters, flowGuideStart } from "./guide.ts";

/**
 * A map with noise of its own. `forward` draws y from q(y, u | x) and `inverse` draws x from r(x, u | y), where what they share, u, may be
 * empty; log-determinants become log-ratios,
 *
 *     forward: log r − log q,  inverse: log q − log r,
 *
 * each with the log-determinant of a bijection inside added as it stands. A map without noise is the case in which both are its
 * log-determinant. x [...batch, size] → value alike, logDet [...batch]. Wu, Köhler & Noé 2020; Nielsen et al. 2020.
 */
export interface StochasticMap {
  readonly rank: number;
  forward(x: Tensor, key: Key): Mapped;
  inverse(y: Tensor, key: Key): Mapped;
  /** How much each layer uses its index, from x [n, size]; of continuously indexed flows. */
  indexUse?(x: Tensor, key: Key): IndexUse;
}

/** What a stochastic flow may look at besides its parameters. */
export interface StochasticGiven extends Pick<Given, "context"> {
  /** Whether log-determinants are computed where they would be estimated; log-ratios of noise stay estimates. */
  readonly exactly?: boolean;
}

/**
 * A learnable map with noise of its own. Its density is known by a bound: log p(y) ≥ E[log base(x) + logDet] over `inverse` of y; the
 * weight exp(log base(x) + logDet) has the mean p(y).
 */
export type StochasticFlow<P> = Family<P, StochasticMap, [given?: StochasticGiven]>;

/** A stochastic flow as a user writes it: a guide as it stands, and with `stochastic` a density of samples known by its bound. */
export interface StochasticFlowSpec<P = unknown, G = FlowGuideParameters<P>, Q extends Sampler = Sampler>
  extends GuideSpec<Q, G> {
  /**
   * The flow over vectors of `size`, looking at contexts of length `context`, 0 unless said: samples go through `inverse` to become noise.
   * @param fast the way that is to be a formula, where only one of them is and the flow can be had either way round: "inverse" unless said.
   */
  stochastic(size: number, context?: number, fast?: "forward" | "inverse"): StochasticFlow<P>;
}

/** A flow without noise among those that have some; its key serves log-determinants that are estimated. */
export const withoutNoise = <P>(flow: Flow<P>): StochasticFlow<P> => ({
  init: flow.init,
  at: (params, { context, exactly } = {}) => {
    const mapFor = (key: Key) => flow.at(params, flow.random && !exactly ? { context, key } : { context });
    return {
      rank: 1,
      forward: (x, key) => mapFor(key).forward(x),
      inverse: (y, key) => mapFor(key).inverse(y),
    };
  },
});

/** One map after another, each with a key of its own; log-ratios add up. */
const through = (maps: readonly StochasticMap[], way: "forward" | "inverse", x: Tensor, key: Key): Mapped => {
  const keys = split(key, maps.length);
  const order = maps.map((_, i) => i);
  let made: Mapped | undefined;
  for (const i of way === "forward" ? order : order.reverse()) {
    const next = within(`layer ${i + 1}`, () => maps[i][way](made?.value ?? x, keys[i]));
    made = { value: next.value, logDet: made ? made.logDet.add(next.logDet) : next.logDet };
  }
  return made as Mapped;
};

/**
 * One learnable map after another, the first one first.
 * @throws FluvialError where there is no layer.
 */
export const chainStochastic = <P>(layers: readonly StochasticFlow<P>[]): StochasticFlow<readonly P[]> => {
  if (layers.length === 0) fail("chainStochastic: expected at least one layer, got none");
  return {
    init: (key) => split(key, layers.length).map((layerKey, i) => layers[i].init(layerKey)),
    at: (params, given) => {
      const maps = layers.map((layer, i) => layer.at(params[i], given));
      return {
        rank: 1,
        forward: (x, key) => through(maps, "forward", x, key),
        inverse: (y, key) => through(maps, "inverse", y, key),
      };
    },
  };
};

/** The learned diagonal affine map around a stochastic flow. */
type Around = Pick<FlowGuideParameters<unknown>, "loc" | "logScale">;

/** Standard normal noise through a map, then a diagonal affine one: value z, logQ = log q(z, u) − log r(u | z); and back from any z. */
export const samplerThrough = (map: StochasticMap, { loc, logScale }: Around, size: number): Sampler => ({
  draw: (key, batch = []) => {
    const [forNoise, forMap] = split(key, 2);
    const noise = normal(forNoise, [...batch, size]);
    const { value, logDet } = within("flow", () => map.forward(noise, forMap));
    const logQ = standardLogProb(noise).sub(logDet).sub(logScale.sum());
    return { value: value.mul(logScale.exp()).add(loc), logQ };
  },
  retrace: (z, key) => {
    const { value, logDet } = within("flow", () => map.inverse(z.sub(loc).div(logScale.exp()), key));
    return standardLogProb(value).add(logDet).sub(logScale.sum());
  },
  ...(map.indexUse && {
    indexUse: (key: Key, draws: number) => {
      const [forNoise, forMap] = split(key, 2);
      return map.indexUse?.(normal(forNoise, [draws, size]), forMap) as IndexUse;
    },
  }),
});

/** Standard normal noise through a stochastic flow and a learned diagonal affine map. E[logQ] is E[log q(z)] or above. */
export const stochasticGuide = <P>(size: number, flow: StochasticFlow<P>): Guide<FlowGuideParameters<P>, Sampler> => ({
  init: flowGuideStart(size, flow.init),
  at: (params) => samplerThrough(flow.at(params.flow), params, size),
});
