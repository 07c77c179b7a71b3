import { fail } from "../core/check.ts";
import type { HostKey } from "../core/key.ts";
import { range } from "../core/shape.ts";
import { shuffledPlaces } from "../core/shuffled.ts";
import type { FitDensityOptions } from "./options.ts";
import { contextOf, type Rows, rowsAt, rowsOf, type Samples } from "./samples.ts";

/** Rows with their contexts, where there are any. */
export interface Sample {
  readonly rows: Rows;
  readonly context?: Rows;
}

export interface Parted {
  readonly training: Sample;
  /** Undefined where all rows are trained on. */
  readonly validation?: Sample;
}

export const sampleAt = ({ rows, context }: Sample, places: readonly number[]): Sample => ({
  rows: rowsAt(rows, places),
  ...(context && { context: rowsAt(context, places) }),
});

/** Validation rows that tell one fit from another, at the least. */
const fewest = 2;

const parted = (who: string, all: Sample, fraction: number, key: HostKey): Parted => {
  if (!(fraction >= 0 && fraction < 1))
    fail(`${who}: validation: expected a fraction from 0 and below 1, or rows, got ${fraction}`);
  if (fraction === 0) return { training: all };
  const held = Math.max(fewest, Math.round(fraction * all.rows.count));
  const places = shuffledPlaces(key, all.rows.count);
  return { training: sampleAt(all, places.slice(held)), validation: sampleAt(all, places.slice(0, held)) };
};

const ownRows = (who: string, all: Sample, own: Samples, context: Samples | undefined): Parted => {
  const rows = rowsOf(`${who}: validation`, own, all.rows.size);
  if (rows.count < fewest) fail(`${who}: validation: expected at least ${fewest} rows, got ${rows.count}`);
  const beside = contextOf(`${who}: validation`, context, all.context?.size ?? 0, rows.count);
  return { training: all, validation: { rows, ...(beside && { context: beside }) } };
};

/** How many of some rows, with their contexts, stand among others too. */
export const countCopies = (of: Sample, among: Sample): number => {
  const whole = ({ rows, context }: Sample, place: number): string =>
    [rows, context].map((all) => all?.values.subarray(place * all.size, (place + 1) * all.size).join()).join(";");
  // One number tells most rows apart.
  const mark = ({ rows: { size, values } }: Sample, place: number): number => {
    let sum = 0;
    for (let j = 0; j < size; j++) sum += values[place * size + j] * Math.sqrt(j + 2);
    return sum;
  };
  const places = range(of.rows.count);
  const marks = new Set(places.map((place) => mark(of, place)));
  const alike = range(among.rows.count).filter((place) => marks.has(mark(among, place)));
  const known = new Set(alike.map((place) => whole(among, place)));
  return places.filter((place) => known.has(whole(of, place))).length;
};

/** Rows without which no density can be told. */
const leastRows = (size: number): number => Math.max(10, 2 * size);

/**
 * Samples parted into those that a density is trained on and those that it is watched on.
 * @throws FluvialError where rows, contexts or the fraction are no such, or too few rows are left to train on.
 */
export const partSamples = (who: string, samples: Samples, options: FitDensityOptions, key: HostKey): Parted => {
  const { validation = 0.1, validationContext } = options;
  const rows = rowsOf(who, samples);
  const given = options.context === undefined ? undefined : rowsOf(`${who}: context`, options.context);
  if (given && given.count !== rows.count)
    fail(`${who}: context: expected ${rows.count} rows, as many as samples, got ${given.count}`);
  const all: Sample = { rows, ...(given && { context: given }) };
  if (typeof validation === "number" && validationContext !== undefined)
    fail(`${who}: validationContext goes with validation rows of their own; these come out of the samples`);
  const made =
    typeof validation === "number"
      ? parted(who, all, validation, key)
      : ownRows(who, all, validation, validationContext);
  const { count, size } = made.training.rows;
  if (count < leastRows(size)) {
    const kept = rows.count - count;
    const beside = kept > 0 ? ` of ${rows.count}, ${kept} being kept for validation` : "";
    fail(`${who}: expected at least ${leastRows(size)} rows of ${size} numbers to train on, got ${count}${beside}`);
  }
  return made;
};
