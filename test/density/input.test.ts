/** Samples as they come: of any type, on any scale, with copies; what are none is refused by name. */
import { describe, expect, it } from "vitest";
import * as tf from "#tfjs";
import { distil } from "../../src/density/distil.ts";
import { fitDensity } from "../../src/density/fitDensity.ts";
import type { FittedDensity } from "../../src/density/fitted.ts";
import { kernelDensity } from "../../src/density/kernelDensity.ts";
import { rowsOf } from "../../src/density/samples.ts";
import { meanAndError, type Score } from "../../src/density/score.ts";
import { standardised, standardOf } from "../../src/density/standard.ts";
import { type FlowSpec, iaf, maf, planar, realNvp } from "../../src/flows/index.ts";
import { fromJson, toJson } from "../../src/io/json.ts";
import { halfLog2Pi, rowsFrom } from "./samples.ts";

const rows = rowsFrom(1, 60, ({ normal }) => [normal(), normal()]);
const values = (samples: unknown, size?: number) => {
  const made = rowsOf("who", samples as never, size);
  return [made.count, made.size, ...made.values];
};

describe("rows", () => {
  it("of one number may be a list of numbers or a typed array", () => {
    expect(values([1, 2, 3])).toEqual([3, 1, 1, 2, 3]);
    expect(values(Float64Array.of(1, 2, 3))).toEqual([3, 1, 1, 2, 3]);
    expect(values(Float32Array.of(1, 2))).toEqual([2, 1, 1, 2]);
  });

  it("may be one row alone, where its length is known", () => {
    expect(values([1, 2], 2)).toEqual([1, 2, 1, 2]);
    expect(values(Float64Array.of(1, 2), 2)).toEqual([1, 2, 1, 2]);
    expect(values({ shape: [2], values: [1, 2] }, 2)).toEqual([1, 2, 1, 2]);
    expect(values([1, 2], 1)).toEqual([2, 1, 1, 2]);
    expect(() => values([1, 2, 3], 2)).toThrow("who: expected rows of 2 numbers, got 1");
  });

  it.each([
    [
      [
        [1, 2],
        [null, 3],
      ],
      "who: row 2, column 1 is null: expected numbers",
    ],
    [[[1, "2"]], 'who: row 1, column 2 is "2": expected numbers'],
    [[[1, ""]], 'who: row 1, column 2 is "": expected numbers'],
    [[[true, 2]], "who: row 1, column 1 is true: expected numbers"],
    [[[1n, 2n]], "who: row 1, column 1 is 1: expected numbers"],
    [["ab", "cd"], 'who: row 1 is "ab": expected a list of numbers'],
    [[null, [1]], "who: row 1 is null: expected a list of numbers"],
    [[{ x: 1, y: 2 }], "who: row 1 is an object of x, y: expected a list of numbers"],
    [[[], []], "who: expected rows of numbers, got none"],
    [() => [[1]], "who: expected a list of rows, { shape, values } or a tensor, got a function"],
    [{ shape: "ab", values: [1, 2] }, 'who: shape: expected a list of whole numbers, got "ab"'],
    [{ shape: [0.5, 4], values: [1, 2] }, "who: shape: expected a list of whole numbers, got a list of 2"],
    [{ shape: [2, 1], values: undefined }, "who: values: expected a list of numbers, got undefined"],
    [{ shape: [2, 1], values: [1, null] }, "who: row 2, column 1 is null: expected numbers"],
  ])("%# are refused", (samples, message) => expect(() => values(samples)).toThrow(message as string));
});

describe("columns on any scale", () => {
  it.each([1e-300, 1e-200, 1e-8, 1e200, 1e300])("%s", (scale) => {
    const made = rowsOf(
      "who",
      rows.map(([x, y]) => [scale * x, y]),
    );
    const standard = standardOf("who", made);
    const z = standardised(made, standard).filter((_, at) => at % 2 === 0);
    expect(Math.abs(z.reduce((a, b) => a + b, 0) / 60)).toBeLessThan(1e-13);
    expect(Math.abs(z.reduce((a, b) => a + b * b, 0) / 60 - 1)).toBeLessThan(1e-13);
    // A kernel density moves by the logarithm of the scale, and no more.
    const [here, there] = [kernelDensity(rows), kernelDensity(rows.map(([x, y]) => [scale * x, y]))];
    const moved = there.logProb([[0.3 * scale, 0.1]])[0] - here.logProb([[0.3, 0.1]])[0];
    expect(Math.abs(moved + Math.log(scale))).toBeLessThan(1e-11 * Math.abs(Math.log(scale)));
    const [drawn, same] = [there.sample(3).values[0] / scale, here.sample(3).values[0]];
    expect(Math.abs(drawn - same)).toBeLessThan(1e-12);
  });

  it("are refused where they spread by no more than rounding", () => {
    const far = rows.map(([x, y]) => [1e15 + x, y]);
    expect(() => kernelDensity(far)).toThrow(/column 1 spreads by .* around 1.00e\+15, which is beyond floating/);
    expect(() => kernelDensity(rows.map(([x]) => [x, 7]))).toThrow("column 2 is 7 in every row");
  });
});

describe("a kernel density", () => {
  it("chooses a width by rows left out with their copies", () => {
    const once = kernelDensity(rows, { bandwidth: "validation" }).bandwidth;
    const twice = kernelDensity([...rows, ...rows], { bandwidth: "validation" }).bandwidth;
    expect(Math.abs(twice / once - 1)).toBeLessThan(0.02);
    const whole = rows.map(([x, y]) => [Math.round(2 * x), Math.round(2 * y)]);
    expect(kernelDensity(whole, { bandwidth: "validation" }).bandwidth).toBeGreaterThan(0.2);
  });

  it("is 0 where distances overflow", () => expect(kernelDensity(rows).logProb([[1e300, 0]])[0]).toBe(-Infinity));

  it("is next to 0 between kernels of next to no width", () => {
    const [between, at] = kernelDensity(rows, { bandwidth: 1e-200 }).logProb([[0, 0], rows[3]]);
    expect(between).toBeLessThan(-1e300);
    expect(at).toBeGreaterThan(2 * 200 * Math.LN10 - 20);
  });
});

describe("contexts on any scale", () => {
  const cs = Array.from({ length: 400 }, (_, i) => Math.sin(i));
  const given = rowsFrom(5, 400, ({ normal }) => [normal(), normal()]).map(([x, y], i) => [cs[i] + 0.2 * x, y]);
  const fitted = (context: number[][], standardise = true) =>
    fitDensity(realNvp({ layers: 2, hidden: 8 }), given, { context, standardise, steps: 150, seed: 2 });

  it("serve as well", async () => {
    const here = await fitted(cs.map((c) => [c, 1]));
    for (const change of [(c: number) => 2 ** 40 * c, (c: number) => 2 ** -40 * c, (c: number) => 1950 + 50 * c]) {
      const there = await fitted(cs.map((c) => [change(c), 7]));
      const rowsAt = given.slice(0, 20);
      const want = here.logProb(rowsAt, { context: cs.slice(0, 20).map((c) => [c, 1]) });
      const got = there.logProb(rowsAt, { context: cs.slice(0, 20).map((c) => [change(c), 7]) });
      for (const [i, each] of want.entries()) expect(Math.abs(got[i] - each)).toBeLessThan(1e-3);
      const again = fromJson(toJson(there)) as FittedDensity;
      const context = [change(0.5), 7];
      expect([...again.sample(4, { context }).values]).toEqual([...there.sample(4, { context }).values]);
    }
  });

  it("are left as they stand where told to", async () => {
    expect(
      (
        await fitted(
          cs.map((c) => [c, 1]),
          false,
        )
      ).contextStandard,
    ).toBeUndefined();
  });

  it("are the teacher's own for a student", async () => {
    const context = cs.map((c) => [1950 + 50 * c, 7]);
    const teacher = await fitted(context);
    const { density, kl } = await distil(teacher, iaf({ layers: 2, hidden: 8 }), { context, steps: 400, draws: 500 });
    const drawn = density.sample(2000, { context: [1990, 7], seed: 1 });
    const ratios = density
      .logProb(drawn, { context: [1990, 7] })
      .map((each, i) => each - teacher.logProb(drawn, { context: [1990, 7] })[i]);
    expect(kl.mean).toBeLessThan(0.2);
    expect(meanAndError(ratios).mean).toBeLessThan(0.3);
  });
});

describe("a fit", () => {
  const quick = { steps: 20, batch: 32 };
  it("says where validation rows are copies of training rows", async () => {
    const copied = await fitDensity(planar({ layers: 1 }), [...rows, ...rows, ...rows, ...rows], quick);
    expect(copied.verdict).toContain("24 of 24 validation rows stand among the training rows too");
    expect((await fitDensity(planar({ layers: 1 }), rows, quick)).verdict).not.toContain("stand among");
  });

  it("says where one row or repeated values make the spread of a column", async () => {
    const told = async (change: (row: number[], i: number) => number[]) =>
      (await fitDensity(planar({ layers: 1 }), rows.map(change), quick)).verdict;
    const sentence = /Half of the values of column 2 lie within .* of its standard deviations/;
    expect(await told(([x, y], i) => [x, i === 7 ? 1e9 : y])).toMatch(sentence);
    expect(await told(([x, y]) => [x, y > 1 ? y : 0])).toMatch(sentence);
    expect(await told(([x, y]) => [x, y])).not.toMatch(sentence);
  });

  it("says where validation rows have no density that can be told", async () => {
    const validation = [
      [1e200, 2],
      [1, 1],
    ];
    const { verdict } = await fitDensity(planar({ layers: 1 }), rows, { ...quick, validation });
    expect(verdict).toContain("Do not use it: some of the validation rows lie so far out");
  });

  it.each([
    [{ engine: "eager" }, 'fitDensity: engine: expected one such as eagerEngine(), got "eager"'],
    [{ engine: {} }, "fitDensity: engine: expected one such as eagerEngine(), got an object"],
    [{ standardise: "no" }, "fitDensity: standardise: expected true or false, got no"],
    [{ weightDecay: -1 }, "weightDecay: expected a number from 0, got -1"],
  ])("refuses options, and leaves no tensor behind: %o", async (options, message) => {
    const before = tf.memory().numTensors;
    await expect(fitDensity(planar(), rows, options as never)).rejects.toThrow(message);
    expect(tf.memory().numTensors).toBe(before);
  });

  it("refuses a flow that was not called", async () => {
    await expect(fitDensity(planar as never, rows)).rejects.toThrow("expected a flow such as iaf(), got a function");
  });
});

describe("training that goes on", () => {
  const given = rowsFrom(8, 300, ({ normal }) => {
    const a = normal();
    return [100 + a, a * a + 0.3 * normal()];
  });
  const flow = realNvp({ layers: 2, hidden: 8 });

  it("goes on from where it ended, on the same scales", async () => {
    const before = tf.memory().numTensors;
    const first = await fitDensity(flow, given, { steps: 400, seed: 1 });
    const read = fromJson(toJson(first)) as FittedDensity;
    const same = await fitDensity(flow, given.slice(0, 200), { from: read, steps: 1, rate: 1e-12, seed: 1 });
    expect(same.standard).toEqual(first.standard);
    // One step of next to no length, in single precision.
    for (const [i, each] of first.logProb(given).entries())
      expect(Math.abs(same.logProb(given)[i] - each)).toBeLessThan(1e-4);
    const more = await fitDensity(flow, given, { from: first, steps: 400, rate: 1e-3, seed: 1 });
    expect((more.training as Score).mean).toBeGreaterThan((first.training as Score).mean);
    expect(tf.memory().numTensors).toBe(before);
  });

  it("is refused where flow, rows or scale are others", async () => {
    const from = await fitDensity(flow, given, { steps: 5 });
    const refused = async (spec: FlowSpec, rowsAt: number[][], options: object, message: string) =>
      expect(fitDensity(spec, rowsAt, { from, steps: 5, ...options })).rejects.toThrow(message);
    await refused(realNvp({ layers: 4, hidden: 8 }), given, {}, "from: expected a density of real-nvp:layers=4");
    await refused(
      flow,
      given.map(([x]) => [x]),
      {},
      "from: expected a density of rows of 1 given 0, got one of 2 given 0",
    );
    await refused(flow, given, { context: given }, "rows of 2 given 2, got one of 2 given 0");
    await refused(flow, given, { standardise: false }, "from brings its own scale");
    await refused(flow, given, { from: {} }, "from: expected a density of real-nvp:layers=2:hidden=8");
    await refused(flow, given, { from: "a file" }, "from: expected a density of real-nvp:layers=2:hidden=8");
  });
});

describe("rows to noise and back", () => {
  const cs = Array.from({ length: 300 }, (_, i) => [Math.sin(i)]);
  const given = rowsFrom(9, 300, ({ normal }) => [100 + 3 * normal(), 0.01 * normal()]).map(([x, y], i) => [
    x + 5 * cs[i][0],
    y,
  ]);

  it.each([maf({ layers: 2, hidden: 8 }), iaf({ layers: 2, hidden: 8 })])("%#", async (flow) => {
    const fit = await fitDensity(flow as FlowSpec, given, { context: cs, steps: 300, seed: 1 });
    const noise = fit.toNoise(given, { context: cs });
    expect(noise.shape).toEqual([300, 2]);
    const back = fit.toSamples(noise, { context: cs });
    for (const [i, each] of given.flat().entries()) expect(Math.abs(back.values[i] / each - 1)).toBeLessThan(1e-9);
    const { mean, se } = meanAndError(noise.values.filter((_, at) => at % 2 === 0));
    expect(Math.abs(mean)).toBeLessThan(4.5 * se);
    expect(Math.abs(se * Math.sqrt(300) - 1)).toBeLessThan(0.25);
    // log p(x) = log N(noise) + log |det|, whose determinant here is of finite differences.
    const [x, context] = [given[0], cs[0]];
    const slope = (j: number, h: number): number[] => {
      const [up, down] = [h, -h].map(
        (by) =>
          fit.toNoise(
            x.map((each, k) => (k === j ? each + by : each)),
            { context },
          ).values,
      );
      return [0, 1].map((i) => (up[i] - down[i]) / (2 * h));
    };
    const [[a, c], [b, d]] = [slope(0, 1e-4), slope(1, 1e-7)];
    const z = fit.toNoise(x, { context }).values;
    const want = -2 * halfLog2Pi - 0.5 * (z[0] ** 2 + z[1] ** 2) + Math.log(Math.abs(a * d - b * c));
    expect(Math.abs(fit.logProb(x, { context })[0] - want)).toBeLessThan(1e-5);
    expect(() => fit.toSamples([[1, 2, 3]], { context })).toThrow("toSamples: expected rows of 2 numbers, got 3");
    expect(() => fit.toNoise(x)).toThrow("toNoise: context: expected 1 row of 1, or one for all, got none");
  });

  it("of images ends in the same pixels", async () => {
    const pixels = rowsFrom(3, 100, ({ uniform }) => [Math.floor(8 * uniform()), Math.floor(8 * uniform())]);
    const fit = await fitDensity(planar({ layers: 1 }), pixels, { images: { levels: 8 }, steps: 20 });
    expect([...fit.toSamples(fit.toNoise(pixels)).values]).toEqual(pixels.flat());
  });
});
