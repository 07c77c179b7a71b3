import { checkOptions } from "../core/check.ts";
import { type Loo, looOf } from "../diagnostics/loo.ts";
import { type Waic, waicOf } from "../diagnostics/waic.ts";
import type { DataFor } from "../model/data.ts";
import type { Model } from "../model/model.ts";
import { conditionAgain, type Inferred, weightsOf } from "./inferred.ts";
import {
  type Evidence,
  type LogLikelihoodOptions,
  logLikelihoodOptionNames,
  logLikelihoodsOf,
} from "./predicting/logLikelihood.ts";

export interface LooOptions extends LogLikelihoodOptions {
  /** ESS / S of all observations alike; that of each observation's likelihood unless said. */
  readonly relativeEfficiency?: number;
}

const evidenceOf = <L, D, G>(
  who: string,
  model: Model<L, D, G>,
  data: DataFor<D>,
  posterior: Inferred<L & G>,
  options: LogLikelihoodOptions,
): Evidence => {
  const conditioned = conditionAgain(who, model, data, posterior, options.coords);
  return logLikelihoodsOf(who, model as unknown as Model, conditioned, posterior, options);
};

/**
 * Leave-one-out cross-validation: how well the model predicts each observation from all others, by Pareto smoothed importance sampling
 * from one posterior. Vehtari, Gelman & Gabry 2017. The draws of a fit count with their importance weights, times those of leaving out:
 * Magnusson, Andersen, Jonasson & Vehtari 2019.
 * @throws FluvialError where the data are not those of the posterior, the model does not tell its observations apart, there are fewer
 * than 100 draws, or the weights of a fit cannot be used.
 */
export const loo = <L, D, G>(
  model: Model<L, D, G>,
  data: DataFor<D>,
  posterior: Inferred<L & G>,
  options: LooOptions = {},
): Loo => {
  checkOptions("loo", options, [...logLikelihoodOptionNames, "relativeEfficiency"]);
  const logRatios = weightsOf("loo", posterior)?.logRatios;
  const { logLikelihood, observed } = evidenceOf("loo", model, data, posterior, options);
  return looOf(logLikelihood, { relativeEfficiency: options.relativeEfficiency, logRatios, observed });
};

/**
 * The widely applicable information criterion: an estimate of the same elpd as that of `loo`, with less to say of where it fails.
 * Watanabe 2010.
 * @throws FluvialError as `loo` does.
 */
export const waic = <L, D, G>(
  model: Model<L, D, G>,
  data: DataFor<D>,
  posterior: Inferred<L & G>,
  options: LogLikelihoodOptions = {},
): Waic => {
  checkOptions("waic", options, logLikelihoodOptionNames);
  const logWeights = weightsOf("waic", posterior)?.logWeights;
  const { logLikelihood, observed } = evidenceOf("waic", model, data, posterior, options);
  return waicOf(logLikelihood, { logWeights, observed });
};
