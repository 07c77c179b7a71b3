import { condition, hostKey } from "fluvial";
import { describe, expect, it } from "vitest";
import { densities } from "../../models/densities/index.ts";
import { latticeCentres, latticeDeviation } from "../../models/densities/mixtures.ts";
import { density2d } from "../../scripts/cif/density2d/index.ts";
import { pairs as flowPairs, flows } from "../../scripts/cif/density2d/settings.ts";
import { energies } from "../../scripts/cif/energies/index.ts";
import { pairs } from "../../scripts/cif/energies/settings.ts";
import { expectedOf, kindOf, trialSteps, trialsOf } from "../../scripts/cif/estimate.ts";
import type { Case, Cost, Experiment, Job, Outcome, Result, Steps } from "../../scripts/cif/experiment.ts";
import { countSpread, isBehind, paired, pairedSaid, spread } from "../../scripts/cif/figures.ts";
import { bases, guideSpec, kinds } from "../../scripts/cif/lattice/guide.ts";
import { lattice } from "../../scripts/cif/lattice/index.ts";
import { modesCovered } from "../../scripts/cif/lattice/modes.ts";
import { pictureStore } from "../../scripts/jobs/pictures.ts";
import type { Guide, GuideSpec, Sampler } from "../../src/core/density.ts";
import { hostValues } from "../../src/core/tensor.ts";
import { tidy } from "../../src/core/tidy.ts";
import { leaves } from "../../src/core/tree.ts";
import { key } from "../../src/ops/random.ts";

const target = condition(densities["lattice-9"].model, {}).at({});

const sizeOf = (tree: unknown): number => leaves(tree).reduce((sum, leaf) => sum + leaf.size, 0);

const parametersOf = (spec: Pick<GuideSpec, "for">): number =>
  tidy(() => sizeOf((spec.for(target) as Guide<unknown>).init(key(hostKey(1)))));

describe("modes covered", () => {
  it("are those that get a quarter of their fair share", () => {
    const centres = latticeCentres(3, 2);
    const { values } = densities["lattice-9"].sample(2000, 1);
    expect(modesCovered(values, centres, latticeDeviation)).toBe(9);
    // Of 100 draws a ninth is fair: three are enough for a mode, two are not.
    const draws = [...Array(95).fill([-2, -2]), ...Array(3).fill([0, 0]), ...Array(2).fill([2, 2])].flat();
    expect(modesCovered(draws, centres, latticeDeviation)).toBe(2);
    expect(modesCovered(Array(200).fill(1), centres, latticeDeviation)).toBe(0);
  });
});

describe("guides of the lattice", () => {
  it.each(kinds.flatMap((kind) => bases.map((base) => [kind, base] as const)))(
    "%s over %s draws with the term of the bound",
    (kind, base) => {
      tidy(() => {
        const guide = guideSpec(kind, base).for(target) as Guide<unknown, Sampler>;
        const { value, logQ } = guide.at(guide.init(key(hostKey(1)))).draw(key(hostKey(2)), [7]);
        expect([value.shape, logQ.shape]).toEqual([[7, 2], [7]]);
        expect([...hostValues(value), ...hostValues(logQ)].every(Number.isFinite)).toBe(true);
      });
    },
  );

  it("have their base beside the flow and nothing else", () => {
    const [plain, affine] = kinds.map((kind) => parametersOf(guideSpec(kind, 1)));
    expect(affine - plain).toBe(4);
    expect(parametersOf(guideSpec("spline", "learned")) - plain).toBe(1);
  });
});

describe("pairs at equal parameters", () => {
  it.each(Object.entries(pairs))("%s and the CIF over it agree within a tenth", (_, { base, indexed }) => {
    expect(Math.abs(parametersOf(indexed) / parametersOf(base) - 1)).toBeLessThan(0.1);
  });

  it.each(flowPairs)("%s and %s agree within a tenth", (base, indexed) => {
    const [own, other] = [base, indexed].map((row) => parametersOf(flows[row] as unknown as GuideSpec));
    expect(Math.abs(other / own - 1)).toBeLessThan(0.1);
  });
});

describe("figures over seeds", () => {
  const at = (means: readonly number[], se = 0.1) => means.map((mean, i) => ({ seed: i + 1, mean, se }));

  it("are medians with their range, of one fit its error", () => {
    expect(spread(at([-3, -1, -2]), 1)).toBe("**−2.0** (−3.0 to −1.0)");
    expect(spread(at([-3]), 1)).toBe("**−3.0** ± 0.1");
    expect([countSpread([9, 9]), countSpread([9, 8, 7, 9])]).toEqual(["9", "8.5 (7 to 9)"]);
  });

  it("of pairs are means of differences with their error over seeds", () => {
    // Differences 1, 2, 3: mean 2, standard deviation 1, error 1/√3.
    const gap = paired(at([2, 4, 6]), at([1, 2, 3]));
    expect([gap.mean, gap.seeds]).toEqual([2, 3]);
    expect(gap.se).toBeCloseTo(1 / Math.sqrt(3), 12);
    // Of one seed, the errors of both estimates: √(0.3² + 0.4²).
    expect(paired(at([1], 0.3), at([2, 5], 0.4)).se).toBeCloseTo(0.5, 12);
    expect(pairedSaid(paired(at([1]), []))).toBe("");
    expect([isBehind({ mean: -1, se: 0.4, seeds: 3 }), isBehind({ mean: -1, se: 0.6, seeds: 3 })]).toEqual([
      true,
      false,
    ]);
  });
});

/** The first seeds of an experiment with figures made up. */
const outcomeOf = <S extends Steps, F extends Cost>(
  { name, cases }: Experiment<S, F>,
  fitted: (one: Case<S>, seed: number) => F,
): Outcome<S, F> => {
  const jobs = [1, 2].flatMap((seed) =>
    cases.map(({ subject, row, setting }): Job<S> => ({ experiment: name, subject, row, setting, seed })),
  );
  const results = jobs.map((job): Result<S, F> => ({ ...job, ...fitted(job, job.seed), whole: 3 }));
  const failures = [{ ...jobs[0], error: "it broke | here" }];
  return { results: results.slice(1), failures, jobs, pictures: pictureStore("nowhere") };
};

const cost = { parameters: 1234, taken: 10, seconds: 2 };

describe("pages", () => {
  it("of the lattices say whether the CIF is behind", () => {
    const outcome = outcomeOf(lattice, ({ row, setting }, seed) => {
      const behind = setting.base === 0.1 ? -1 : 0.1;
      return { ...cost, elbo: (row === "cif" ? behind : 0) + 0.001 * seed, se: 0.01, khat: 0.5, modes: 9 };
    });
    const { name, text, sheets } = lattice.page(outcome);
    expect([name, sheets]).toEqual(["cif-lattice.md", {}]);
    expect(text).toContain("| lattice-9 | 0.1 | −1.000 ± 0.000 | 2 | **yes** |");
    expect(text).toContain("| lattice-16 | learned | +0.100 ± 0.000 | 2 | no |");
    expect(text).toContain("1 of 48 fits are missing");
    expect(text).toContain("- spline on lattice-9, seed 1: it broke | here");
    expect(text).toContain("20,000 steps of 1,000 draws");
  });

  it("of the energies have every flow beside its CIF", () => {
    const outcome = outcomeOf(energies, ({ row }) => ({
      ...cost,
      kl: row.startsWith("CIF") ? 0.02 : 0.05,
      se: 0.01,
      khat: 0.4,
    }));
    const { text } = energies.page(outcome);
    expect(text).toContain("| CIF over maf | **0.020** (0.020 to 0.020) |");
    expect(text).toContain("| maf | −0.030 ± 0.000 |");
  });

  it("of densities have both budgets", () => {
    const outcome = outcomeOf(density2d, ({ row }, seed) => ({
      ...{
        ...cost,
        test: { mean: -2, se: 0.1 },
        shortfall: { mean: 0.1 * seed, se: 0.01 },
        notFinite: 0,
        ending: "budget",
      },
      ...(row.startsWith("CIF") && { elbo: { mean: -3, se: 0.1 } }),
    }));
    const { text } = density2d.page(outcome);
    expect(text).toContain("| residual, 8 blocks | **0.150** (0.100 to 0.200) |  | **0.150** (0.100 to 0.200) |");
    expect(text).toContain(
      "| CIF over MAF, 5 layers | 1,234 | ≥ **−2.000** (−2.000 to −2.000) | **−3.000** (−3.000 to −3.000) |",
    );
    expect(text).toContain("At equal seconds:");
  });
});

describe("the estimate", () => {
  const job = (steps: number, seed = 1): Job => ({
    experiment: "lattice",
    subject: "lattice-9",
    row: "cif",
    setting: { steps },
    seed,
  });

  it("makes two short trials of each kind and adds up", () => {
    const jobs = [job(1020), job(1020, 2), { ...job(50), row: "spline" }];
    const trials = trialsOf(jobs);
    expect(trials.map(([one]) => [one.row, one.setting.steps])).toEqual(
      ["cif", "spline"].flatMap((row) => trialSteps.map((steps) => [row, steps])),
    );
    // Half a second a step after 5 seconds of starting and scoring.
    const results = trials.flat().map((one): Result => {
      const seconds = 0.5 * one.setting.steps;
      return { ...one, ...cost, seconds, whole: seconds + 5 };
    });
    const [indexed] = expectedOf(jobs, results);
    expect([indexed.kind, indexed.count]).toEqual([kindOf(jobs[0]), 2]);
    expect(indexed.seconds).toBeCloseTo(0.5 * 1020 + 5, 9);
  });
});
