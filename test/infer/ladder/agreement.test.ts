import { describe, expect, it } from "vitest";
import { agreementOf } from "../../../src/infer/ladder/agreement.ts";
import type { Reference } from "../../../src/infer/ladder/reference.ts";
import type { Row } from "../../../src/posterior/posterior.ts";

/** What chains say of a scalar with mean 0 and sd 1, known well unless said. */
const reference = (given: Partial<Reference> = {}): Reference => ({
  ...{ name: "a", mean: 0, sd: 1, meanError: 0.01, sdError: 0.01 },
  ...{ rhat: 1, ess: 10_000, means: [0] },
  ...given,
});

/** A row of a fit; its own errors are nil unless said. */
const row = (given: Partial<Row> = {}): Row =>
  ({ name: "a", mean: 0, sd: 1, mcse: 0, mcseSd: 0, q5: 0, q50: 0, q95: 0, ...given }) as Row;

const held = (fit: Partial<Row>, chains: Partial<Reference> = {}) => {
  const { off, unsure } = agreementOf([row(fit)], [reference(chains)]);
  return { off: off.map(({ of }) => of), unsure: unsure.map(({ of }) => of) };
};

const none = { off: [], unsure: [] };

describe("agreement of a fit with chains", () => {
  it("names what is beyond chance, from a tenth of an sd on", () => {
    expect(held({ mean: 0.09, sd: 0.91 })).toEqual(none);
    expect(held({ mean: 0.11 })).toEqual({ off: ["mean"], unsure: [] });
    expect(held({ sd: 0.89 })).toEqual({ off: ["sd"], unsure: [] });
    // Ten errors of the chains, but three of both: chance, at two figures and a false alarm in a thousand (|z| up to 3.48).
    expect(held({ sd: 0.89, mcseSd: 0.035 })).toEqual(none);
  });

  it("looks at the errors of all scalars together", () => {
    const many = (count: number): Reference[] =>
      Array.from({ length: count }, (_, i) => reference({ name: `a${i}`, meanError: 0.03 }));
    const off = (count: number): number =>
      agreementOf(
        [
          row({ name: "a0", mean: 0.11 }),
          ...many(count)
            .slice(1)
            .map(({ name }) => row({ name })),
        ],
        many(count),
      ).off.length;
    // z is 3.67; normal quantiles at 1 − 0.001 / (2 · 2) and 1 − 0.001 / (2 · 200) are 3.48 and 4.56 (scipy.stats.norm.ppf).
    expect([off(1), off(100)]).toEqual([1, 0]);
  });

  it("holds it against a fit where a difference is large, whatever chance may do", () => {
    const vague = { meanError: 0.5, sdError: 0.5 };
    expect(held({ mean: 0.26 }, vague).off).toEqual(["mean"]);
    expect(held({ sd: 1.26 }, vague).off).toEqual(["sd"]);
    expect(held({ mean: 0.24, sd: 0.76 }, vague).off).toEqual([]);
  });

  it("allows more where chains had to weigh regions", () => {
    const apart = { meanError: 0.5, sdError: 0.5, means: [-1, 1] };
    expect(held({ mean: 0.39, sd: 1.39 }, apart)).toEqual(none);
    expect(held({ mean: 0.41, sd: 1.41 }, apart).off.toSorted()).toEqual(["mean", "sd"]);
  });

  it("is unsure where errors could hide what is too large", () => {
    // Of an sd 0.11 and twice 0.05 are beyond 0.2, 0.09 and twice 0.05 are not; of a mean both are within 0.25.
    expect(held({ sd: 0.89 }, { sdError: 0.05 })).toEqual({ off: [], unsure: ["sd"] });
    expect(held({ sd: 0.91 }, { sdError: 0.05 })).toEqual(none);
    expect(held({ mean: 0.11 }, { meanError: 0.05 })).toEqual(none);
    expect(held({}, { meanError: 0.13 })).toEqual({ off: [], unsure: ["mean"] });
  });

  it("takes no notice of scalars of which the chains say nothing", () => {
    for (const says of [{ ess: 19 }, { rhat: 1.51 }]) expect(held({ mean: 5 }, says)).toEqual(none);
    expect(held({ mean: 5 }, { ess: 20, rhat: 1.5 }).off).toEqual(["mean"]);
    expect(agreementOf([row({ name: "b", mean: 5 })], [reference()]).off).toEqual([]);
  });

  it("puts the worst first, and says how far off the worst is", () => {
    const { off, worst } = agreementOf(
      [row({ mean: 0.5 }), row({ name: "b", sd: 1.3 })],
      [reference({ meanError: 0.1 }), reference({ name: "b" })],
    );
    expect(off.map(({ name }) => name)).toEqual(["b", "a"]);
    expect(worst.mean).toBeCloseTo(0.5, 12);
    expect(worst.sd).toBeCloseTo(0.3, 12);
    expect(worst.z).toBeCloseTo(30, 9);
  });

  it("does not take what is not a number for agreement", () => {
    expect(held({ mean: Number.NaN }).off).toEqual(["mean"]);
    expect(held({}, { sdError: Number.NaN }).off).toEqual([]);
    expect(held({}, { sdError: Number.NaN }).unsure).toEqual(["sd"]);
  });
});
