import { describe, expect, it } from "vitest";
import * as tf from "#tfjs";
import { distil } from "../../src/density/distil.ts";
import { fitDensity } from "../../src/density/fitDensity.ts";
import { kernelDensity } from "../../src/density/kernelDensity.ts";
import { meanAndError } from "../../src/density/score.ts";
import { iaf, linearFlow, maf } from "../../src/flows/index.ts";
import { linearRegression } from "./linearRegression.ts";
import { bent, rowsFrom } from "./samples.ts";

const samples = rowsFrom(1, 2000, bent);

describe("a MAF's density in an IAF", async () => {
  const before = tf.memory().numTensors;
  const teacher = await fitDensity(maf({ layers: 2, hidden: 32 }), samples, { steps: 1500, seed: 1, rate: 0.01 });
  const { density, kl } = await distil(teacher, iaf({ layers: 2, hidden: 32 }), { steps: 2500, seed: 2, rate: 0.01 });

  it("is near its teacher's, by a divergence that fresh draws confirm", () => {
    expect(kl.mean).toBeGreaterThan(-4.5 * kl.se);
    expect(kl.mean).toBeLessThan(0.05);
    const drawn = density.sample(3000, { seed: 9 });
    const [q, p] = [density.logProb(drawn), teacher.logProb(drawn)];
    const { mean, se } = meanAndError(q.map((each, i) => each - p[i]));
    expect(Math.abs(mean - kl.mean)).toBeLessThan(4.5 * Math.hypot(se, kl.se));
  });

  it("gives most of its teacher's draws the same density", () => {
    const drawn = teacher.sample(3000, { seed: 3 });
    const [q, p] = [density.logProb(drawn), teacher.logProb(drawn)];
    const off = p.map((each, i) => Math.abs(each - q[i])).sort();
    expect(off[1500]).toBeLessThan(0.1);
  });

  it("says what it is", () => {
    expect(density.method).toMatch(/^iaf/);
    expect(density.options.teacher).toMatch(/^maf/);
    expect(density.verdict).toContain("KL(student ‖ teacher) is 0.0");
    expect(() => density.outlierScores([[100, 0.05]])).toThrow("without validation rows");
  });

  it("leaves no tensor behind", () => expect(tf.memory().numTensors).toBe(before));
});

it("of Gaussians ends at no divergence at all", async () => {
  const gaussian = rowsFrom(3, 500, ({ normal }) => {
    const a = normal();
    return [a, a + normal()];
  });
  const teacher = await fitDensity(linearFlow({ kind: "triangular" }), gaussian, { steps: 300, rate: 0.03 });
  const { kl } = await distil(teacher, linearFlow({ kind: "triangular", upper: true }), { steps: 2000, rate: 0.03 });
  expect(Math.abs(kl.mean)).toBeLessThan(1e-3);
});

it("knows contexts, row by row", async () => {
  const { samples: ys, contexts, slope, intercept } = linearRegression(1000);
  const teacher = await fitDensity(linearFlow({ kind: "diagonal" }), ys, {
    context: contexts,
    steps: 1500,
    rate: 0.01,
  });
  const { density, kl } = await distil(teacher, iaf({ hidden: 16 }), { context: contexts, steps: 1500, rate: 0.01 });
  expect(kl.mean).toBeLessThan(0.1);
  const { mean } = meanAndError(density.sample(2000, { context: [1, 0] }).values);
  expect(Math.abs(mean - intercept - slope)).toBeLessThan(0.1);
  await expect(distil(teacher, iaf())).rejects.toThrow("the teacher looks at 2 numbers: give rows of them");
});

it("refuses what is no teacher and no student", async () => {
  const teacher = await fitDensity(linearFlow(), samples.slice(0, 50), { steps: 1 });
  await expect(distil(kernelDensity(samples) as never, iaf())).rejects.toThrow("for a teacher, got kernel-density");
  await expect(distil(teacher, {} as never)).rejects.toThrow("expected a flow such as iaf() for a student");
  await expect(distil(teacher, iaf(), { validation: 0.1 } as never)).rejects.toThrow('unknown option "validation"');
  await expect(distil(teacher, iaf(), { context: [[1]] })).rejects.toThrow("the teacher was fitted without one");
});
