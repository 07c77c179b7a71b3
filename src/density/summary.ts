import { showBound } from "../posterior/summary.ts";
import type { Ending } from "./course.ts";
import type { StoredDensity } from "./fitted.ts";
import type { Score } from "./score.ts";

/** What a verdict rests on. */
export interface Judged {
  readonly ending: Ending;
  readonly steps: number;
  readonly bestStep: number;
  readonly skipped: number;
  readonly training: Score;
  readonly heldOut?: Score;
  /** How many of the validation rows stand among the training rows too; 0 unless said. */
  readonly copies?: number;
  /** A column half of whose values lie close together, and how close, in standard deviations. */
  readonly uneven?: { readonly column: number; readonly middle: number };
}

/** Standard errors beyond which a difference is one. */
const beyondChance = 4;
/** A gap between training and validation rows that is worth a word, in nats a dimension. */
const wideGap = 0.05;

const endings: Readonly<Record<Ending, (judged: Judged) => string>> = {
  levelled: ({ steps, heldOut }) =>
    `The log-likelihood of the ${heldOut ? "validation" : "training"} rows has levelled off after ${steps} steps.`,
  fell: ({ bestStep, heldOut }) =>
    heldOut
      ? `The validation rows grew less likely after step ${bestStep}: the parameters of that step are kept.`
      : `The training rows grew less likely after step ${bestStep}, whose parameters are kept: try a lower rate.`,
  budget: ({ steps }) => `All ${steps} steps were taken before the log-likelihood had levelled off: give it more.`,
  interrupted: ({ bestStep }) => `Training was stopped; the parameters of step ${bestStep} are kept.`,
};

/** How training ended, or that nothing can be said of it. */
const endingOf = (judged: Judged): string => {
  const { training, heldOut } = judged;
  return Number.isFinite(heldOut?.mean ?? training.mean)
    ? endings[judged.ending](judged)
    : `Do not use it: some of the ${heldOut ? "validation" : "training"} rows lie so far out that their density is 0 in floating point, so that the best parameters are not known; look for outliers.`;
};

/** Validation rows below which they choose by chance. */
const enoughToChoose = 20;

const fewOf = ({ heldOut }: Judged): readonly string[] =>
  heldOut && heldOut.count < enoughToChoose
    ? [`Only ${heldOut.count} validation rows chose where to stop: their score flatters; give more.`]
    : [];

const unevenOf = ({ uneven }: Judged): readonly string[] =>
  uneven
    ? [
        `Half of the values of column ${uneven.column + 1} lie within ${Number(uneven.middle.toPrecision(2))} of its standard deviations: look for outliers or repeated values, or take logarithms.`,
      ]
    : [];

/** A share of copies among the validation rows that is worth a word. */
const manyCopies = 0.05;

const copiesOf = ({ copies = 0, heldOut }: Judged): readonly string[] =>
  heldOut && copies > manyCopies * heldOut.count
    ? [
        `${copies} of ${heldOut.count} validation rows stand among the training rows too: their score hides overfitting.`,
      ]
    : [];

/** Whether training rows are likelier than validation rows beyond chance, and by how much. */
const gapOf = ({ training, heldOut }: Judged, size: number): number => {
  if (!heldOut) return 0;
  const gap = training.mean - heldOut.mean;
  return gap > beyondChance * Math.hypot(training.se, heldOut.se) && gap > wideGap * size ? gap : 0;
};

/** A sentence or two on how far to trust a density. */
export const densityVerdict = (judged: Judged, size: number): string => {
  const { skipped, steps, heldOut } = judged;
  const gap = gapOf(judged, size);
  return [
    endingOf(judged),
    ...unevenOf(judged),
    ...fewOf(judged),
    ...copiesOf(judged),
    ...(gap > 0
      ? [
          `It overfits: training rows are ${gap.toFixed(2)} nats likelier than validation rows; try a smaller flow, weightDecay, or more samples.`,
        ]
      : []),
    ...(skipped > 0 ? [`${skipped} of ${steps} steps were not finite and were skipped.`] : []),
    ...(heldOut ? [] : ["There were no validation rows: whether it overfits is not known."]),
  ].join(" ");
};

const scoreLine = (name: string, { mean, se, bitsPerDim, count }: Score): string =>
  `${name}: ${showBound(mean, se)} nats a row (${bitsPerDim.toFixed(4)} bits/dim), ${count} rows`;

const countOf = ({ parameters }: StoredDensity): number =>
  Object.values(parameters).reduce((sum, { values }) => sum + values.length, 0);

/** The whole of a density in a few lines. */
export const densitySummary = (density: StoredDensity): string =>
  [
    `${density.method}, ${density.size} dimensions${density.context > 0 ? ` given ${density.context}` : ""}, ${countOf(density)} parameters: ${density.steps} steps in ${density.seconds.toFixed(1)} s`,
    ...(density.training ? [scoreLine("training", density.training)] : []),
    ...(density.heldOut ? [scoreLine("validation, which chose where to stop", density.heldOut)] : []),
    density.verdict,
  ].join("\n");
