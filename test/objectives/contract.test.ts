import { describe, expect, it } from "vitest";
import * as tf from "#tfjs";
import type { Density, Guide, Sampler } from "../../src/core/density.ts";
import { inDouble } from "../../src/core/double.ts";
import { hostKey } from "../../src/core/key.ts";
import type { Scalar, Tensor } from "../../src/core/tensor.ts";
import { leaves, mapTree, rebuild } from "../../src/core/tree.ts";
import { plainOptions } from "../../src/infer/plainOptions.ts";
import {
  chi,
  dreg,
  elbo,
  forwardKl,
  gaussianElbo,
  iwae,
  type Objective,
  objectiveSpecs,
  renyi,
  scoreFunction,
  stickTheLanding,
} from "../../src/objectives/index.ts";
import { gradient } from "../../src/ops/gradient.ts";
import { key } from "../../src/ops/random.ts";
import { stopGradient } from "../../src/ops/stopGradient.ts";
import { expectEnginesAgree } from "../engine/compiled/agreement.ts";
import { hostOf, int } from "../engine/trace/both.ts";
import { guideFor, guides } from "../guides/table.ts";
import { mostZ } from "../ops/statistics.ts";
import { at, lineGuide, lineTarget } from "./line.ts";
import { averages, nowWith, type Trial, valuesAndSlopes } from "./many.ts";

const defaults: Readonly<Record<string, object>> = {
  elbo: { draws: 8 },
  "stick-the-landing": { draws: 8 },
  "gaussian-elbo": { draws: 8, prior: "analytic" },
  iwae: { samples: 8, draws: 1 },
  dreg: { samples: 8, draws: 1 },
  renyi: { alpha: 0.5, samples: 8, draws: 1 },
  chi: { order: 2, samples: 16, draws: 1 },
  "forward-kl": { samples: 64 },
  "score-function": { draws: 16, baseline: "leave-one-out" },
};

it("every objective is known by its name, with all options at their defaults, in records too", () => {
  const made = Object.fromEntries(Object.values(objectiveSpecs).map((make) => [make().name, make().options]));
  expect(made).toEqual(defaults);
  expect(Object.keys(objectiveSpecs)).toEqual(Object.keys(defaults));
  const recorded = plainOptions({ objective: iwae({ samples: 5 }), other: () => 1 });
  expect(recorded).toEqual({ objective: { name: "iwae", options: { samples: 5, draws: 1 } } });
});

it("says how many draws a step takes", () => {
  const counts = [
    elbo(),
    iwae(),
    dreg({ samples: 3, draws: 5 }),
    chi(),
    renyi({ draws: 2 }),
    forwardKl(),
    scoreFunction(),
  ];
  expect(counts.map(({ draws }) => draws)).toEqual([8, 8, 15, 16, 16, 64, 16]);
});

const target = (size: number) => ({
  size,
  logDensity: (z: Tensor): Tensor => z.sin().sub(z.square().mul(0.5)).sum(-1).sub(z.sum(-1).square().mul(0.1)),
  constrain: (z: Tensor): Tensor => z,
});

/** What each objective needs of a guide: rows of the table of guides. */
const suited: Readonly<Record<string, readonly string[]>> = {
  elbo: ["langevin"],
  "stick-the-landing": ["maf", "cif over a closed flow", "whitened, cif"],
  "gaussian-elbo": ["full-rank", "low-rank 2"],
  iwae: ["full-rank", "planar", "continuous, by the trace's estimate", "langevin"],
  dreg: ["full-rank", "real-nvp", "cif over a closed flow"],
  renyi: ["maf", "langevin"],
  chi: ["mean-field", "real-nvp"],
  "forward-kl": ["low-rank 2", "real-nvp"],
  "score-function": ["full-rank", "maf"],
};

describe.each(Object.entries(objectiveSpecs))("%s", (name, make) => {
  const objective = make() as unknown as Objective;

  it.each(suited[name])("compiles to what eager gives, value and gradient, with %s", (guideName) => {
    const row = guides[guideName];
    const form = inDouble(() =>
      mapTree(guideFor(row, 2).init(key(hostKey(1))), (leaf, i) => leaf.add(tf.scalar(0.05 * (i + 1)))),
    );
    const arrays = inDouble(() => leaves(form).map(hostOf));
    const step = ([drawKey, ...given]: Tensor[]): unknown => {
      const made = gradient((params: unknown) =>
        objective(target(2), guideFor(row, 2).at(params) as Sampler, drawKey as never, nowWith(0.7)),
      )(rebuild(form, given));
      return [made.value, ...leaves(made.gradient)];
    };
    expectEnginesAgree(`${name}, ${guideName}`, step, [int([2], [7, 11]), ...arrays], { precision: "f64" });
  });

  it("takes a mixture, or says why not", () => {
    const parts = guideFor(guides["mean-field"], 2);
    const params = inDouble(() => parts.init(key(hostKey(1))));
    const half = (q: Density): Density => ({
      ...q,
      stratified: (from, draws) => {
        const { value, logQ } = q.draw(from, [draws]);
        return { value, logQ, logShare: tf.fill([draws], -Math.log(draws)) };
      },
    });
    const loss = (q: Sampler): number => objective(target(2), q, key(hostKey(2)), nowWith(1)).dataSync()[0];
    inDouble(() =>
      tf.tidy(() => {
        const plain = parts.at(params) as Density;
        if (name === "dreg") expect(() => loss(half(plain))).toThrow("use iwae()");
        else expect(loss(half(plain))).toBeCloseTo(loss(plain), 12);
      }),
    );
  });
});

describe("a guide that lacks what an objective needs is refused, with what to take instead", () => {
  const run = (objective: unknown, q: Sampler) => () =>
    (objective as Objective)(lineTarget, q, key(hostKey(1)), nowWith(1));
  const sampler: Sampler = { draw: (from, batch = []) => (lineGuide.at(at as never) as Sampler).draw(from, batch) };

  it.each([
    [stickTheLanding(), "stick-the-landing", "elbo()"],
    [dreg(), "dreg", "iwae()"],
    [chi(), "chi", "iwae()"],
    [forwardKl(), "forward-kl", "iwae()"],
    [scoreFunction(), "score-function", "elbo()"],
  ])("%s", (objective, name, instead) =>
    expect(run(objective, sampler)).toThrow(
      `${name}: the guide has no log density away from its own draws; use ${instead}, or a guide that has one`,
    ),
  );

  it("gaussian-elbo", () =>
    expect(run(gaussianElbo(), { ...sampler, logProb: (z: Tensor) => z.sum(-1) } as Density)).toThrow(
      "gaussian-elbo: the guide's entropy has no closed form; use elbo(), or a normal guide",
    ));
});

describe("options are refused", () => {
  it.each([
    [() => iwae({ samples: 0 }), "iwae: samples: expected a whole number from 1, got 0"],
    [() => dreg({ draws: 1.5 }), "dreg: draws: expected a whole number from 1, got 1.5"],
    [() => iwae({ sample: 2 } as object), 'iwae: unknown option "sample" (did you mean "samples"?)'],
    [
      () => renyi({ alpha: -1 }),
      "renyi: alpha: expected a number from 0, got -1; for the upper bounds of α < 0 use chi(",
    ],
    [() => renyi({ alpha: Number.NaN }), "renyi: alpha: expected a number from 0, got NaN"],
    [() => chi({ order: 1 }), "chi: order: expected a number above 1, got 1"],
    [() => chi({ samples: 1 }), "chi: samples: expected a whole number from 2, got 1"],
    [() => forwardKl({ samples: 1 }), "forward-kl: samples: expected a whole number from 2, got 1"],
    [() => scoreFunction({ draws: 1 }), "score-function: draws: expected a whole number from 2, got 1"],
    [
      () => scoreFunction({ baseline: "mean" as never }),
      'score-function: baseline: expected "leave-one-out" or "none", got "mean"',
    ],
    [
      () => gaussianElbo({ prior: "exact" as never }),
      'gaussian-elbo: prior: expected "analytic" or "draws", got "exact"',
    ],
  ])("%#", (make, message) => expect(make).toThrow(message));
});

describe("the score function", () => {
  const trial: Trial = { target: lineTarget, guide: lineGuide, at };

  it("is less noisy with the others' mean taken off, and unbiased with and without", () => {
    // A log evidence away from 0, as those of models are.
    const low = { ...trial, target: { ...lineTarget, logDensity: (z: Tensor) => lineTarget.logDensity(z).sub(5) } };
    const [none, others] = (["none", "leave-one-out"] as const).map((baseline) =>
      averages(scoreFunction({ draws: 8, baseline }), low, 8_000),
    );
    const path = averages(elbo({ draws: 8 }), low, 8_000);
    for (const part of [0, 1, 2]) {
      for (const each of [none, others])
        expect(Math.abs(each[part].mean - path[part].mean)).toBeLessThan(
          mostZ * Math.hypot(each[part].error, path[part].error),
        );
      if (part > 0) expect(none[part].variance / others[part].variance).toBeGreaterThan(5);
    }
  });

  it("needs no draws that follow the parameters, nor a gradient of the model", () => {
    const still = {
      ...trial,
      guide: {
        at: (params: never): Density => {
          const q = lineGuide.at(params) as Density;
          return {
            logProb: q.logProb,
            draw: (from, batch) => {
              const { value, logQ } = q.draw(from, batch);
              return { value: stopGradient(value), logQ: stopGradient(logQ) };
            },
          };
        },
      } as unknown as Pick<Guide<never, never>, "at">,
      target: { ...lineTarget, logDensity: (z: Tensor) => stopGradient(lineTarget.logDensity(z)) as Scalar },
    };
    for (const objective of [scoreFunction(), forwardKl()])
      expect(valuesAndSlopes(objective, still, 5)).toEqual(valuesAndSlopes(objective, trial, 5));
    const [, loc] = valuesAndSlopes(elbo(), still, 1);
    expect([...loc]).toEqual([0]);
  });
});
