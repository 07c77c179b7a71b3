import * as tf from "#tfjs";
import { checkOptions } from "../core/check.ts";
import type { GuideSpec, Sampler } from "../core/density.ts";
import type { FlowGuideParameters } from "../flows/guide.ts";
import { checkFlag, oneOf, widths } from "../flows/options.ts";
import { type SmoothUnit, smoothUnits } from "../nn/field.ts";
import { type Layer, mlp } from "../nn/mlp.ts";
import {
  checkDynamics,
  type DynamicsParameters,
  type DynamicsSettings,
  dynamicsGuide,
  gradientsOf,
  type Turner,
} from "./phaseSpace.ts";

export interface HamiltonianParameters extends DynamicsParameters {
  /** The network of the momenta before a refresh: none where there are no steps. */
  readonly back: readonly Layer[];
}

/** How `hamiltonian` goes about it. */
export interface HamiltonianOptions {
  /** Times that momenta are drawn and followed: 4 unless said; with 0 nothing is left but the base, a mean-field guide. */
  readonly steps?: number;
  /** Leapfrog steps each time: 3 unless said. */
  readonly leapfrog?: number;
  /** The step size ε that every step starts from, in units of the base's scales, between 0 and 1: 0.2 unless said. */
  readonly stepSize?: number;
  /** How much of the momenta a refresh keeps, to start from: 0 unless said, which stays 0, so that momenta are drawn anew; else below 1, learned. */
  readonly kept?: number;
  /** Whether step k follows a density between the base's and the target's, learned, the target's at the last. true unless said. */
  readonly annealed?: boolean;
  /** Widths of the hidden layers of the network that goes back: [32] unless said; [] for a linear one. */
  readonly hidden?: number | readonly number[];
  /** Its units: "tanh" unless said. */
  readonly activation?: SmoothUnit;
}

const who = "hamiltonian";

interface Settings extends DynamicsSettings {
  readonly hidden: readonly number[];
  readonly activation: SmoothUnit;
}

/** Mean and log-scale of the momenta before a refresh, seen from x, the time, and where a refresh keeps some what it has kept. */
const turnerOf = (settings: Settings): Turner<readonly Layer[]> => {
  const { steps, kept, hidden, activation } = settings;
  const network = (size: number) =>
    mlp({ inputs: (kept > 0 ? 2 : 1) * size + 1, outputs: 2 * size, hidden, activation });
  return {
    init: (key, size) => (steps > 0 ? network(size).init(key) : []),
    at: (back, size) => {
      if (steps === 0) return undefined;
      const outputs = network(size).at(back);
      return (x, keptMomentum, index) => {
        const time = index.div(steps).broadcastTo([...x.shape.slice(0, -1), 1]);
        const [mean, logScale] = tf.split(
          outputs(tf.concat([x, time, ...(kept > 0 ? [keptMomentum] : [])], -1)),
          2,
          -1,
        );
        return { mean, logScale };
      };
    },
  };
};

/**
 * Hamiltonian variational inference: draws of a diagonal normal, the base, follow leapfrog steps on the target with momenta that are
 * drawn anew `steps` times; a network tells the momenta that such a stretch ended with from where it ended, so that the paths bound the
 * density. Salimans, Kingma & Welling 2015, section 3; with densities between base and target, Geffner & Domke 2021; with `kept`
 * momenta and a learned way back, Geffner & Domke 2023.
 *
 * Step sizes are learned for every step and coordinate, which stands for a diagonal mass matrix: momenta are standard normal. A draw
 * costs `steps` · `leapfrog` + 1 gradients of the model, a training step their slopes too.
 * @throws FluvialError on unknown options, unless `steps` is a whole number from 0, `leapfrog` and widths from 1, `stepSize` between 0
 * and 1, and `kept` from 0 to below 1.
 */
export const hamiltonian = (
  options: HamiltonianOptions = {},
): GuideSpec<Sampler, FlowGuideParameters<HamiltonianParameters>> => {
  checkOptions(who, options, ["steps", "leapfrog", "stepSize", "kept", "annealed", "hidden", "activation"]);
  const { steps = 4, leapfrog = 3, stepSize = 0.2, kept = 0, annealed = true, activation = "tanh" } = options;
  const hidden = widths(`${who}: hidden`, options.hidden ?? 32);
  oneOf(`${who}: activation`, activation, Object.keys(smoothUnits) as SmoothUnit[]);
  checkFlag(`${who}: annealed`, annealed);
  const settings: Settings = { steps, leapfrog, stepSize, kept, annealed, hidden, activation };
  checkDynamics(who, settings);
  return {
    name: who,
    options: { ...settings },
    rate: 0.02,
    gradientsPerDraw: gradientsOf(settings),
    for: (target) => dynamicsGuide(settings, target, turnerOf(settings)),
  };
};
