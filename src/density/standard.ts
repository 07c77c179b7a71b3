import { fail } from "../core/check.ts";
import { range } from "../core/shape.ts";
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

/** The power of 2 at or below each column's farthest value from its mean, so that its squares neither overflow nor vanish. */
const scalesOf = ({ size, values }: Rows, means: Float64Array): Float64Array => {
  const farthest = new Float64Array(size);
  for (let at = 0; at < values.length; at++)
    farthest[at % size] = Math.max(farthest[at % size], Math.abs(values[at] - means[at % size]));
  return farthest.map((far) => (far > 0 && Number.isFinite(far) ? 2 ** Math.floor(Math.log2(far)) : 1));
};

/** Maximum-likelihood standard deviations, around the means. */
const sdsOf = (rows: Rows, means: Float64Array): Float64Array => {
  const { count, size, values } = rows;
  const scales = scalesOf(rows, means);
  const squares = new Float64Array(size);
  for (let at = 0; at < values.length; at++)
    squares[at % size] += ((values[at] - means[at % size]) / scales[at % size]) ** 2 / count;
  return squares.map((square, column) => scales[column] * Math.sqrt(square));
};

/** A spread that is rounding alone, in units of a column's mean. */
const rounding = 1e-13;

/** Whether a column varies, by more than rounding and no more than numbers hold. */
const varies = ({ means, sds }: Standard, column: number): boolean =>
  sds[column] > rounding * Math.abs(means[column]) && sds[column] < Number.POSITIVE_INFINITY;

/** Refuses a column without a spread, or with one that numbers cannot tell or hold. */
const checkSpread = (who: string, { size, values }: Rows, standard: Standard): void => {
  const { means, sds } = standard;
  const odd = sds.findIndex((_, column) => !varies(standard, column));
  if (odd < 0) return;
  const column = `${who}: column ${odd + 1}`;
  if (values.every((value, at) => at % size !== odd || value === values[odd]))
    fail(`${column} is ${values[odd]} in every row: it has no density; leave that column out`);
  fail(
    `${column} spreads by ${sds[odd].toPrecision(3)} around ${means[odd].toPrecision(3)}, which is beyond floating point: shift or scale that column`,
  );
};

/**
 * Means and standard deviations of the columns.
 * @throws FluvialError where a column is constant, or spreads by no more than rounding, naming it.
 */
export const standardOf = (who: string, rows: Rows): Standard => {
  const means = meansOf(rows);
  const standard = { means, sds: sdsOf(rows, means) };
  checkSpread(who, rows, standard);
  return standard;
};

/** The same of contexts, of which a constant column is only moved. */
export const contextStandardOf = (context: Rows): Standard => {
  const means = meansOf(context);
  const standard = { means, sds: sdsOf(context, means) };
  return { means, sds: standard.sds.map((sd, column) => (varies(standard, column) ? sd : 1)) };
};

/** Least distance of the quartiles that columns of a density have, in standard deviations; a normal has 1.35. */
const leastMiddle = 0.01;

/**
 * The first column of standardised rows half of whose values lie close together, as far outliers, heavy tails or repeated values make it, and
 * the distance of its quartiles.
 */
export const unevenColumn = ({ count, size, values }: Rows): { column: number; middle: number } | undefined =>
  range(size)
    .map((column) => {
      const sorted = Float64Array.from({ length: count }, (_, row) => values[row * size + column]).sort();
      const quartile = (share: number): number => sorted[Math.floor(share * (count - 1))];
      return { column, middle: quartile(0.75) - quartile(0.25) };
    })
    .find(({ middle }) => middle < leastMiddle);

export const standardised = ({ size, values }: Rows, { means, sds }: Standard): Float64Array =>
  values.map((value, at) => (value - means[at % size]) / sds[at % size]);

export const unstandardised = (values: Float64Array, { means, sds }: Standard): Float64Array =>
  values.map((value, at) => value * sds[at % means.length] + means[at % means.length]);

/** The log-determinant of x ↦ (x − mean) / sd. */
export const logScaleOf = ({ sds }: Standard): number => -sds.reduce((sum, sd) => sum + Math.log(sd), 0);
