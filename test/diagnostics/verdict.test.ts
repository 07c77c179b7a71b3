import { expect, it } from "vitest";
import { hostKey, hostUniforms } from "../../src/core/key.ts";
import { normalQuantile } from "../../src/core/special/normal.ts";
import { corrections } from "../../src/infer/fitting/corrected.ts";
import { fitVerdict } from "../../src/infer/fitting/verdict.ts";
import { chainsVerdict } from "../../src/infer/sampling/verdict.ts";
import type { Row } from "../../src/posterior/posterior.ts";

const row = (rhat: number): Row => ({
  name: "x",
  mean: 0,
  sd: 1,
  q5: -1.6,
  q50: 0,
  q95: 1.6,
  mcse: 0.02,
  rhat,
  essBulk: 2000,
  essTail: 2000,
});

it("prints an R-hat with as many digits as tell it from its threshold", () => {
  const said = (rhat: number): string => chainsVerdict({ rows: [row(rhat)], divergences: 0, draws: 4000, chains: 4 });
  expect(said(1.0103)).toContain("R-hat of x is 1.0103, above 1.01:");
  expect(said(1.01002)).toContain("R-hat of x is 1.01002, above 1.01:");
  expect(said(1.0234)).toContain("R-hat of x is 1.023, above 1.01:");
  expect(said(1.0099)).toMatch(/^Good: R-hat at most 1\.010,/);
  expect(said(1.01)).toMatch(/^Good: R-hat at most 1\.010,/);
});

it("names quantities that the importance weights cannot check, by their own k-hat", () => {
  const count = 4000;
  const next = hostUniforms(hostKey(1));
  const uniform = (): Float64Array => new Float64Array(count).map(() => next());
  const scalar = (values: Float64Array) => ({ shape: [1, count], values, coords: [] });
  // Weights of shape 0.2; y bounded, and v = u^-0.6, whose square has shape 1.2.
  const raw = uniform().map((u) => -0.2 * Math.log(u));
  const total = Math.log(raw.reduce((sum, w) => sum + Math.exp(w), 0));
  const logWeights = raw.map((w) => w - total);
  const draws = { y: scalar(uniform().map(normalQuantile)), v: scalar(uniform().map((u) => u ** -0.6)) };
  const found = corrections(draws, logWeights, raw);
  expect(found[0].khat).toBeLessThan(0.7);
  // The estimate from M = 190 tail draws has sd about (1 + k)/√M, and the prior draws it towards ½.
  expect(Math.abs((found[1].khat ?? 0) - (190 * 1.2 + 5) / 200)).toBeLessThan((4.5 * 2.2) / Math.sqrt(190));
  const evidence = { guide: "mean-field", khat: 0.2, threshold: 0.7, converged: true, skipped: 0, steps: 100 };
  expect(fitVerdict({ ...evidence, corrections: found })).toMatch(
    /^Use with care: k-hat 0\.20 passes, but the importance weights cannot check v \(k-hat 1\.\d\d\); try full-rank/,
  );
  expect(fitVerdict({ ...evidence, khat: 0, corrections: found })).not.toContain("cannot check");
  expect(fitVerdict({ ...evidence, corrections: corrections(draws, logWeights) })).not.toContain("cannot check");
});
