import * as tf from "#tfjs";
import { checkOptions } from "../core/check.ts";
import type { Gaussian, GuideSpec } from "../core/density.ts";
import type { Tensor } from "../core/tensor.ts";
import { initialLogScale } from "../flows/guide.ts";
import { pushforward } from "../flows/pushforward.ts";
import { normal } from "../ops/random.ts";
import { standardLogProb } from "../ops/standardNormal.ts";
import { gaussianRate, normalEntropy } from "./gaussian.ts";

/** loc, logScale [size]. */
export interface MeanFieldParameters {
  readonly loc: Tensor;
  readonly logScale: Tensor;
}

/** Independent normals on the unconstrained scale. Kucukelbir, Tran, Ranganath, Gelman & Blei 2017, section 2.4. */
export const meanField = (options: Record<never, never> = {}): GuideSpec<Gaussian, MeanFieldParameters> => {
  checkOptions("mean-field", options, []);
  return {
    name: "mean-field",
    options: {},
    rate: gaussianRate,
    for: ({ size }) => ({
      init: (key) => ({ loc: normal(key, [size]).mul(0.1), logScale: tf.fill([size], initialLogScale) }),
      at: ({ loc, logScale }) => ({
        ...pushforward(size, (noise) => ({
          value: noise.mul(logScale.exp()).add(loc),
          logDet: logScale.sum().broadcastTo(noise.shape.slice(0, -1)),
        })),
        logProb: (z) => standardLogProb(z.sub(loc).div(logScale.exp())).sub(logScale.sum()),
        moments: () => ({ loc, variances: logScale.mul(2).exp() }),
        entropy: () => normalEntropy(size, logScale.sum()),
      }),
    }),
  };
};
