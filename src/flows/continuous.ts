import { checkCount, checkOptions, checkPositive, fail } from "../core/check.ts";
import type { Sampler } from "../core/density.ts";
import type { Tensor } from "../core/tensor.ts";
import { fieldOf, type SmoothUnit, smoothUnits } from "../nn/field.ts";
import { type Layer, mlp } from "../nn/mlp.ts";
import { probes } from "../transforms/logDetSeries.ts";
import { odeMap, type Solver } from "../transforms/ode.ts";
import type { Bijection, Mapped } from "../transforms/transform.ts";
import { contextBeside } from "./context.ts";
import type { Flow, Given } from "./flow.ts";
import { oneOf, widths } from "./options.ts";
import { type FlowSpec, flowSpec } from "./spec.ts";

/** How `continuous` goes about it. */
export interface ContinuousOptions {
  /** Widths of the hidden layers of the network that is the velocity: [32, 32] unless said. */
  readonly hidden?: number | readonly number[];
  /** Its units: "tanh" unless said. */
  readonly activation?: SmoothUnit;
  /**
   * "dopri5" unless said, "bosh3": steps chosen by their error; "rk4" (where `steps` are said), "heun", "midpoint", "euler": `steps` of equal
   * length. These are for velocities known to be gentle: training finds out where coarse steps flatter a density, and likelihoods above the truth
   * come of it.
   */
  readonly method?: Solver["method"];
  /** Of a method with equal steps: how many; 8 unless said. */
  readonly steps?: number;
  /** Of a method that chooses: the local error allowed, relative to the values (1e-5 unless said) … */
  readonly relative?: number;
  /** … and beside that (1e-5 unless said). */
  readonly absolute?: number;
  /** Of a method that chooses: steps at the most, 256 unless said. What they do not reach is NaN; a direct gradient costs them all. */
  readonly maxSteps?: number;
  /** "exact" unless said; "hutchinson": where there is a key, along one random direction a row, without bias. */
  readonly trace?: "exact" | "hutchinson";
  /**
   * "adjoint": by an equation that runs back, in memory that does not grow with the steps; "direct": through the steps. The first unless
   * said where steps are chosen, the second where they are equal.
   */
  readonly gradient?: "direct" | "adjoint";
}

const optionNames = [
  "hidden",
  "activation",
  "method",
  "steps",
  "relative",
  "absolute",
  "maxSteps",
  "trace",
  "gradient",
];

const who = "continuous";

const equal = ["rk4", "heun", "midpoint", "euler"] as const;
const chosen = ["dopri5", "bosh3"] as const;

const solverOf = (options: ContinuousOptions): Solver => {
  const method = oneOf(`${who}: method`, options.method ?? (options.steps === undefined ? "dopri5" : "rk4"), [
    ...equal,
    ...chosen,
  ]);
  const chooses = method === "dopri5" || method === "bosh3";
  const foreign = (chooses ? (["steps"] as const) : (["relative", "absolute", "maxSteps"] as const)).find(
    (name) => options[name] !== undefined,
  );
  if (foreign)
    fail(`${who}: ${foreign} has no meaning for ${method}, whose steps are ${chooses ? "chosen" : "of equal length"}`);
  if (!chooses) {
    const { steps = 8 } = options;
    checkCount(`${who}: steps`, steps);
    return { method, steps };
  }
  const { relative = 1e-5, absolute = 1e-5, maxSteps = 256 } = options;
  checkPositive(`${who}: relative`, relative);
  checkPositive(`${who}: absolute`, absolute);
  checkCount(`${who}: maxSteps`, maxSteps);
  return { method, relative, absolute, maxSteps };
};

interface Settings {
  readonly hidden: readonly number[];
  readonly unit: SmoothUnit;
  readonly solver: Solver;
  readonly hutchinson: boolean;
  readonly gradient: "direct" | "adjoint";
}

/** What the velocity is made from. */
interface Moving {
  readonly layers: readonly Layer[];
  readonly context?: Tensor;
  readonly probe?: Tensor;
}

const mapOf = (settings: Settings, size: number, length: number, layers: readonly Layer[], given: Given): Bijection => {
  const { unit, solver, hutchinson, gradient } = settings;
  const through = (x: Tensor, way: "forward" | "inverse"): Mapped => {
    const batch = x.shape.slice(0, -1);
    const rows = x.reshape([-1, size]);
    const beside = contextBeside(who, x, given.context, length);
    const params: Moving = {
      layers,
      ...(beside && { context: beside.reshape([-1, length]) }),
      ...(hutchinson && given.key && { probe: probes.signs(given.key, rows.shape) }),
    };
    const velocity = ({ layers: own, ...rest }: Moving) => fieldOf(own, { size, unit, ...rest });
    const { value, logDet } = odeMap({ params, velocity, solver, gradient })[way](rows);
    return { value: value.reshape(x.shape), logDet: logDet.reshape([...batch]) };
  };
  return {
    rank: 1,
    forward: (x) => through(x, "forward"),
    inverse: (y) => through(y, "inverse"),
    domain: (shape) => shape,
  };
};

/**
 * Continuous flow: x moves from time 0 to 1 with a velocity dx/dt = f(x, t, context), a network; the log-determinant is the integral of its
 * divergence. Chen, Rubanova, Bettencourt & Duvenaud 2018; FFJORD, Grathwohl, Chen, Bettencourt, Sutskever & Duvenaud 2019.
 *
 * Either way costs 4 passes of the network a step of rk4, 6 of dopri5; the exact divergence about as much again for one or two hidden
 * layers, by formula, and `size` times as much for more; "hutchinson" always as much again. All is as exact as the solver: with rk4
 * the inverse comes back to within O(steps⁻⁴), with dopri5 to about its tolerance, whose error is that of all rows together.
 * Densities of data use the inverse alone.
 * @throws FluvialError on unknown options, on steps for a method that chooses its own or tolerances for one that does not, and unless
 * widths and counts are whole numbers from 1 and tolerances above 0.
 */
export const continuous = (options: ContinuousOptions = {}): FlowSpec<Sampler, readonly Layer[]> => {
  checkOptions(who, options, optionNames);
  const hidden = widths(`${who}: hidden`, options.hidden ?? [32, 32]);
  const activation = oneOf(
    `${who}: activation`,
    options.activation ?? "tanh",
    Object.keys(smoothUnits) as SmoothUnit[],
  );
  const solver = solverOf(options);
  const trace = oneOf(`${who}: trace`, options.trace ?? "exact", ["exact", "hutchinson"]);
  const gradient = oneOf(`${who}: gradient`, options.gradient ?? ("steps" in solver ? "direct" : "adjoint"), [
    "direct",
    "adjoint",
  ]);
  const settings: Settings = { hidden, unit: activation, solver, hutchinson: trace === "hutchinson", gradient };
  const flow = (size: number, context = 0): Flow<readonly Layer[]> => ({
    random: settings.hutchinson,
    init: (key) => mlp({ inputs: size + 1 + context, outputs: size, hidden }).init(key),
    at: (layers, given = {}) => mapOf(settings, size, context, layers, given),
  });
  const told = { hidden, activation, ...solver, trace, gradient };
  return flowSpec({ name: who, options: told, rate: 0.005, dataGo: "inverse", flow });
};
