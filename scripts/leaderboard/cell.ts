/** All seeds of one guide on one posterior. */
import { type Failed, isDone } from "../jobs/lines.ts";
import { median } from "../jobs/markdown.ts";
import { type Errors, type Job, type Line, passes, type Result } from "./results.ts";

export interface Cell {
  readonly posterior: string;
  readonly guide: string;
  /** Every seed. */
  readonly lines: readonly Line[];
  readonly results: readonly Result[];
  readonly failures: readonly Failed<Job>[];
}

export const cellOf = (lines: readonly Line[], posterior: string, guide: string): Cell => {
  const own = lines.filter((line) => line.posterior === posterior && line.guide === guide);
  const failures = own.filter((line): line is Failed<Job> => !isDone(line));
  return { posterior, guide, lines: own, results: own.filter(isDone), failures };
};

/** The median over seeds; a seed that failed counts as `failed`. */
export const medianOf = (
  { results, failures }: Cell,
  of: (result: Result) => number | undefined,
  failed?: number,
): number => {
  const values = results.map(of).filter((value) => value !== undefined);
  return median(failed === undefined ? values : [...values, ...failures.map(() => failed)]);
};

export const khatOfCell = (cell: Cell): number => medianOf(cell, ({ fit }) => fit?.khat, Number.POSITIVE_INFINITY);

export const passed = ({ results }: Cell): number => results.filter(passes).length;

/** Whether most seeds passed. */
export const cellPasses = (cell: Cell): boolean => passed(cell) > cell.lines.length / 2;

/** How many seeds their verdicts begin with "Good". */
export const goods = ({ results }: Cell): number => results.filter(({ verdict }) => verdict.startsWith("Good")).length;

/** How far the reported rows may lie from the reference draws: means in its sds, sds as a ratio. */
export const nearness = { mean: 0.2, sd: 1.2 };

/** Whether the rows that a fit reports are near the reference: the corrected ones where the weights allow them, else the guide's own. */
export const isNear = (result: Result): boolean => {
  const errors = result.fit?.corrected ?? result.own;
  return errors.meanWorst <= nearness.mean && (sdFactor(errors) ?? Number.POSITIVE_INFINITY) <= nearness.sd;
};

/** Seeds that passed and whose rows are near. */
export const passedNear = ({ results }: Cell): number =>
  results.filter((result) => passes(result) && isNear(result)).length;

/** Verdicts that begin with "Good" over rows that are not near: what must not be. */
export const goodButWrong = ({ results }: Cell): Result[] =>
  results.filter((result) => result.verdict.startsWith("Good") && !isNear(result));

/** Fits that passed by k-hat alone: their verdicts are not "Good", and their rows are not near. */
export const passedButWrong = ({ results }: Cell): Result[] =>
  results.filter((result) => passes(result) && !result.verdict.startsWith("Good") && !isNear(result));

export type Which = (result: Result) => Errors | undefined;

export const own: Which = (result) => result.own;

export const corrected: Which = ({ fit }) => fit?.corrected;

/** The ratio farthest from 1 becomes one above 1, so that it has an order. */
export const sdFactor = (errors: Errors | undefined): number | undefined =>
  errors && Math.exp(Math.abs(Math.log(errors.sdWorst)));
