import type { Points } from "./points.ts";

/** Numbers between all pairs of some points, [count × count] row by row. */
export interface Pairwise {
  readonly count: number;
  readonly values: Float64Array;
}

/** Both sets as one, the first ones first. */
export const together = (a: Points, b: Points): Points => {
  const values = new Float64Array(a.values.length + b.values.length);
  values.set(a.values);
  values.set(b.values, a.values.length);
  return { count: a.count + b.count, size: a.size, values };
};

/** Squared Euclidean distances. */
export const squaredDistances = ({ count, size, values: x }: Points): Pairwise => {
  const values = new Float64Array(count * count);
  for (let i = 0; i < count; i++)
    for (let j = 0; j < i; j++) {
      let sum = 0;
      for (let k = 0; k < size; k++) sum += (x[i * size + k] - x[j * size + k]) ** 2;
      values[i * count + j] = sum;
      values[j * count + i] = sum;
    }
  return { count, values };
};

/** f of every pair, 0 on the diagonal. */
export const kernelled = ({ count, values }: Pairwise, f: (squared: number) => number): Pairwise => {
  const out = new Float64Array(values.length);
  for (let i = 0; i < count; i++)
    for (let j = 0; j < i; j++) {
      const value = f(values[i * count + j]);
      out[i * count + j] = value;
      out[j * count + i] = value;
    }
  return { count, values: out };
};

/** Pairs that the median is taken of, at the most. */
const mostPairs = 20_000;

/** The median of the distances, of an even selection where there are many pairs. */
export const medianDistance = ({ count, values }: Pairwise): number => {
  const pairs = (count * (count - 1)) / 2;
  const step = Math.max(1, Math.floor(pairs / mostPairs));
  const chosen: number[] = [];
  let at = 0;
  for (let i = 0; i < count; i++) for (let j = 0; j < i; j++) if (at++ % step === 0) chosen.push(values[i * count + j]);
  return Math.sqrt(Float64Array.from(chosen).sort()[chosen.length >> 1]);
};
