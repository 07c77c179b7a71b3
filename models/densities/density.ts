import type { Model, Points, Tensor } from "fluvial";
import { logAddExp, logJoint, real } from "fluvial";

/** A density to try inference on, and what is known of it. */
export interface TestDensity {
  /** Its latent is z [size], on the real line: the log joint is the log density but for the constant `logZ`. It takes no data. */
  readonly model: Model;
  /** How many numbers a point has. */
  readonly size: number;
  /** Log of the integral of exp(log joint), in nats; 0 where the density is normalised. */
  readonly logZ: number;
  /** The mean and the standard deviation of each number. */
  readonly mean: readonly number[];
  readonly sd: readonly number[];
  /** The frame of a picture of the first two numbers; 0.98 of the mass lies in it at the least. */
  readonly bounds: readonly [across: readonly [low: number, high: number], up: readonly [low: number, high: number]];
  /** `n` independent points [n, size] of the density itself; the same for the same seed, a whole number from 0. */
  readonly sample: (n: number, seed: number) => Points;
  /** Where it comes from. */
  readonly source: string;
}

/** A model of one latent `z` [size] from its log density. */
export const onVectors = (name: string, size: number, logDensity: (z: Tensor) => Tensor): Model =>
  logJoint({ name, latent: { z: real([size]) } }, ({ z }) => logDensity(z)) as unknown as Model;

/** A model of one latent `z` [2] from the log density of its two numbers, both scalars. */
export const onPlane = (name: string, logDensity: (x: Tensor, y: Tensor) => Tensor): Model =>
  onVectors(name, 2, (z) => {
    const [x, y] = z.unstack();
    return logDensity(x, y);
  });

/** −½ ((x − at) / width)². */
export const bump = (x: Tensor, at: Tensor | number, width: number): Tensor => x.sub(at).div(width).square().mul(-0.5);

/** √(x² + y²); at 0, where it has no slope, the slope is taken to be 0. */
export const radius = (x: Tensor, y: Tensor): Tensor => x.square().add(y.square()).maximum(1e-30).sqrt();

/** log Σ exp of scalars. */
export const logSum = (terms: readonly Tensor[]): Tensor => terms.reduce((sum, term) => logAddExp(sum, term));

/** The same square frame both ways. */
export const square = (half: number): TestDensity["bounds"] => [
  [-half, half],
  [-half, half],
];
