import { checkOptions, fail } from "../core/check.ts";

export interface DualAveragingOptions {
  /** The mean acceptance to reach, in (0, 1): 0.8 unless said. */
  readonly target?: number;
  readonly gamma?: number;
  readonly t0?: number;
  readonly kappa?: number;
}

/** Where the averaging stands: a value. */
export interface Averaging {
  readonly updates: number;
  readonly shrinkTowards: number;
  readonly meanError: number;
  readonly logStep: number;
  readonly logAverage: number;
}

export interface DualAveraging {
  /** Starts afresh from a step size, and explores first around ten times as much. */
  start(stepSize: number): Averaging;
  /** Takes in the acceptance of one transition. */
  update(state: Averaging, acceptance: number): Averaging;
  /** The step size to try next. */
  exploring(state: Averaging): number;
  /** The averaged step size, to keep once adaptation ends. */
  settled(state: Averaging): number;
}

/**
 * Step size adaptation by Nesterov's dual averaging. Hoffman & Gelman 2014, section 3.2, with their constants (and Stan's).
 * @throws FluvialError on an unknown option or a target outside (0, 1).
 */
export const dualAveraging = (options: DualAveragingOptions = {}): DualAveraging => {
  checkOptions("dualAveraging", options, ["target", "gamma", "t0", "kappa"]);
  const { target = 0.8, gamma = 0.05, t0 = 10, kappa = 0.75 } = options;
  if (!(target > 0 && target < 1)) fail(`dualAveraging: target: expected a number between 0 and 1, got ${target}`);
  return {
    start: (stepSize) => ({
      updates: 0,
      shrinkTowards: Math.log(10 * stepSize),
      meanError: 0,
      logStep: Math.log(stepSize),
      logAverage: Math.log(stepSize),
    }),
    update: ({ updates, shrinkTowards, meanError: before, logAverage }, acceptance) => {
      const t = updates + 1;
      const meanError = before + (target - Math.min(1, acceptance) - before) / (t + t0);
      const logStep = shrinkTowards - (Math.sqrt(t) / gamma) * meanError;
      const weight = t ** -kappa;
      return {
        updates: t,
        shrinkTowards,
        meanError,
        logStep,
        logAverage: weight * logStep + (1 - weight) * logAverage,
      };
    },
    exploring: ({ logStep }) => Math.exp(logStep),
    settled: ({ logAverage }) => Math.exp(logAverage),
  };
};
