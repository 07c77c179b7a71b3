import { fail } from "../core/check.ts";
import { type Conditioned, condition } from "../model/condition.ts";
import type { Coords, DataFor } from "../model/data.ts";
import type { Model } from "../model/model.ts";
import type { Chains, Fit, LangevinChains } from "../posterior/posterior.ts";
import { fingerprintOf } from "./fingerprint.ts";
import { weightsRefused } from "./fitting/reweigh.ts";

/** What any verb of inference gives. */
export type Inferred<L> = Chains<L> | Fit<L> | LangevinChains<L>;

const checkInferred = (who: string, posterior: Pick<Inferred<unknown>, "unconstrained"> | undefined): void => {
  if (!posterior?.unconstrained)
    fail(`${who}: expected a posterior, as sample or fit gives it, got ${typeof posterior}`);
};

/** Binds the data of a posterior to its model again. @throws FluvialError where they are not those it was inferred from. */
export const conditionAgain = <L, D, G>(
  who: string,
  model: Model<L, D, G>,
  data: DataFor<D>,
  posterior: Inferred<L & G>,
  coords?: Coords,
): Conditioned<L & G> => {
  checkInferred(who, posterior);
  const conditioned = condition(model, data, coords);
  const size = posterior.unconstrained.shape[2];
  if (size !== conditioned.size)
    fail(
      `${who}: the posterior of "${posterior.model}" has ${size} free numbers, but "${conditioned.model}" with these data has ${conditioned.size}`,
    );
  if (fingerprintOf(conditioned.bound) !== posterior.fingerprint)
    fail(`${who}: the data are not those that the posterior of "${posterior.model}" was inferred from; give the same`);
  return conditioned;
};

/** The importance weights of a fit; undefined for chains, whose draws count alike. @throws FluvialError where they cannot be used. */
export const weightsOf = <L>(
  who: string,
  posterior: Inferred<L>,
): Pick<Fit, "logRatios" | "logWeights"> | undefined => {
  checkInferred(who, posterior);
  if (posterior.kind !== "fit") return undefined;
  const { khat, logRatios, logWeights } = posterior;
  const reason = weightsRefused(khat, logRatios.length);
  if (reason !== undefined)
    fail(
      `${who}: this fit of "${posterior.model}" cannot stand for its posterior: ${reason}; take a richer guide, or sample`,
    );
  return { logRatios, logWeights };
};
