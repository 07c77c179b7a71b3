import { logJoint, type Model, real } from "fluvial";
import * as tf from "#tfjs";
import { fromHost, type Tensor } from "../../src/core/tensor.ts";

/** Targets with known moments, made from a seed. */
export interface Known {
  readonly model: Model<{ x: Tensor }, Record<never, never>>;
  /** Of x[0], x[1], … */
  readonly means: readonly number[];
  readonly sds: readonly number[];
}

/** mulberry32: uniforms in [0, 1). */
export const uniforms = (seed: number): (() => number) => {
  let a = seed >>> 0;
  return () => {
    a = (a + 0x6d2b79f5) >>> 0;
    let t = a;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
};

/** A two-dimensional normal of correlation ρ, |ρ| in (from, to), at a random place with random scales. */
export const gaussianTarget = (seed: number, from: number, to: number): Known & { readonly rho: number } => {
  const u = uniforms(seed);
  const rho = (u() < 0.5 ? -1 : 1) * (from + (to - from) * u());
  const means = [4 * u() - 2, 4 * u() - 2];
  const sds = [Math.exp(2 * u() - 1), Math.exp(2 * u() - 1)];
  const model = logJoint({ name: `gaussian-${seed}`, latent: { x: real([2]) } }, ({ x }) => {
    const [a, b] = tf.unstack(x.sub(fromHost(means, [2])).div(fromHost(sds, [2])));
    return a
      .square()
      .add(b.square())
      .sub(a.mul(b).mul(2 * rho))
      .div(-2 * (1 - rho * rho));
  });
  return { model, means, sds, rho };
};

/** Two normals apart, one of them near 0 and the other out of reach of starts in (−2, 2). */
export interface Bimodal extends Known {
  readonly size: number;
  /** Of the hidden one. */
  readonly weight: number;
  readonly distance: number;
  readonly hidden: readonly number[];
}

/** @param second whether the second normal is the one that is hidden; else the first is. */
export const bimodalTarget = (seed: number, second = true): Bimodal => {
  const u = uniforms(1000 + seed);
  const size = 2 + Math.floor(4 * u());
  const distance = 7 + 5 * u();
  const weight = 0.2 + 0.6 * u();
  const scales = [0.6 + 0.4 * u(), 0.6 + 0.4 * u()];
  const raw = Array.from({ length: size }, () => 2 * u() - 1);
  const length = Math.hypot(...raw);
  const near = raw.map(() => 0.6 * u() - 0.3);
  const far = raw.map((x, i) => near[i] + (distance * x) / length);
  const weights = [1 - weight, weight];
  const centres = second ? [near, far] : [far, near];
  const model = logJoint({ name: `bimodal-${seed}`, latent: { x: real([size]) } }, ({ x }) =>
    tf
      .stack(
        centres.map((centre, k) =>
          x
            .sub(fromHost(centre, [size]))
            .div(scales[k])
            .square()
            .sum()
            .mul(-0.5)
            .add(Math.log(weights[k]) - size * Math.log(scales[k])),
        ),
      )
      .logSumExp(),
  );
  const [a, b] = centres;
  const means = a.map((_, i) => weights[0] * a[i] + weights[1] * b[i]);
  const about = (k: number, i: number): number => weights[k] * (scales[k] ** 2 + (centres[k][i] - means[i]) ** 2);
  const sds = a.map((_, i) => Math.sqrt(about(0, i) + about(1, i)));
  return { model, means, sds, size, weight: second ? weight : 1 - weight, distance, hidden: far };
};
