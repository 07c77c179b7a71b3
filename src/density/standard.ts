import { fail } from "../core/check.ts";
import type { Rows } from "./samples.ts";

/** Where each column lies and how far it spreads: what a flow sees is (x − mean) / sd. */
export interface Standard {
  readonly means: Float64Array;
  readonly sds: Float64Array;
}

/** Nothing moved. */
export const asItStands = (size: number): Standard => ({
  means: new Float64Array(size),
  sds: new Float64Array(size).fill(1),
});

const meansOf = ({ count, size, values }: Rows): Float64Array => {
  const means = new Float64Array(size);
  for (let at = 0; at < values.length; at++) means[at % size] += values[at] / count;
  return means;
};

/** Maximum-likelihood standard deviations, around the means. */
const sdsOf = ({ count, size, values }: Rows, means: Float64Array): Float64Array => {
  const sds = new Float64Array(size);
  for (let at = 0; at < values.length; at++) sds[at % size] += (values[at] - means[at % size]) ** 2 / count;
  return sds.map(Math.sqrt);
};

/** A spread that is rounding alone, in units of a column's mean. */
const rounding = 1e-13;

/** Means and standard deviations of the columns. @throws FluvialError where a column is constant, naming it. */
export const standardOf = (who: string, rows: Rows): Standard => {
  const means = meansOf(rows);
  const sds = sdsOf(rows, means);
  const constant = sds.findIndex((sd, column) => !(sd > rounding * Math.abs(means[column])));
  if (constant >= 0)
    fail(
      `${who}: column ${constant + 1} is ${rows.values[constant]} in every row: it has no density; leave that column out`,
    );
  return { means, sds };
};

export const standardised = ({ size, values }: Rows, { means, sds }: Standard): Float64Array =>
  values.map((value, at) => (value - means[at % size]) / sds[at % size]);

export const unstandardised = (values: Float64Array, { means, sds }: Standard): Float64Array =>
  values.map((value, at) => value * sds[at % means.length] + means[at % means.length]);

/** The log-determinant of x ↦ (x − mean) / sd. */
export const logScaleOf = ({ sds }: Standard): number => -sds.reduce((sum, sd) => sum + Math.log(sd), 0);
