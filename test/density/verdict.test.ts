import { describe, expect, it } from "vitest";
import * as tf from "#tfjs";
import { inDouble } from "../../src/core/double.ts";
import { fromHost, hostValues, type Scalar } from "../../src/core/tensor.ts";
import { outlierScoresOf, typicalityOf } from "../../src/density/outliers.ts";
import { scoreOf } from "../../src/density/score.ts";
import { densityVerdict, type Judged } from "../../src/density/summary.ts";
import { adam } from "../../src/optimise/adam.ts";
import { withWeightDecay } from "../../src/optimise/weightDecay.ts";
import { stream } from "./samples.ts";

const score = (mean: number, se = 0.01) => ({ mean, se, bitsPerDim: 0, count: 100 });
const judged: Judged = {
  ending: "levelled",
  steps: 900,
  bestStep: 500,
  skipped: 0,
  training: score(-1),
  heldOut: score(-1.02),
};
const verdict = (changes: Partial<Judged>): string => densityVerdict({ ...judged, ...changes }, 2);

describe("the verdict", () => {
  it.each([
    [{}, "The log-likelihood of the validation rows has levelled off after 900 steps."],
    [{ ending: "fell" }, "The validation rows grew less likely after step 500: the parameters of that step are kept."],
    [{ ending: "budget" }, "All 900 steps were taken before the log-likelihood had levelled off: give it more."],
    [{ ending: "interrupted" }, "Training was stopped; the parameters of step 500 are kept."],
    [{ heldOut: score(-2) }, "It overfits: training rows are 1.00 nats likelier than validation rows"],
    [{ skipped: 3 }, "3 of 900 steps were not finite and were skipped."],
    [{ heldOut: { ...score(-1), count: 9 } }, "Only 9 validation rows chose where to stop"],
    [{ uneven: { column: 1, middle: 2.34e-9 } }, "Half of the values of column 2 lie within 2.3e-9 of its standard"],
    [{ copies: 6 }, "6 of 100 validation rows stand among the training rows too"],
    [{ heldOut: score(Number.NEGATIVE_INFINITY) }, "Do not use it: some of the validation rows lie so far out"],
    [{ heldOut: undefined }, "There were no validation rows: whether it overfits is not known."],
  ] as const)("%#", (changes, sentence) => expect(verdict(changes)).toContain(sentence));

  it("says nothing of copies that are few", () => expect(verdict({ copies: 5 })).not.toContain("stand among"));

  it("calls no gap overfitting that chance or nothing accounts for", () => {
    expect(verdict({ heldOut: score(-1.2, 0.1) })).not.toContain("overfits");
    expect(verdict({ heldOut: score(-1.09, 0.001) })).not.toContain("overfits");
  });
});

it("a score is a mean with its standard error", () => {
  const { mean, se, bitsPerDim, count } = scoreOf(Float64Array.from([1, 2, 3, 6]), 2);
  expect([mean, count]).toEqual([3, 4]);
  expect(se).toBeCloseTo(Math.sqrt(14 / 3 / 4), 14);
  expect(bitsPerDim).toBeCloseTo(-3 / 2 / Math.LN2, 14);
});

it("outlier scores count the validation rows below", () => {
  const { share } = outlierScoresOf(Float64Array.from([0, 2, 5]), Float64Array.from([3, 1, 2, 4]));
  expect([...share]).toEqual([0.2, 0.6, 1]);
});

it("p-values of typical batches are uniform, even where batches are as large as the validation set", () => {
  const { normal } = stream(3);
  const draw = (count: number) => Float64Array.from({ length: count }, normal);
  const pValues = Array.from(
    { length: 300 },
    (_, seed) => typicalityOf(draw(60), draw(60), { batches: 100, seed }).pValue,
  );
  for (const level of [0.1, 0.5]) {
    const below = pValues.filter((each) => each <= level).length / 300;
    expect(Math.abs(below - level), `at ${level}`).toBeLessThan(4.5 * Math.sqrt((level * (1 - level)) / 300) + 0.02);
  }
});

it("weight decay draws parameters towards 0 beside the gradient's step", () =>
  inDouble(() =>
    tf.tidy(() => {
      const now = { step: fromHost([0], []), beta: fromHost([1], []), rate: fromHost([0.1], []) } as Record<
        "step" | "beta" | "rate",
        Scalar
      >;
      const step = (decay: number): number => {
        const optimiser = withWeightDecay(adam(), decay);
        const params = { w: fromHost([3], [1]) };
        return hostValues(optimiser.update(params, { w: fromHost([2], [1]) }, optimiser.init(params), now)[0].w)[0];
      };
      expect(step(0)).toBeCloseTo(3 - 0.1, 8);
      expect(step(0.5)).toBeCloseTo(3 - 0.1 - 0.1 * 0.5 * 3, 8);
    }),
  ));
