import { describe, expect, it } from "vitest";
import { doubtOf, isRough, type Signs, wantsMore } from "../../../src/infer/ladder/doubt.ts";
import type { Reference } from "../../../src/infer/ladder/reference.ts";

const reference = (given: Partial<Reference> = {}): Reference => ({
  ...{ name: "a", mean: 0, sd: 2, meanError: 0.02, sdError: 0.02 },
  ...{ rhat: 1, ess: 1000, means: [0] },
  ...given,
});

/** Signs of chains that mixed well, but for what is given. */
const signs = (given: Partial<Signs> = {}): Signs => ({
  ...{ references: [reference()], divergences: 0, refused: 0, draws: 2000, ebfmi: [1, 0.9] },
  ...{ interrupted: false, basins: [{ chains: [0, 1], share: 1, error: 0 }], lost: [] },
  ...given,
});

const twoRegions = [0.6, 0.4].map((share, r) => ({ chains: [r], share, error: 0.01 }));

describe("doubts about chains", () => {
  it("are none where they mixed", () => expect(doubtOf(signs())).toBeUndefined());

  const mixing: readonly [string, Partial<Signs>, RegExp][] = [
    ["R-hat", { references: [reference({ rhat: 1.051 })] }, /^R-hat of a is 1\.05$/],
    ["ESS", { references: [reference({ ess: 399 })] }, /^the effective sample size of a is 399$/],
    [
      "ESS in a region",
      { references: [reference({ ess: 49 })], basins: twoRegions },
      /^the effective sample size of a is 49$/,
    ],
    ["the error of an sd", { references: [reference({ sdError: 0.21 })] }, /^the sd of a is known to 10\.5 % only$/],
  ];
  for (const [name, given, why] of mixing)
    it(`are dispelled by more draws: ${name}`, () => {
      const doubt = doubtOf(signs(given));
      expect(doubt?.why).toMatch(why);
      expect(doubt?.longerHelps).toBe(true);
      expect(doubtOf(signs({ ...given, interrupted: true }))).toMatchObject({
        why: expect.stringMatching(/^the budget ran out before the chains had drawn enough; /),
        longerHelps: false,
      });
    });

  const lasting: readonly [string, Partial<Signs>, RegExp][] = [
    ["refusals", { refused: 3, divergences: 1 }, /^3 of 2000 transitions were hardly accepted, 1 diverged/],
    ["E-BFMI", { ebfmi: [1, 0.29] }, /^E-BFMI is below 0\.3 in 1 of 2 chains$/],
    [
      "draws that are not finite",
      { references: [reference({ sd: Number.NaN, sdError: 0, rhat: 1 })] },
      /draws of a are not finite/,
    ],
    [
      "a maximum left",
      { lost: [{ position: Float64Array.of(3), share: 0.25 }] },
      /^no chain stayed at a maximum with about 25 % of the mass, at 3\.00 /,
    ],
    [
      "a mass not known",
      { basins: [twoRegions[0], { ...twoRegions[1], error: 0.1 }] },
      /^the masses of 2 regions .* could not be weighed$/,
    ],
  ];
  for (const [name, given, why] of lasting) it(`last: ${name}`, () => expect(doubtOf(signs(given))?.why).toMatch(why));

  it("that last are not walked on for", () => {
    expect(doubtOf(signs({ refused: 3 }))?.longerHelps).toBe(false);
    expect(doubtOf(signs({ refused: 3, references: [reference({ ess: 100 })] }))?.longerHelps).toBe(true);
  });

  it("name the worst scalar, and of several regions the sd's error is none", () => {
    const references = [reference({ ess: 300 }), reference({ name: "b", ess: 200 })];
    expect(doubtOf(signs({ references }))?.why).toBe("the effective sample size of b is 200");
    expect(doubtOf(signs({ references: [reference({ sdError: 1 })], basins: twoRegions }))).toBeUndefined();
  });
});

describe("steps that are too long for some places", () => {
  it("are those with more than a thousandth of transitions hardly accepted", () => {
    expect(isRough({ refused: 2, draws: 2000 })).toBe(false);
    expect(isRough({ refused: 3, draws: 2000 })).toBe(true);
  });
});

describe("chains without a doubt", () => {
  it("go on until sds are known to 3 %", () => {
    expect(wantsMore(signs({ references: [reference({ sdError: 0.07 })] }))).toBe(true);
    expect(wantsMore(signs({ references: [reference({ sdError: 0.05 })] }))).toBe(false);
    expect(wantsMore(signs({ references: [reference({ sdError: 0.11 })], basins: twoRegions }))).toBe(false);
  });
});
