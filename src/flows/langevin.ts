import * as tf from "#tfjs";
import { checkCount, checkOptions } from "../core/check.ts";
import type { Guide, Sampler, Target } from "../core/density.ts";
import type { Key } from "../core/key.ts";
import type { Scalar, Tensor } from "../core/tensor.ts";
import { type SmoothUnit, smoothUnits } from "../nn/field.ts";
import { type Layer, mlp } from "../nn/mlp.ts";
import { split } from "../ops/random.ts";
import { contextBeside } from "./context.ts";
import { type FlowGuideParameters, flowGuideStart } from "./guide.ts";
import { checkFlag, checkShare, oneOf, widths } from "./options.ts";
import { diffusion } from "./parts/diffusion.ts";
import { restrained } from "./parts/leapfrog.ts";
import { startingShares, tempered, weightsOf } from "./parts/tempered.ts";
import { type StochasticFlow, type StochasticFlowSpec, samplerThrough } from "./stochastic.ts";

/** The steps of either kind, as they are learned. */
interface Steps {
  /** [steps]: sigmoid of these are the step sizes ε, below 1. */
  readonly lengths: Tensor;
  /** [steps, size]: by how much the noise of a step back differs from that of the step, as a logarithm. */
  readonly backLogScales: Tensor;
  /** The network of the drift back. */
  readonly back: readonly Layer[];
}

/** As a density of samples: the drift ahead is a network too. */
export interface LangevinParameters extends Steps {
  readonly ahead: readonly Layer[];
}

/** As a guide: the drift ahead is the target's. */
export interface LangevinGuideParameters extends Steps {
  /** [steps]: their softmax are the parts of the way from the base to the target that each step takes; empty where each goes to the target. */
  readonly shares: Tensor;
}

/** How `langevin` goes about it. */
export interface LangevinOptions {
  /** 8 unless said; with 0 nothing is left but the base. */
  readonly steps?: number;
  /** Widths of the hidden layers of each network: [32] unless said; [] for a linear one. */
  readonly hidden?: number | readonly number[];
  /** Units of the networks: "tanh" unless said. */
  readonly activation?: SmoothUnit;
  /** The step size ε that every step starts from, between 0 and 1: 0.1 unless said. */
  readonly stepSize?: number;
  /** As a guide: whether step k goes down a density between the base's and the target's, learned, the target's at the last. true unless said. */
  readonly annealed?: boolean;
}

const who = "langevin";

interface Settings {
  readonly steps: number;
  readonly hidden: readonly number[];
  readonly activation: SmoothUnit;
  readonly stepSize: number;
  readonly annealed: boolean;
}

const networkOf = ({ hidden, activation }: Settings, size: number, context = 0) =>
  mlp({ inputs: size + 1 + context, outputs: size, hidden, activation });

const stepsAt = (settings: Settings, size: number, context: number, key: Key): Steps => {
  const { steps, stepSize } = settings;
  return {
    lengths: tf.fill([steps], Math.log(stepSize / (1 - stepSize))),
    backLogScales: tf.zeros([steps, size]),
    back: networkOf(settings, size, context).init(key),
  };
};

/** A network of x, the time and a context. */
const networkAt = (settings: Settings, layers: readonly Layer[], size: number, context?: Tensor) => {
  const network = networkOf(settings, size, context?.shape[context.rank - 1]).at(layers);
  return (x: Tensor, index: Scalar): Tensor => {
    const time = index.div(settings.steps).broadcastTo([...x.shape.slice(0, -1), 1]);
    return network(tf.concat([x, time, ...(context ? [context] : [])], -1));
  };
};

/** The flow over samples: between the kernels that keep a standard normal and what the networks make of them. */
const densityFlow = (settings: Settings, size: number, length: number): StochasticFlow<LangevinParameters> => ({
  init: (key) => {
    const [forBack, forAhead] = split(key, 2);
    return { ...stepsAt(settings, size, length, forBack), ahead: networkOf(settings, size, length).init(forAhead) };
  },
  at: ({ lengths, backLogScales, ahead, back }, given = {}) => {
    const mapFor = (x: Tensor) => {
      const context = contextBeside(who, x, given.context, length);
      const [onwards, backwards] = [ahead, back].map((layers) => networkAt(settings, layers, size, context));
      return diffusion({
        lengths: lengths.sigmoid(),
        backLogScales,
        look: () => ({}),
        ahead: (at, _, index) => onwards(at, index).sub(at),
        back: (at, _, index) => backwards(at, index).sub(at),
      });
    };
    return {
      rank: 1,
      forward: (x, key) => mapFor(x).forward(x, key),
      inverse: (y, key) => mapFor(y).inverse(y, key),
    };
  },
});

const guideFor = (settings: Settings, target: Target): Guide<FlowGuideParameters<LangevinGuideParameters>, Sampler> => {
  const { size } = target;
  return {
    init: flowGuideStart(size, (key) => ({
      ...stepsAt(settings, size, 0, key),
      shares: startingShares(settings.steps, settings.annealed),
    })),
    at: (params) => {
      const { lengths, backLogScales, back, shares } = params.flow;
      const backwards = networkAt(settings, back, size);
      const { look, force } = tempered(target, params, weightsOf(shares, settings.steps));
      const drift = (x: Tensor, slope: Tensor, index: Scalar): Tensor => restrained(force(x, slope, index));
      const map = diffusion<Tensor>({
        lengths: lengths.sigmoid(),
        backLogScales,
        look,
        ahead: drift,
        back: (y, slope, index) => drift(y, slope, index).add(backwards(y, index)),
      });
      return samplerThrough(map, params, size);
    },
  };
};

/**
 * Langevin flow: steps x + ε f(x) + √(2ε) η, η standard normal, learned with steps back N(y + ε b(y), 2ε s²), whose paths bound the
 * density: it is not known, and neither way is deterministic. Rezende & Mohamed 2015, section 3.2, as steps that are trained: Wu, Köhler &
 * Noé 2020; Zhang & Chen 2021.
 *
 * As a guide f is the slope of the log density, in units of the base's scales and, annealed, of a density between the base and the
 * target (Geffner & Domke 2023; Doucet, Grathwohl, Matthews & Strathmann 2022), beyond 10 growing with its logarithm alone, so that no
 * step from afar is flung off (taming: Hutzenthaler, Jentzen & Kloeden 2012); b is that with a network added. A draw costs `steps` + 1
 * gradients of the model, a training step their slopes too. As a density of samples f and b are networks, with −x added: at the start
 * they nearly keep a standard normal.
 * @throws FluvialError on unknown options, unless `steps` is a whole number from 0 and widths from 1, and `stepSize` between 0 and 1.
 */
export const langevin = (
  options: LangevinOptions = {},
): StochasticFlowSpec<LangevinParameters, FlowGuideParameters<LangevinGuideParameters>> => {
  checkOptions(who, options, ["steps", "hidden", "activation", "stepSize", "annealed"]);
  const { steps = 8, stepSize = 0.1, activation = "tanh", annealed = true } = options;
  const hidden = widths(`${who}: hidden`, options.hidden ?? 32);
  checkCount(`${who}: steps`, steps, 0);
  checkShare(`${who}: stepSize`, stepSize);
  oneOf(`${who}: activation`, activation, Object.keys(smoothUnits) as SmoothUnit[]);
  checkFlag(`${who}: annealed`, annealed);
  const settings: Settings = { steps, hidden, activation, stepSize, annealed };
  return {
    name: who,
    options: { ...settings },
    rate: 0.02,
    gradientsPerDraw: steps > 0 ? steps + 1 : 0,
    for: (target) => guideFor(settings, target),
    stochastic: (size, context = 0) => densityFlow(settings, size, context),
  };
};
