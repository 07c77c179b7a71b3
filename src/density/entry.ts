import * as tf from "#tfjs";
import type { Key } from "../core/key.ts";
import { fromHost, type Tensor } from "../core/tensor.ts";
import { uniform } from "../ops/random.ts";
import { logit } from "../transforms/logit.ts";
import type { Mapped } from "../transforms/transform.ts";
import type { ImageScale } from "./images.ts";
import type { Rows } from "./samples.ts";
import { logScaleOf, type Standard, standardised, unstandardised } from "./standard.ts";

/** How samples come to stand before a flow, and values of a flow become samples again. */
export interface Entry {
  /** Whether the way in draws random numbers. */
  readonly random: boolean;
  /** Rows on the host as a program takes them, and their contexts. */
  rows(rows: Rows): Float64Array;
  context(context: Rows): Rows;
  /** In a program, on x [n, size]: what the flow sees, with the log-determinant of that step alone, [n]. */
  into(x: Tensor, key: Key): Mapped;
  /** In a program, back. */
  outOf(y: Tensor): Tensor;
  /** Values of a program, back on the host. */
  samples(values: Float64Array): Float64Array;
  /** The log-determinant of what is done on the host, or is alike for all rows. */
  readonly logScale: number;
}

/** Rows are standardised on the host, in double: nothing is lost where a column lies far from 0. */
const realEntry = (standard: Standard): Omit<Entry, "context"> => ({
  random: false,
  rows: (rows) => standardised(rows, standard),
  into: (x) => ({ value: x, logDet: tf.zeros([x.shape[0]]) }),
  outOf: (y) => y,
  samples: (values) => unstandardised(values, standard),
  logScale: logScaleOf(standard),
});

/**
 * Uniform noise fills the gap to the next whole number (Theis, van den Oord & Bethge 2016, section 3.1), so that the density of the sum
 * bounds the probability of the pixels from below; then the logit, and the standard scale of that.
 */
const imageEntry = ({ levels, epsilon }: ImageScale, standard: Standard): Omit<Entry, "context"> => {
  const map = logit(epsilon);
  const [size] = [standard.means.length];
  const constants = (): readonly [Tensor, Tensor] => [fromHost(standard.means, [size]), fromHost(standard.sds, [size])];
  return {
    random: true,
    rows: ({ values }) => values,
    into: (x, key) => {
      const [means, sds] = constants();
      const { value, logDet } = map.forward(x.add(uniform(key, x.shape)).div(levels));
      return { value: value.sub(means).div(sds), logDet: logDet.sum(-1) };
    },
    outOf: (y) => {
      const [means, sds] = constants();
      const { value } = map.inverse(y.mul(sds).add(means));
      return value
        .mul(levels)
        .floor()
        .clipByValue(0, levels - 1);
    },
    samples: (values) => values,
    logScale: logScaleOf(standard) - size * Math.log(levels),
  };
};

/** @param contexts the scale of contexts; as they stand unless said. */
export const entryOf = (standard: Standard, images: ImageScale | undefined, contexts?: Standard): Entry => ({
  ...(images ? imageEntry(images, standard) : realEntry(standard)),
  context: (context) => (contexts ? { ...context, values: standardised(context, contexts) } : context),
});
