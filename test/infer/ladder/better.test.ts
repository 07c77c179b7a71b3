import { describe, expect, it } from "vitest";
import { better } from "../../../src/infer/ladder/better.ts";
import type { Judgement } from "../../../src/infer/ladder/judge.ts";
import type { Tried } from "../../../src/infer/ladder/known.ts";

interface Made {
  readonly elbo?: number;
  readonly elboSe?: number;
  readonly khat?: number;
  readonly passes?: boolean;
  readonly agrees?: boolean;
  readonly missed?: number;
  /** Log importance weights: uneven ones unless said. */
  readonly logRatios?: readonly number[];
}

/** A fit of which only what is compared is there. */
const tried = ({
  elbo = -10,
  elboSe = 0.01,
  khat = 0.5,
  passes = true,
  agrees,
  missed,
  logRatios = [0, 3],
}: Made): Tried => {
  const judged =
    agrees === undefined ? undefined : ({ agrees, coverage: missed && { missed } } as unknown as Judgement);
  const fit = { elbo, elboSe, khat, correction: { applied: passes }, logRatios: Float64Array.from(logRatios) };
  return { fit, judged } as unknown as Tried;
};

describe("the fit that is given where none is accepted", () => {
  const rules: readonly [string, Made, Made][] = [
    ["that the chains agree with, whatever the bound", { agrees: true, elbo: -20 }, { agrees: false }],
    ["of clearly higher bound, though k-hat refuses it", { elbo: -8.9, khat: 0.9, passes: false }, { khat: 0.1 }],
    ["that k-hat lets pass, where bounds are about as high", { khat: 0.6 }, { elbo: -9.1, khat: 0.8, passes: false }],
    ["that k-hat lets pass, where bounds are known badly", { khat: 0.6 }, { elbo: -8, elboSe: 0.3, passes: false }],
    [
      "that misses clearly less, whatever the bound and k-hat",
      { agrees: false, missed: 0.1, elbo: -20, khat: 2, passes: false },
      { agrees: false, missed: 0.5, khat: 0.1 },
    ],
    [
      "whose weights are nearly even though k-hat refuses it, beside one of the same bound whose are not",
      { khat: 2, passes: false, logRatios: [0, 0.1] },
      { khat: 0.9, passes: false },
    ],
    ["that misses least", { agrees: false, missed: 0.1, khat: 0.6 }, { agrees: false, missed: 0.15, khat: 0.1 }],
    ["of the smaller k-hat", { khat: 0.8, passes: false }, { khat: 0.9, passes: false }],
    [
      "whose bound is a number",
      { elbo: -1000, passes: false, khat: 1 },
      { elbo: Number.NEGATIVE_INFINITY, passes: false, khat: 9 },
    ],
  ];
  for (const [rule, one, other] of rules)
    it(`is the one ${rule}`, () => {
      const [first, second] = [tried(one), tried(other)];
      expect(better(first, second)).toBe(first);
      expect(better(second, first)).toBe(first);
    });

  it("is the first where nothing tells two apart", () => {
    const [first, second] = [tried({}), tried({})];
    expect(better(first, second)).toBe(first);
  });
});
