import type { GuideSpec, Sampler } from "../core/density.ts";
import { defaultEngine } from "../engine/choose.ts";
import { meanField } from "../guides/index.ts";
import { condition } from "../model/condition.ts";
import type { DataFor } from "../model/data.ts";
import type { Model } from "../model/model.ts";
import type { Fit } from "../posterior/posterior.ts";
import { fitGuide } from "./fitting/fitGuide.ts";
import { checkFitOptions, checkSameModel, type FitOptions } from "./fitting/fitOptions.ts";
import { specOf } from "./fitting/fittedGuide.ts";
import { openGround } from "./fitting/ground.ts";
import { climbLadder } from "./ladder/climb.ts";

/** The guide that is asked for, that of the fit to go on from, or mean-field; while the ladder climbs it has guides of its own. */
const specFor = ({ guide, from }: FitOptions): GuideSpec => {
  if (guide === "auto") return meanField();
  if (guide !== undefined) return guide as GuideSpec;
  return from?.kind === "fit" ? specOf("fit: from", { options: {}, ...from }) : meanField();
};

/**
 * Fits a guide to the posterior of a model by stochastic gradient ascent on the evidence lower bound, draws from it, and says how
 * far to trust it. With `guide: "auto"` it climbs from cheap guides to rich ones until one passes and short chains from elsewhere agree;
 * `ladder` then says how it went.
 * @throws FluvialError where data do not fit the model, an option is unknown, or training stays non-finite.
 */
export const fit = async <L, D, G, Q extends Sampler = Sampler>(
  model: Model<L, D, G>,
  data: DataFor<D>,
  options: FitOptions<Q> = {},
): Promise<Fit<L & G>> => {
  const plain = options as unknown as FitOptions;
  const spec = specFor(plain);
  checkFitOptions(plain, spec);
  const conditioned = condition(model, data, options.coords);
  checkSameModel(plain.from, conditioned);
  const engine = options.engine ?? defaultEngine(options.precision);
  const ground = openGround(model as unknown as Model, conditioned, engine, options.minibatch);
  try {
    return await (options.guide === "auto" ? climbLadder(ground, plain) : fitGuide(ground, spec, plain));
  } finally {
    ground.dispose();
  }
};
