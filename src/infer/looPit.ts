import { checkOptions, fail } from "../core/check.ts";
import { hostUniforms } from "../core/key.ts";
import { observationOf } from "../diagnostics/elpd.ts";
import { efficiencyOf, leavingOut } from "../diagnostics/loo.ts";
import { pitOf, pitP } from "../diagnostics/pit.ts";
import { khatThreshold } from "../diagnostics/psis.ts";
import type { Conditioned } from "../model/condition.ts";
import type { DataFor } from "../model/data.ts";
import type { Model } from "../model/model.ts";
import { type Draws, pooledDraws } from "../posterior/draws.ts";
import type { LooPit } from "../posterior/predictive.ts";
import { listed } from "../posterior/text.ts";
import { conditionAgain, type Inferred, weightsOf } from "./inferred.ts";
import type { LooOptions } from "./loo.ts";
import { posteriorPredictive } from "./predict.ts";
import { logLikelihoodOptionNames, logLikelihoodsOf } from "./predicting/logLikelihood.ts";
import { type ReplicatedSite, replicatedSite } from "./predicting/replicatedSite.ts";
import { verbKey } from "./verbKey.ts";

export interface LooPitOptions extends LooOptions {
  /** Of the replications, and of the draws that break ties. */
  readonly seed?: number;
}

const siteNamed = (
  model: Model,
  conditioned: Pick<Conditioned<unknown>, "layout">,
  site: LooOptions["site"],
): string => {
  const observed = model.sites.filter(({ role }) => role === "observed").map(({ name }) => name);
  const wanted = site === undefined ? observed : typeof site === "string" ? [site] : site;
  if (Object.keys(conditioned.layout.discrete).length > 0)
    fail("looPit: a discrete latent was drawn given all observations, so that none can be left out; take loo");
  if (observed.length === 0) fail(`looPit: "${model.name}" has no observed site; write observe("y", …)`);
  if (wanted.length !== 1 || !observed.includes(wanted[0]))
    fail(`looPit: name one site, as in { site: "${observed[0]}" }; observed are ${observed.join(", ")}`);
  return wanted[0];
};

const checkAlike = (name: string, { names }: ReplicatedSite, count: number): void => {
  if (names.length !== count)
    fail(`looPit: "${name}" has ${names.length} values in ${count} events, and no single order; take loo`);
};

/**
 * Where each observation stands in what the model predicts of it from all others: uniform where the model is right, however few the
 * data. Gelfand, Dey & Chang 1992; by Pareto smoothed weights, Vehtari, Gelman & Gabry 2017. Ties are broken at random.
 * @throws FluvialError as `loo` does; where several sites are observed and none is named; for events of several numbers.
 */
export const looPit = <L, D, G>(
  model: Model<L, D, G>,
  data: DataFor<D>,
  posterior: Inferred<L & G>,
  options: LooPitOptions = {},
): LooPit => {
  checkOptions("looPit", options, [...logLikelihoodOptionNames, "relativeEfficiency", "seed"]);
  const { seed = 0, coords, engine, relativeEfficiency } = options;
  const plain = model as unknown as Model;
  const logRatios = weightsOf("looPit", posterior)?.logRatios;
  const conditioned = conditionAgain("looPit", model, data, posterior, coords);
  const site = siteNamed(plain, conditioned, options.site);
  const { logLikelihood } = logLikelihoodsOf("looPit", plain, conditioned, posterior, { site, engine });
  const made = posteriorPredictive(model, data, posterior, { seed, coords, engine }) as unknown as Record<
    string,
    Draws
  >;
  const replicated = replicatedSite("looPit", plain, conditioned.bound, site, made[site]);
  const { values, shape } = logLikelihood[site];
  const [chains, draws] = shape;
  checkAlike(site, replicated, values.length / (chains * draws));
  const uniform = hostUniforms(verbKey("pit", seed));
  const one = (flat: number): { readonly pit: number; readonly khat: number } => {
    const logDensity = observationOf("looPit", logLikelihood[site], flat, replicated.names[flat]);
    const efficiency = relativeEfficiency ?? (logRatios ? 1 : efficiencyOf(logDensity, chains));
    const { khat, logWeights } = leavingOut(logDensity, efficiency, logRatios);
    return {
      pit: pitOf(replicated.observed[flat], pooledDraws(replicated.replicated, flat), uniform(), logWeights),
      khat,
    };
  };
  const each = replicated.names.map((_, flat) => one(flat));
  const pit = Float64Array.from(each, (value) => value.pit);
  const khat = Float64Array.from(each, (value) => value.khat);
  const threshold = khatThreshold(chains * draws);
  const bad = replicated.names.filter((_, i) => !(khat[i] <= threshold));
  const warnings =
    bad.length > 0 ? [`k-hat is above ${threshold.toFixed(2)} for ${listed(bad)}: theirs cannot be told.`] : [];
  return { site, names: replicated.names, pit, khat, p: pitP(pit), warnings };
};
