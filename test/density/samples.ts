/** Samples of known densities, from a seed. */
import { hostKey, hostUniforms } from "../../src/core/key.ts";
import { normalQuantile } from "../../src/core/special/normal.ts";

export interface Stream {
  uniform(): number;
  normal(): number;
}

export const stream = (seed: number): Stream => {
  const uniform = hostUniforms(hostKey(seed));
  return { uniform, normal: () => normalQuantile(uniform()) };
};

export const rowsFrom = (seed: number, count: number, row: (stream: Stream) => number[]): number[][] => {
  const from = stream(seed);
  return Array.from({ length: count }, () => row(from));
};

export const halfLog2Pi: number = 0.5 * Math.log(2 * Math.PI);
const logNormal = (x: number, mean: number, sd: number): number =>
  -halfLog2Pi - Math.log(sd) - 0.5 * ((x - mean) / sd) ** 2;

/** A parabola with noise, far from 0 and on unlike scales. */
export const bent = ({ normal }: Stream): number[] => {
  const a = normal();
  return [100 + 3 * a, 0.05 + 0.01 * (a * a + 0.4 * normal())];
};

/** Its log density. */
export const bentLogProb = ([x, y]: readonly number[]): number => {
  const a = (x - 100) / 3;
  return logNormal(x, 100, 3) + logNormal(y, 0.05 + 0.01 * a * a, 0.004);
};

export const meanOf = (values: ArrayLike<number>): number =>
  Array.from(values).reduce((a, b) => a + b, 0) / values.length;
