/** A distance between two distributions, estimated from draws. */
export interface DistanceEstimate {
  readonly name: string;
  readonly value: number;
  /** Monte Carlo standard error. */
  readonly error: number;
  /** The mean of the same estimate where both sets come from one distribution. */
  readonly ifSame: number;
  /** The probability of as large an estimate, were it one distribution. */
  readonly p: number;
}

const meanOf = (values: ArrayLike<number>): number => {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i];
  return sum / values.length;
};

export const varianceOf = (values: ArrayLike<number>): number => {
  const centre = meanOf(values);
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += (values[i] - centre) ** 2;
  return sum / (values.length - 1);
};

/** The share of values under the null hypothesis, the observed one among them, that are as large. */
export const pValue = (value: number, nulls: ArrayLike<number>): number => {
  let as = 1;
  for (let i = 0; i < nulls.length; i++) if (nulls[i] >= value) as++;
  return as / (nulls.length + 1);
};

export const meanNull = (nulls: ArrayLike<number>): number => meanOf(nulls);
