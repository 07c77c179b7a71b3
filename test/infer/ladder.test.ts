import { type Fit, type FitProgress, fit, fromJson, logJoint, model, normal, real, toJson } from "fluvial";
import { describe, expect, it } from "vitest";
import eightSchools, { data as schools } from "../../models/eight-schools.ts";
import funnel from "../../models/funnel.ts";
import { resultOf, showJson } from "../../src/cli/result.ts";
import type { HostGradient } from "../../src/core/hostGradient.ts";
import { lostAmong, summitsOf } from "../../src/infer/ladder/lost.ts";
import type { Walk } from "../../src/infer/ladder/walk.ts";
import { bimodalTarget, gaussianTarget, type Known } from "./ladderTargets.ts";

const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

/** Whether the rows of a fit are right: means within 4.5 standard errors and a tenth of an sd, sds within 5 %. */
const isRight = ({ rows }: Pick<Fit, "rows">, truth: Pick<Known, "means" | "sds">): boolean =>
  rows.every(({ mean, sd, mcse = 0 }, i) => {
    const off = Math.abs(mean - truth.means[i]);
    return off < 4.5 * mcse && off < 0.1 * truth.sds[i] && Math.abs(sd / truth.sds[i] - 1) < 0.05;
  });

const saysGood = ({ verdict }: Pick<Fit, "verdict">): boolean => verdict.startsWith("Good");

/** What the ladder said of its rung by a guide. */
const rungOf = ({ ladder }: Pick<Fit, "ladder">, name: string) =>
  ladder?.rungs.find(({ method }) => method.startsWith(name));

describe("the verdict of a ladder", () => {
  for (const [from, to] of [
    [0.8, 0.99],
    [0, 0.1],
  ])
    it(`is Good on 20 normals with |ρ| from ${from} to ${to}, whose rows are right, at little cost`, async () => {
      for (const seed of upTo(20)) {
        const target = gaussianTarget(seed, from, to);
        const found = await fit(target.model, {}, { guide: "auto", seed });
        expect(isRight(found, target), `${seed}: rows`).toBe(true);
        expect(found.verdict, `${seed}`).toMatch(/^Good: k-hat 0\.00, and 4 independent chains agree/);
        expect(found.ladder?.accepted).toBe(true);
        expect(found.gradients).toBeLessThan(35_000);
      }
    });

  it("is Good where one of two modes is hidden from the start only if the rows are right all the same", async () => {
    let right = 0;
    let caught = 0;
    for (const seed of upTo(10))
      for (const second of [true, false]) {
        const target = bimodalTarget(seed, second);
        const found = await fit(target.model, {}, { guide: "auto", seed });
        const label = `${seed}, ${second ? "second" : "first"} hidden: ${found.verdict}`;
        expect(saysGood(found), label).toBe(isRight(found, target));
        if (saysGood(found)) right++;
        expect(found.ladder?.check?.peaks, label).toBe(2);
        // The guide that began at one mode, which k-hat alone would have let pass.
        const { state, why } = rungOf(found, "laplace") ?? {};
        expect(state, label).not.toBe("accepted");
        if (state === "passed") caught++;
        if (state === "passed") expect(why, label).toMatch(/disagree: it has next to no density over .*, around x\[/);
      }
    expect(right).toBeGreaterThanOrEqual(16);
    expect(caught).toBeGreaterThanOrEqual(16);
  });

  it("is not Good on the funnel", async () => {
    const found = await fit(funnel, {}, { guide: "auto" });
    const v = found.rows[0];
    expect(saysGood(found)).toBe(Math.abs(v.mean) < 0.3 && Math.abs(v.sd / 3 - 1) < 0.05);
    expect(found.verdict).toMatch(/MCMC .*is needed/);
    expect(found.ladder?.check?.doubt).toBeDefined();
  });
});

const line = model("line")
  .data("x", ["N"])
  .latent("slope", normal(0, 1))
  .observe("y", ({ x, slope }) => normal(x.mul(slope), 0.5), ["N"]);
const data = { x: upTo(40).map((i) => i / 40), y: upTo(40).map((i) => i / 30 + 0.3 * Math.sin(7 * i)) };

describe("a ladder", () => {
  it("tells what it tried, in the summary and in files", async () => {
    const reports = new Set<string | undefined>();
    const onProgress = ({ rung }: FitProgress): void => void reports.add(rung?.split(":")[0]);
    const { model, means } = bimodalTarget(2);
    const found = await fit(model, {}, { guide: "auto", seed: 2, onProgress });
    const back = fromJson(toJson(found)) as Fit;
    expect(back.ladder).toEqual(found.ladder);
    expect(back.summary()).toBe(found.summary());
    expect(JSON.parse(showJson(resultOf(found))).ladder).toEqual(JSON.parse(showJson(found.ladder)));
    const { rungs = [], gradients, budget, check } = found.ladder ?? {};
    const spent = rungs.reduce((sum, rung) => sum + rung.gradients, check?.gradients ?? 0);
    expect({ gradients, budget }).toEqual({ gradients: found.gradients, budget: 1_000_000 });
    // Two looks to either side of every coordinate, at the most, say whether the posterior is proper.
    expect(found.gradients).toBeGreaterThan(spent);
    expect(found.gradients).toBeLessThanOrEqual(spent + 4 * means.length + 2);
    expect(check?.regions.map((region) => Object.keys(region.means).length)).toEqual([means.length, means.length]);
    expect(found.summary()).toMatch(/\nlaplace +\d+ +[\d.]+ +[\d.-]+ +[\d.-]+ +passed\n(.*\n)*mixture .* accepted\n/);
    expect(found.summary()).toContain(`check: ${check?.gradients} gradients`);
    expect([...reports].sort()).toEqual(["check", "mixture"]);
  });

  it("keeps to its budget, and says what is left open where it is small", async () => {
    for (const budget of [1, 3_000]) {
      const { verdict, ladder, gradients } = await fit(line, data, { guide: "auto", budget });
      expect(verdict).toMatch(/^Use with care: k-hat .* the budget ran out .* Give it a larger budget/);
      expect(ladder?.accepted).toBe(false);
      // Laplace is never left out; the rest stops within a stretch of transitions.
      expect(gradients).toBeLessThan(budget + 3_000);
    }
  });

  it("stops where nothing can be accepted, and says so", async () => {
    const { ladder } = await fit(funnel, {}, { guide: "auto", seed: 1 });
    expect(ladder?.check?.doubt).toBeDefined();
    expect(
      ladder?.rungs.filter(({ method, state }) => /real-nvp|spline/.test(method) && state !== "skipped"),
    ).toHaveLength(1);
    expect(ladder?.rungs.at(-1)).toMatchObject({
      state: "skipped",
      why: expect.stringMatching(/cannot vouch for any guide/),
    });
  });

  it("takes what follows from a minibatch, and is checked on all data", async () => {
    const found = await fit(line, data, { guide: "auto", minibatch: { axis: "N", size: 10 } });
    expect(found.verdict).toMatch(/^Good/);
  });

  it("goes on where a rung fails, and says why each did where all do", async () => {
    const found = await fit(eightSchools, schools, { guide: "auto", budget: 20_000 });
    expect(rungOf(found, "laplace")).toMatchObject({ state: "failed", why: expect.stringMatching(/^laplace: /) });
    expect(found.verdict).toMatch(/^Do not trust: .* MCMC is needed/);
    const broken = logJoint({ name: "broken", latent: { x: real([2]) } }, ({ x }) => x.sum().mul(Number.NaN));
    await expect(fit(broken, {}, { guide: "auto", budget: 20_000 })).rejects.toThrow(
      /^fit: guide "auto": no rung could be fitted to broken within 20000 gradients: laplace.*; mean-field: /,
    );
  });

  for (const [options, message] of [
    [
      { guide: "autp" },
      'fit: guide: expected "auto" or a guide such as meanField(), got "autp" (did you mean "auto"?)',
    ],
    [{ guide: "auto", budget: 0 }, "fit: budget: expected a whole number from 1, got 0"],
    [{ budget: 10 }, 'fit: budget belongs to guide: "auto"; a guide of your own takes steps'],
    [{ guide: "auto", rate: 0.1 }, 'fit: rate: guide: "auto" sees to it by itself; leave it out'],
    [
      { guide: "auto", correct: false },
      'fit: correct: guide: "auto" judges guides by their corrected rows; leave it out',
    ],
  ] as const)
    it(`refuses ${JSON.stringify(options)}`, async () =>
      expect(fit(line, data, options as object)).rejects.toThrow(message));
});

describe("maxima that chains leave", () => {
  const centres = [
    [0, 0],
    [9, 0],
    [0, 30],
  ];
  const heights = [0, -1, -20];
  const gradient: HostGradient = {
    size: 2,
    at: ([x, y], out) => {
      const [nearest] = centres
        .map(([a, b], i) => ({ a, b, value: heights[i] - ((x - a) ** 2 + (y - b) ** 2) / 2 }))
        .sort((p, q) => q.value - p.value);
      out.set([nearest.a - x, nearest.b - y]);
      return nearest.value;
    },
  };
  const peaks = centres.map((centre, i) => ({ position: Float64Array.from(centre), value: heights[i], found: 1 }));
  const walk = (...draws: number[][]): Walk =>
    ({ draws: draws.map((each) => Float64Array.from(each)) }) as unknown as Walk;

  it("are those with mass that no draw lies near", () => {
    const lost = lostAmong(summitsOf(gradient, "f64", peaks) ?? [], 1e-3);
    expect(lost(walk([0.1, 1, 8, 1], [1, 1, 0, 0]))).toEqual([]);
    const [{ position, share }, ...others] = lost(walk([0.1, 1, 2, 1], [1, 1, 0, 0]));
    expect([...position, others.length]).toEqual([9, 0, 0]);
    expect(share).toBeCloseTo(Math.exp(-1) / (1 + Math.exp(-1)), 5);
  });

  it("are tops that a few Newton steps lead to, each once, not ends on a bent ridge", () => {
    const at = (...places: number[][]) =>
      places.map((place) => ({ position: Float64Array.from(place), value: -50, found: 1 }));
    const found = summitsOf(gradient, "f64", at([0.5, 1], [9, 0.5], [-1, 0]));
    expect(found?.map(({ position }) => position.map(Math.round))).toEqual([
      Float64Array.of(0, 0),
      Float64Array.of(9, 0),
    ]);
    // On the ridge y = x² of −x²/2 − (y − x²)²/0.02, a Newton step leads far off it.
    const bent: HostGradient = {
      size: 2,
      at: ([x, y], out) => {
        const off = (y - x * x) / 0.01;
        out.set([-x + 2 * x * off, -off]);
        return -(x * x) / 2 - (0.01 * off * off) / 2;
      },
    };
    const ends = [
      [1, 1],
      [0.1, 0.01],
    ].map((place) => ({ ...at(place)[0], value: -(place[0] ** 2) / 2 }));
    expect(summitsOf(bent, "f64", ends)?.map(({ position: [x] }) => x)).toEqual([0.1]);
  });
});

describe("targets that a new user tried", () => {
  it("two modes of one parameter: the mixture, by the chains though k-hat fails on a tail that adds nothing", async () => {
    // x² = 16 ± 2 with x ~ normal(0.2, 3): by quadrature the mean is 0.347, the sd 3.94.
    const two = model("two")
      .latent("x", normal(0.2, 3))
      .observe("d", ({ x }) => normal(x.square(), 2));
    const fitted = await fit(two, { d: 16 }, { guide: "auto", seed: 1 });
    expect(fitted.method).toMatch(/^mixture/);
    expect(fitted.verdict).toMatch(/^Good/);
    const [{ mean, sd, mcse = 0 }] = fitted.rows;
    expect(Math.abs(mean - 0.347)).toBeLessThan(4.5 * mcse + 0.01 * 3.94);
    expect(Math.abs(sd / 3.94 - 1)).toBeLessThan(0.02);
  });

  it("a ring: coordinates of a mode that is flat in one direction are not taken", async () => {
    const ring = model("ring")
      .latent("p", normal(0, 3), [2])
      .observe("r", ({ p }) => normal(p.square().sum().sqrt() as never, 0.2));
    const fitted = await fit(ring, { r: 4 }, { guide: "auto", seed: 1 });
    // log Z by quadrature is −1.7025.
    expect(fitted.elbo).toBeGreaterThan(-2.5);
    expect(fitted.elbo).toBeLessThan(-1.7025 + 4.5 * fitted.elboSe);
  });
});
