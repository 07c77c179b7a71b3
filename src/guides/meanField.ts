import * as tf from "#tfjs";
import { checkOptions } from "../core/check.ts";
import type { Density, GuideSpec } from "../core/density.ts";
import type { Tensor } from "../core/tensor.ts";
import { initialLogScale } from "../flows/guide.ts";
import { normal } from "../ops/random.ts";
import { standardLogProb } from "../ops/standardNormal.ts";
import { gaussianRate } from "./gaussian.ts";

/** loc, logScale [size]. */
export interface MeanFieldParameters {
  readonly loc: Tensor;
  readonly logScale: Tensor;
}

/** Independent normals on the unconstrained scale. Kucukelbir, Tran, Ranganath, Gelman & Blei 2017, section 2.4. */
export const meanField = (options: Record<never, never> = {}): GuideSpec<Density, MeanFieldParameters> => {
  checkOptions("mean-field", options, []);
  return {
    name: "mean-field",
    options: {},
    rate: gaussianRate,
    for: ({ size }) => ({
      init: (key) => ({ loc: normal(key, [size]).mul(0.1), logScale: tf.fill([size], initialLogScale) }),
      at: ({ loc, logScale }) => ({
        draw: (key, batch = []) => {
          const noise = normal(key, [...batch, size]);
          return { value: noise.mul(logScale.exp()).add(loc), logQ: standardLogProb(noise).sub(logScale.sum()) };
        },
        logProb: (z) => standardLogProb(z.sub(loc).div(logScale.exp())).sub(logScale.sum()),
      }),
    }),
  };
};
