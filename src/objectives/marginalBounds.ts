import * as tf from "#tfjs";
import type { Sampler, Target } from "../core/density.ts";
import type { Key } from "../core/key.ts";
import type { Tensor } from "../core/tensor.ts";
import { within } from "../core/within.ts";
import { split } from "../ops/random.ts";
import { logDensityAt } from "./objective.ts";

/** A sampler with noise of its own that finds ways back from any z. */
export type Retraceable = Sampler & Required<Pick<Sampler, "retrace">>;

/** What `marginalBounds` gives, [draws] each. */
export interface MarginalBounds {
  readonly joint: Tensor;
  readonly lower: Tensor;
  readonly upper: Tensor;
}

/** log of the mean of exponentials over the first axis. */
const logMean = (values: Tensor): Tensor => values.logSumExp(0).sub(Math.log(values.shape[0]));

/**
 * The ELBO of the draws themselves, E[log p(z) − log q(z)] with the noise integrated out, from two sides. log q(z) is estimated by the
 * mean weight of `paths` ways back: with the way that made z among them too high in the mean, which gives `lower`, and without it too
 * low, which gives `upper`. `joint` are the terms of the bound that training sees, below `lower` in the mean. Sobolev & Vetrov 2019.
 */
export const marginalBounds = (
  target: Target,
  q: Retraceable,
  key: Key,
  { draws, paths }: { readonly draws: number; readonly paths: number },
): MarginalBounds => {
  const [forDraws, forPaths] = split(key, 2);
  const { value, logQ } = within("guide", () => (q.drawExactly ?? q.draw)(forDraws, [draws]));
  const copies = value.expandDims(0).tile([paths, 1, 1]);
  const back = within("guide", () => q.retrace(copies, forPaths));
  const logDensity = logDensityAt(target, value);
  return {
    joint: logDensity.sub(logQ),
    lower: logDensity.sub(logMean(tf.concat([logQ.expandDims(0), back]))),
    upper: logDensity.sub(logMean(back)),
  };
};
