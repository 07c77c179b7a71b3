import { checkCount, checkOptions, fail } from "../core/check.ts";
import type { Sampler } from "../core/density.ts";
import { type LipschitzLayer, type LipschitzUnit, lipschitzUnits } from "../nn/lipschitz.ts";
import { type Probe, probes } from "../transforms/logDetSeries.ts";
import { checkShare, oneOf, widths } from "./options.ts";
import { residualLayers } from "./parts/residual.ts";
import { type FlowSpec, flowSpec } from "./spec.ts";

/** Up to this many coordinates a Jacobian costs no more than a series. */
const fewCoordinates = 16;

/** How a log-determinant is found where there is a key: "auto" is exact up to 16 coordinates, and a series above. */
export type ResidualLogDet = "auto" | "exact" | "series";

export interface ResidualOptions {
  /** 8 unless said. */
  readonly layers?: number;
  /** Widths of each network's hidden layers: [32, 32] unless said. */
  readonly hidden?: number | readonly number[];
  /** "lipSwish", which learns how steep it is, unless said; or "tanh", "elu", "softplus". */
  readonly activation?: LipschitzUnit;
  /**
   * The largest Lipschitz constant of each g: 0.9 unless said. That of the flow is up to (1 + lipschitz)^layers, that of its inverse up to
   * (1 − lipschitz)^−layers.
   */
  readonly lipschitz?: number;
  /**
   * "auto" unless said: "exact" up to 16 coordinates, above them "series", which is random where there is a key, as in training, and exact
   * without one. As a guide with a series its bound is unbiased; the
   * draws that `fit` judges it by have exact ones again.
   */
  readonly logDet?: ResidualLogDet;
  /** Terms of the series that are always summed: 4 unless said. */
  readonly terms?: number;
  /** The probability of each further term: `lipschitz` unless said; 0 cuts the series, with a bias. */
  readonly continuation?: number;
  /** "signs" unless said, or "normal". */
  readonly probe?: Probe;
}

type Filled = Required<ResidualOptions> & { readonly hidden: readonly number[] };

const optionNames = ["layers", "hidden", "activation", "lipschitz", "logDet", "terms", "continuation", "probe"];

/** A probability of 0 cuts the series after its terms; one above 0 leaves no bias, and a finite variance above κ². */
const checkContinuation = (continuation: number, lipschitz: number): void => {
  if (continuation !== 0 && !(continuation > lipschitz ** 2 && continuation < 1))
    fail(
      `residual: continuation: expected a probability above lipschitz² = ${lipschitz ** 2}, where the log-determinant's variance is finite, and below 1, or 0 for a series of a fixed number of terms, got ${continuation}`,
    );
};

const filled = (options: ResidualOptions): Filled => {
  const { layers = 8, hidden = [32, 32], activation = "lipSwish", lipschitz = 0.9 } = options;
  const { logDet = "auto", terms = 4, continuation = lipschitz, probe = "signs" } = options;
  checkCount("residual: layers", layers);
  checkShare("residual: lipschitz", lipschitz);
  oneOf("residual: activation", activation, Object.keys(lipschitzUnits) as LipschitzUnit[]);
  oneOf("residual: logDet", logDet, ["auto", "exact", "series"]);
  checkCount("residual: terms", terms);
  checkContinuation(continuation, lipschitz);
  oneOf("residual: probe", probe, Object.keys(probes) as Probe[]);
  return {
    layers,
    hidden: widths("residual: hidden", hidden),
    activation,
    lipschitz,
    logDet,
    terms,
    continuation,
    probe,
  };
};

/**
 * Residual flow: each layer adds to x a network of x that contracts, y = x + g(x), Lip(g) ≤ `lipschitz` < 1 by weights whose singular
 * values are bounded. Invertible with every coordinate free to act on every other. Forward costs one pass; the inverse repeats x ← y − g(x)
 * until it settles, log ε / log(lipschitz) passes at most. The log-determinant is that of the Jacobian (`size` further passes and an
 * elimination of size³), or, with a key, an unbiased series: `terms` passes and continuation/(1 − continuation) more on average, a batch
 * until its longest row ends. Behrmann, Grathwohl, Chen, Duvenaud & Jacobsen 2019; Chen, Behrmann, Duvenaud & Jacobsen 2019.
 * @throws FluvialError on unknown options, unless layers, widths and terms are whole numbers from 1, lipschitz lies between 0 and 1, and
 * continuation is 0 or between lipschitz² and 1.
 */
export const residual = (options: ResidualOptions = {}): FlowSpec<Sampler, readonly (readonly LipschitzLayer[])[]> => {
  checkOptions("residual", options, optionNames);
  const settings = filled(options);
  const { layers, hidden, activation, lipschitz, logDet, terms, continuation, probe } = settings;
  return flowSpec({
    name: "residual",
    options: { ...settings },
    flow: (size, context) => {
      const randomly = logDet === "series" || (logDet === "auto" && size > fewCoordinates);
      const series = randomly ? { terms, continuation, probe } : undefined;
      return residualLayers(layers, { size, context, hidden, activation, lipschitz, series });
    },
  });
};
