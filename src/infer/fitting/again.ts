import type { GuideSpec } from "../../core/density.ts";
import type { Precision } from "../../core/double.ts";
import { disposeTree } from "../../core/tree.ts";
import { defaultEngine } from "../../engine/choose.ts";
import type { Engine } from "../../engine/engine.ts";
import type { Coords, DataFor } from "../../model/data.ts";
import type { Model } from "../../model/model.ts";
import type { Fit } from "../../posterior/posterior.ts";
import { conditionAgain } from "../inferred.ts";
import { type FittedGuide, fittedGuide } from "./fittedGuide.ts";
import { type Ground, openGround } from "./ground.ts";

/** How the guide of a fit is had once more. */
export interface AgainOptions {
  /** The guide of the fit, where it is none of `guideSpecs`. */
  readonly guide?: GuideSpec;
  readonly coords?: Coords;
  /** f64 unless said. */
  readonly precision?: Precision;
  readonly engine?: Engine;
}

export const againOptionNames: readonly (keyof AgainOptions)[] = ["guide", "coords", "precision", "engine"];

/** A fitted guide on the ground of its model. */
export interface Again extends FittedGuide {
  readonly ground: Ground<unknown>;
}

/**
 * What `use` makes of the guide of a fit, with the parameters of the fit, before all is disposed of.
 * @throws FluvialError where the data are not those of the fit, or its guide cannot be made from it.
 */
export const withFittedGuide = async <L, D, G, R>(
  who: string,
  model: Model<L, D, G>,
  data: DataFor<D>,
  fitted: Fit<L & G>,
  { guide, coords, precision, engine = defaultEngine(precision) }: AgainOptions,
  use: (again: Again) => R,
): Promise<R> => {
  const conditioned = conditionAgain(who, model, data, fitted, coords);
  const ground = openGround(model as unknown as Model, conditioned, engine);
  try {
    const made = await fittedGuide(who, fitted, ground, guide);
    try {
      return use({ ...made, ground });
    } finally {
      disposeTree(made.parameters);
    }
  } finally {
    ground.dispose();
  }
};
