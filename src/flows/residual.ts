import { checkCount, checkOptions, fail } from "../core/check.ts";
import type { Sampler } from "../core/density.ts";
import { type LipschitzLayer, type LipschitzUnit, lipschitzUnits } from "../nn/lipschitz.ts";
import { type Probe, probes } from "../transforms/logDetSeries.ts";
import { oneOf, widths } from "./options.ts";
import { residualLayers } from "./parts/residual.ts";
import { type FlowSpec, flowSpec } from "./spec.ts";

/** Up to this many coordinates a Jacobian costs no more than a series. */
const fewCoordinates = 16;

/** How a log-determinant is found where there is a key: "auto" is exact up to 16 coordinates, and a series above. */
export type ResidualLogDet = "auto" | "exact" | "series";

/** What a residual flow may be told; see `residual`. */
export interface ResidualSettings {
  readonly layers?: number;
  readonly hidden?: number | readonly number[];
  readonly activation?: LipschitzUnit;
  readonly lipschitz?: number;
  readonly logDet?: ResidualLogDet;
  readonly terms?: number;
  readonly continuation?: number;
  readonly probe?: Probe;
}

type Filled = Required<ResidualSettings> & { readonly hidden: readonly number[] };

/** A probability of 0 cuts the series after its terms; one above 0 leaves no bias, and a finite variance above κ². */
const checkContinuation = (continuation: number, lipschitz: number): void => {
  if (continuation !== 0 && !(continuation > lipschitz ** 2 && continuation < 1))
    fail(
      `residual: continuation: expected a probability above lipschitz² = ${lipschitz ** 2}, where the log-determinant's variance is finite, and below 1, or 0 for a series of a fixed number of terms, got ${continuation}`,
    );
};

const filled = (options: ResidualSettings): Filled => {
  const { layers = 8, hidden = [32, 32], activation = "lipSwish", lipschitz = 0.9 } = options;
  const { logDet = "auto", terms = 4, continuation = lipschitz, probe = "signs" } = options;
  checkCount("residual: layers", layers);
  if (!(lipschitz > 0 && lipschitz < 1))
    fail(`residual: lipschitz: expected a number between 0 and 1, got ${lipschitz}`);
  oneOf("residual: activation", activation, Object.keys(lipschitzUnits) as LipschitzUnit[]);
  oneOf("residual: logDet", logDet, ["auto", "exact", "series"]);
  checkCount("residual: terms", terms);
  checkContinuation(continuation, lipschitz);
  oneOf("residual: probe", probe, Object.keys(probes) as Probe[]);
  return { layers, hidden: widths("residual", hidden), activation, lipschitz, logDet, terms, continuation, probe };
};

/**
 * Residual flow: each layer adds to x a network of x that contracts, y = x + g(x), Lip(g) ≤ `lipschitz` < 1 by weights whose singular
 * values are bounded. Invertible with every coordinate free to act on every other. Forward costs one pass; the inverse repeats x ← y − g(x)
 * until it settles, log ε / log(lipschitz) passes at most. The log-determinant is that of the Jacobian (`size` further passes and an elimination of
 * size³), or, with a key, an unbiased series: `terms` passes and continuation/(1 − continuation) more on average, a batch until
 * its longest row ends. Behrmann, Grathwohl, Chen, Duvenaud & Jacobsen 2019; Chen, Behrmann, Duvenaud & Jacobsen 2019.
 * @param options.layers 8 unless said; @param options.hidden widths of each network's hidden layers, [32, 32] unless said.
 * @param options.activation "lipSwish", which learns how steep it is, unless said; or "tanh", "elu", "softplus".
 * @param options.lipschitz the largest Lipschitz constant of each g, 0.9 unless said; that of the flow is up to (1 + lipschitz)^layers,
 * that of its inverse up to (1 − lipschitz)^−layers.
 * @param options.logDet "auto" unless said: "exact" up to 16 coordinates, above them "series", which is random where there is a key, as
 * in training, and exact without one. As a guide with a series its bound is unbiased, but its draws' log densities are noisy, and k-hat and
 * importance weights judge that noise too: take "exact" where they matter.
 * @param options.terms of the series, always summed: 4 unless said. @param options.continuation the probability of each further one:
 * `lipschitz` unless said; 0 cuts the series, with a bias. @param options.probe "signs" unless said, or "normal".
 * @throws FluvialError on unknown options, unless layers, widths and terms are whole numbers from 1, lipschitz lies between 0 and 1, and
 * continuation is 0 or between lipschitz² and 1.
 */
export const residual = (options: ResidualSettings = {}): FlowSpec<Sampler, readonly (readonly LipschitzLayer[])[]> => {
  checkOptions("residual", options, [
    "layers",
    "hidden",
    "activation",
    "lipschitz",
    "logDet",
    "terms",
    "continuation",
    "probe",
  ]);
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
