import { checkCount, checkOptions, fail, showAny } from "../core/check.ts";
import type { Density, Guide, PathSampler, Sampler } from "../core/density.ts";
import type { Family } from "../core/family.ts";
import { range } from "../core/shape.ts";
import type { Tensor } from "../core/tensor.ts";
import { mapTree } from "../core/tree.ts";
import { within } from "../core/within.ts";
import type { Activation } from "../nn/activations.ts";
import { normal, split } from "../ops/random.ts";
import { standardLogProb } from "../ops/standardNormal.ts";
import { stopGradient } from "../ops/stopGradient.ts";
import { chain } from "./chain.ts";
import type { Flow } from "./flow.ts";
import { type FlowGuideParameters, flowDraws, flowGuideStart, networkRate } from "./guide.ts";
import { inverted } from "./inverted.ts";
import { activationNamed, oneOf, widths } from "./options.ts";
import { type IndexedMap, type IndexedStep, pathAgain, pathAhead, pathBack, totalOf } from "./parts/indexed.ts";
import { type IndexedParameters, indexedLayer } from "./parts/indexedLayer.ts";
import { indexUseOf } from "./parts/indexUse.ts";
import { permutation } from "./parts/permutation.ts";
import { realNvp } from "./realNvp.ts";
import type { FlowSpec } from "./spec.ts";
import { type StochasticFlowSpec, type StochasticGiven, type StochasticMap, samplerThrough } from "./stochastic.ts";

export type CifParameters = readonly IndexedParameters<unknown>[];

/** How `cif` goes about it. */
export interface CifOptions {
  /** Layers, each with an index and a flow of its own: 5 unless said. */
  readonly layers?: number;
  /** Numbers in the index of a layer: 1 unless said. */
  readonly index?: number;
  /** Widths of the hidden layers of the networks of s and t, and of the index from either end: [10, 10] unless said; [] for linear ones. */
  readonly hidden?: number | readonly number[];
  /** Their units: "tanh" unless said. */
  readonly activation?: Activation;
  /** What looks at a context, where there is one: "all" unless said, or "back", the density of the index on the way back alone. */
  readonly context?: "all" | "back";
  /** The flow inside each layer: `realNvp({ layers: 2 })` unless said. Between layers the coordinates are reversed. */
  readonly base?: FlowSpec;
}

const who = "cif";

interface Settings {
  readonly layers: number;
  readonly index: number;
  readonly hidden: readonly number[];
  readonly activation: Activation;
  readonly context: "all" | "back";
}

const settingsOf = (options: CifOptions): Settings => {
  checkOptions(who, options, ["layers", "index", "hidden", "activation", "context", "base"]);
  const { layers = 5, index = 1, activation = "tanh", context = "all" } = options;
  const hidden = widths(`${who}: hidden`, options.hidden ?? [10, 10]);
  checkCount(`${who}: layers`, layers);
  checkCount(`${who}: index`, index);
  return {
    ...{ layers, index, hidden },
    activation: activationNamed(who, activation),
    context: oneOf(`${who}: context`, context, ["all", "back"]),
  };
};

const checkedBase = (base: FlowSpec): FlowSpec => {
  if (typeof (base as { stochastic?: unknown } | undefined)?.stochastic === "function")
    fail(`${who}: base: expected a flow that goes both ways, such as maf(); ${base.name} has noise of its own`);
  return typeof base?.flow === "function"
    ? base
    : fail(`${who}: base: expected a flow such as maf({ layers: 1 }), got ${showAny(base)}`);
};

/** All layers with their numbers in them. */
type IndexedFlow = Family<CifParameters, readonly IndexedMap[], [given?: StochasticGiven]>;

/**
 * The layers over vectors of `size`.
 * @param fast the way that is to be a formula, where the flow inside a layer has one: it is turned round if need be.
 */
const layersOf = (
  { layers, context: seenBy, ...settings }: Settings,
  base: FlowSpec,
  { size, context, fast }: { readonly size: number; readonly context: number; readonly fast: "forward" | "inverse" },
): IndexedFlow => {
  const backOnly = seenBy === "back";
  const flow = base.flow(size, backOnly ? 0 : context);
  const inner = fast === "inverse" && base.dataGo === "forward" ? inverted(flow) : flow;
  const turned: Flow<unknown> = size > 1 ? chain<unknown>([inner, permutation(size, "reversed")]) : inner;
  const each = range(layers).map((i) =>
    indexedLayer(who, i < layers - 1 ? turned : inner, { ...settings, size, context, backOnly }),
  );
  return {
    init: (key) => split(key, layers).map((layerKey, i) => each[i].init(layerKey)),
    at: (params, given) => each.map((layer, i) => layer.at(params[i], given)),
  };
};

const throughAll = (maps: readonly IndexedMap[]): StochasticMap => ({
  rank: 1,
  forward: (x, key) => {
    const steps = pathAhead(maps, x, key);
    const logRatio = totalOf(steps, "logBack").sub(totalOf(steps, "logAhead"));
    return { value: steps[steps.length - 1].value, logDet: totalOf(steps, "logDet").add(logRatio) };
  },
  inverse: (y, key) => {
    const steps = pathBack(maps, y, key);
    const logRatio = totalOf(steps, "logAhead").sub(totalOf(steps, "logBack"));
    return { value: steps[0].value, logDet: totalOf(steps, "logDet").add(logRatio) };
  },
  indexUse: (x, key) => indexUseOf(maps, x, key),
});

/**
 * Draws with what objectives need that leave the guide's score out: log q(z, u) by going back from z through layers whose numbers count
 * as constants, so that it follows the draw alone.
 */
const pathSampler = (
  layers: IndexedFlow,
  params: FlowGuideParameters<CifParameters>,
  size: number,
): Required<Pick<Sampler, "drawPath">> => ({
  drawPath: (key, batch = []) => {
    const [forNoise, forMap] = split(key, 2);
    const { loc, logScale } = params;
    const still = mapTree(params, stopGradient);
    const noise = normal(forNoise, [...batch, size]);
    const steps = within("flow", () => pathAhead(layers.at(params.flow), noise, forMap));
    const value = steps[steps.length - 1].value.mul(logScale.exp()).add(loc);
    const indices = steps.map(({ index }) => index);
    const from = (z: Tensor, at: typeof params, us: readonly Tensor[]): readonly IndexedStep[] =>
      within("flow", () => pathAgain(layers.at(at.flow), z.sub(at.loc).mul(at.logScale.neg().exp()), us));
    const again = from(value, still, indices);
    // Its value is that of the way there: the way back comes to the same but for rounding, which many layers may blow up.
    const there = standardLogProb(noise).sub(totalOf(steps, "logDet")).add(totalOf(steps, "logAhead"));
    const back = standardLogProb(again[0].value).add(totalOf(again, "logDet")).add(totalOf(again, "logAhead"));
    return {
      value,
      logJoint: stopGradient(there.sub(logScale.sum())).add(back).sub(stopGradient(back)),
      logBack: totalOf(steps, "logBack"),
      logBackHere: () => totalOf(from(stopGradient(value), params, indices.map(stopGradient)), "logBack"),
    };
  },
});

const guideOver = (
  layers: IndexedFlow,
  size: number,
  { closed, random }: { readonly closed: boolean; readonly random: boolean },
): Guide<FlowGuideParameters<CifParameters>, Sampler> => ({
  init: flowGuideStart(size, layers.init),
  at: (params) => {
    const sampler = samplerThrough(throughAll(layers.at(params.flow)), params, size);
    const exact = random
      ? samplerThrough(throughAll(layers.at(params.flow, { exactly: true })), params, size)
      : undefined;
    return {
      ...sampler,
      ...(exact && { drawExactly: exact.draw, retrace: exact.retrace }),
      ...(closed && !random && pathSampler(layers, params, size)),
    };
  },
});

/** Where the inverse of the flow inside is a formula, as of that inside unless said, the guide's score can be left out. */
export interface Cif {
  (
    options?: Omit<CifOptions, "base"> & { readonly base?: FlowSpec<Density> },
  ): StochasticFlowSpec<CifParameters, FlowGuideParameters<CifParameters>, PathSampler>;
  (options: CifOptions): StochasticFlowSpec<CifParameters>;
}

/**
 * Continuously indexed flow: layers y = f(e^{s(u)} ⊙ x + t(u)) with a flow f inside and an index u drawn anew for every draw, so that one
 * bijection becomes a continuum of them, which can break into pieces what a single one can only stretch. The density is that of x and all
 * u, known by a bound: as a guide u ~ q(u | x) is drawn on the way forward and r(u | y) closes the bound (Caterini, Cornish, Sejdinovic &
 * Doucet 2021, eq. 7); as a density of samples u ~ q(u | y) is drawn on the way back, and p(u | x) belongs to the model (Cornish, Caterini,
 * Deligiannidis & Doucet 2020, eq. 10).
 *
 * A draw costs what the flows inside cost and three small networks a layer. Where the inverse of the flow inside is a formula, a guide
 * can be trained by stick-the-landing and DReG too, on the joint density. With a context all parts look at it, or the way back alone.
 * @throws FluvialError on unknown options, unless layers, index and widths are whole numbers from 1, and on a base that is no flow or has
 * noise of its own.
 */
export const cif: Cif = ((given?: CifOptions): StochasticFlowSpec<CifParameters> => {
  const options = given ?? {};
  const settings = settingsOf(options);
  const base = checkedBase(options.base ?? realNvp({ layers: 2 }));
  const { name, options: baseOptions, closed, plainBound } = base;
  return {
    name: who,
    options: { ...settings, base: { name, options: baseOptions } },
    rate: base.rate === undefined ? networkRate : Math.min(base.rate, networkRate),
    draws: flowDraws,
    ...(plainBound && { plainBound }),
    for: ({ size }) => {
      const random = base.flow(size).random === true;
      return guideOver(layersOf(settings, base, { size, context: 0, fast: "forward" }), size, { closed, random });
    },
    stochastic: (size, context = 0, fast = "inverse") => {
      const layers = layersOf(settings, base, { size, context, fast });
      return { init: layers.init, at: (params, given) => throughAll(layers.at(params, given)) };
    },
  };
}) as Cif;
