import {
  bernoulli,
  beta,
  binomial,
  categoricalLogits,
  compare,
  condition,
  FluvialError,
  fit,
  fullRank,
  guideSpecs,
  halfNormal,
  iaf,
  logJoint,
  lowRank,
  meanField,
  model,
  multivariateNormal,
  normal,
  nuts,
  poisson,
  priorPredictive,
  real,
  sample,
  uniform,
} from "fluvial";
import { describe, expect, it } from "vitest";

const schools = model("schools")
  .data("sigma", ["J"])
  .latent("mu", normal(0, 5))
  .latent("theta", ({ mu }) => normal(mu, 2), ["J"])
  .observe("y", ({ theta, sigma }) => normal(theta, sigma), ["J"]);

const good = { sigma: [1, 2, 3], y: [0, 1, 2] };

const line = model("line")
  .data("x", ["N"])
  .latent("b", normal(0, 1))
  .observe("y", ({ x, b }) => normal(x.mul(b), 1), ["N"]);

const lineData = { x: [0, 1, 2, 4], y: [1, 0, 2, 3] };

const identity3 = [
  [1, 0, 0],
  [0, 1, 0],
  [0, 0, 1],
];

/** A bad call and the one line it must end in. */
const refused: Readonly<Record<string, readonly [() => unknown, RegExp]>> = {
  "missing data": [
    () => condition(schools, { y: [0, 1, 2] } as never),
    /^schools: data "sigma" is missing; the model takes sigma, y$/,
  ],
  "unknown data, misspelt": [
    () => condition(schools, { ...good, sgima: [1] } as never),
    /^schools: unknown data "sgima" \(did you mean "sigma"\?\); the model takes sigma, y$/,
  ],
  "data for a latent": [() => condition(schools, { ...good, mu: 1 } as never), /^schools: "mu" is latent, not data$/],
  "data that is no object": [
    () => condition(schools, [1] as never),
    /^schools: expected data as an object of named values/,
  ],
  "a wrong number of axes": [
    () => condition(schools, { ...good, sigma: 1 }),
    /^schools: data "sigma": expected axes \[J\], got shape a scalar$/,
  ],
  "lengths that contradict each other": [
    () => condition(schools, { ...good, y: [0, 1] }),
    /^schools: data "y": expected length 3 for axis "J", got shape \[2\]$/,
  ],
  "ragged rows": [
    () => condition(schools, { ...good, y: [[0, 1], [2]] as never }),
    /^schools: data "y": expected rows of one shape, got \[1\] at row 2 after \[2\]$/,
  ],
  NaN: [
    () => condition(schools, { ...good, y: [0, Number.NaN, 2] }),
    /^schools: data "y" is NaN at \[2\]: a missing value; leave its row out, or give the observation as missing/,
  ],
  null: [
    () => condition(schools, { ...good, y: [0, null, 2] as never }),
    /^schools: data "y": expected numbers, got null .* at \[2\]$/,
  ],
  text: [
    () => condition(schools, { ...good, y: ["a", 1, 2] as never }),
    /^schools: data "y": expected numbers, got "a" at \[1\]$/,
  ],
  "an empty data set": [() => condition(schools, { sigma: [], y: [] }), /^schools: data "sigma" is empty/],
  "a negative scale in the data": [
    () => condition(schools, { ...good, sigma: [1, -2, 3] }),
    /^schools: observed "y": normal: scale must be positive and finite, got -2 at \[2\]$/,
  ],
  "an infinite observation": [
    () => condition(schools, { ...good, y: [0, 1, Number.POSITIVE_INFINITY] }),
    /^schools: observed "y": normal takes finite real numbers, got Infinity at \[3\]; the observation is impossible/,
  ],
  "an observation outside its support": [
    () =>
      condition(
        model("coins")
          .latent("p", beta(1, 1))
          .observe("y", ({ p }) => bernoulli(p), ["N"]),
        { y: [0, 1, 2] },
      ),
    /^coins: observed "y": bernoulli takes .*, got 2 at \[3\]; the observation is impossible under the model$/,
  ],
  "a count that is no whole number": [
    () =>
      condition(
        model("counts")
          .latent("m", normal(0, 1))
          .observe("y", ({ m }) => poisson(m.exp())),
        { y: 1.5 },
      ),
    /^counts: observed "y": poisson takes .*, got 1.5/,
  ],
  "an observation outside bounds that are data": [
    () => condition(model("box").latent("m", normal(0, 1)).observe("y", uniform(0, 1)), { y: 3 }),
    /^box: observed "y": uniform takes .*, got 3; the observation is impossible/,
  ],
  "a literal scale that is negative": [() => normal(0, -1), /^normal: scale must be positive and finite, got -1$/],
  "a name used twice": [
    () => schools.latent("mu" as never, normal(0, 1)),
    /^schools: the name "mu" is used twice; it is already latent$/,
  ],
  "a name that is none": [
    () => schools.latent("a b" as never, normal(0, 1)),
    /^schools: a name is a letter followed by/,
  ],
  "a model without latents": [
    () => condition(model("flat").observe("y", normal(0, 1)), { y: 1 }),
    /^flat: the model has no latent/,
  ],
  "a distribution that does not fit its value": [
    () =>
      condition(
        model("rows")
          .data("x", ["N"])
          .latent("m", normal(0, 1))
          .observe("y", ({ x, m }) => normal(x.mul(m), 1)),
        { x: [1, 2], y: 3 },
      ),
    /^rows: observed "y": normal of shape \[2\] does not fit a value of shape a scalar$/,
  ],
  "an axis whose length nothing tells": [
    () => condition(model("open").latent("m", normal(0, 1), ["K"]).observe("y", normal(0, 1)), { y: 1 }),
    /^open: latent "m": the length of axis "K" is not known/,
  ],
  "labels that do not fit": [
    () => condition(schools, good, { J: ["a", "b"] }),
    /^schools: expected 3 labels for axis "J", got 2$/,
  ],
  "labels of an unknown axis": [
    () => condition(schools, good, { K: ["a"] }),
    /^schools: coords name an unknown axis "K" \(did you mean "J"\?\)$/,
  ],
  "labels that occur twice": [
    () => condition(schools, good, { J: ["a", "b", "a"] }),
    /^schools: coords name two rows of axis "J" "a"$/,
  ],
  "a vector that is too short for its distribution": [
    () =>
      condition(
        model("vectors")
          .latent("m", normal(0, 1))
          .observe("y", ({ m }) => multivariateNormal(m, { covariance: identity3 })),
        { y: [[1], [2]] },
      ),
    /^vectors: observed "y": multivariateNormal of shape \[3\] does not fit a value of shape \[2, 1\]$/,
  ],
  "whole numbers that do not fit 32 bits": [
    () => condition(model("wide").data("n", ["N"], "int").latent("m", normal(0, 1)), { n: [1, 2 ** 31] }),
    /^wide: data "n": expected whole numbers from -2\^31 to 2\^31 - 1, got 2147483648 at \[2\]; declare it real$/,
  ],
  "more successes than trials": [
    () =>
      condition(
        model("trials")
          .latent("p", beta(1, 1))
          .observe("y", ({ p }) => binomial(10, p)),
        { y: 12 },
      ),
    /^trials: observed "y": binomial takes whole numbers from 0 to 10, got 12; the observation is impossible/,
  ],
  "more successes than trials that are data": [
    () =>
      condition(
        model("trials")
          .data("n", ["N"], "int")
          .latent("p", beta(1, 1))
          .observe("y", ({ n, p }) => binomial(n, p), ["N"]),
        { n: [10, 11], y: [10, 12] },
      ),
    /^trials: observed "y": binomial takes whole numbers from 0 to their total, got 12 at \[2\]; the observation/,
  ],
  "an outcome that there is not": [
    () =>
      condition(
        model("outcomes")
          .latent("l", normal(0, 1), [3])
          .observe("y", ({ l }) => categoricalLogits(l)),
        { y: 7 },
      ),
    /^outcomes: observed "y": categoricalLogits takes whole numbers from 0 to 2, got 7; the observation/,
  ],
  "a share above 1": [
    () =>
      condition(
        model("shares")
          .latent("l", halfNormal(0, 1))
          .observe("y", ({ l }) => beta(l, 1)),
        { y: 1.5 },
      ),
    /^shares: observed "y": beta takes numbers between 0 and 1, got 1.5; the observation/,
  ],
  "a negative number of trials that is data": [
    () =>
      condition(
        model("trials")
          .data("n", ["N"], "int")
          .latent("p", beta(1, 1))
          .observe("y", ({ n, p }) => binomial(n, p), ["N"]),
        { n: [10, -1], y: [1, 1] },
      ),
    /^trials: observed "y": binomial: total must be a whole number from 0, got -1 at \[2\]$/,
  ],
  "a derived quantity without the axes it names": [
    () =>
      condition(
        schools.derive("d", ({ mu, theta }) => theta.sum().add(mu), ["J"]),
        good,
      ),
    /^schools: derived "d": expected \[3\], the lengths of its axes \[J\], got shape a scalar$/,
  ],
  "a derived quantity that is no tensor": [
    () => condition(schools.derive("d", (() => undefined) as never), good),
    /^schools: derived "d": its function must return a tensor, got nothing \(a forgotten return\?\)$/,
  ],
  "a factor that is no tensor": [
    () => condition(schools.factor("f", (() => 2) as never), good),
    /^schools: factor "f": its function must return a tensor, got number$/,
  ],
  "missing data of a name that objects inherit": [
    () =>
      condition(
        model("inherits")
          .latent("m", normal(0, 1))
          .observe("toString" as never, ({ m }) => normal(m, 1)),
        {} as never,
      ),
    /^inherits: data "toString" is missing/,
  ],
  "an axis of unknown length of a name that objects inherit": [
    () => condition(model("inherits").latent("m", normal(0, 1), ["constructor"]), {}),
    /^inherits: latent "m": the length of axis "constructor" is not known/,
  ],
  "data whose shape the distribution does not spread over": [
    () =>
      priorPredictive(
        model("five")
          .latent("m", normal(0, 1), [5])
          .observe("y", ({ m }) => normal(m, 1)),
        { y: [1, 2, 3] },
        { draws: 1 },
      ),
    /observed "y": normal of shape \[5\] does not fit a value of shape \[3\]$/,
  ],
  "an unknown option of a guide": [
    () => iaf({ layer: 3 } as never),
    /^iaf: unknown option "layer" \(did you mean "layers"\?\); it takes layers, hidden, activation, order, seed$/,
  ],
  "a wrong option of a guide": [() => iaf({ layers: 0 }), /^iaf: layers: expected a whole number from 1, got 0$/],
  "an option where there is none": [
    () => guideSpecs["full-rank"]({ rank: 1 } as never),
    /^full-rank: unknown option "rank"; it takes none$/,
  ],
};

describe("bad input is refused in one clear line", () => {
  it.each(Object.entries(refused))("%s", (_, [call, message]) => {
    expect(call).toThrow(FluvialError);
    expect(call).toThrow(message);
  });
});

const rejected: Readonly<Record<string, readonly [() => Promise<unknown>, RegExp]>> = {
  "an unknown option of fit": [
    () => fit(schools, good, { gide: meanField() } as never),
    /^fit: unknown option "gide" \(did you mean "guide"\?\)/,
  ],
  "a guide by its name": [
    () => fit(schools, good, { guide: "iaf" as never }),
    /^fit: guide: expected "auto" or a guide such as meanField\(\), got "iaf", by calling what makes it$/,
  ],
  "a guide larger than the model": [
    () => fit(model("one").latent("m", normal(0, 1)), {}, { guide: lowRank({ rank: 3 }) }),
    /^low-rank: rank 3 is larger than the model's 1 unconstrained parameters; use full-rank$/,
  ],
  "no steps": [() => fit(schools, good, { steps: 0 }), /^fit: steps: expected a whole number from 1, got 0$/],
  "no guide by null": [
    () => fit(schools, good, { guide: null as never }),
    /^fit: guide: expected "auto" or a guide such as meanField\(\), got null$/,
  ],
  "a negative rate": [
    () => fit(schools, good, { rate: -1 }),
    /^fit: rate: expected a number above 0 or a schedule such as cosine\(…\), got -1$/,
  ],
  "a clip of 0": [() => fit(schools, good, { clip: 0 }), /^fit: clip: expected a number above 0 or "adaptive", got 0$/],
  "a fractional seed": [() => fit(schools, good, { seed: 0.5 }), /^seed: expected a whole number/],
  "an unknown option of sample": [
    () => sample(schools, good, { steps: 10 } as never),
    /^sample: unknown option "steps"/,
  ],
  "a start without a latent": [
    () => sample(schools, good, { chains: 1, starts: [{ mu: 0 }] }),
    /^schools: a start lacks the latent "theta"$/,
  ],
  "too few starts": [
    () => sample(schools, good, { chains: 2, starts: [{ mu: 0, theta: [0, 0, 0] }] }),
    /expected one per chain \(2\), got 1$/,
  ],
  "a comparison without guides": [
    () => compare(schools, good, { guides: {}, reference: nuts() }),
    /^compare: expected at least one guide/,
  ],
  "a comparison without reference": [
    () => compare(schools, good, { guides: { a: meanField() } } as never),
    /^compare: expected a reference/,
  ],
  "a minibatch along no axis": [
    () => fit(schools, good, { minibatch: { axis: "N", size: 2 } }),
    /^schools: minibatch: no data has an axis "N" \(did you mean "J"\?\)/,
  ],
  "a minibatch over rows with latents of their own": [
    () => fit(schools, good, { minibatch: { axis: "J", size: 2 } }),
    /^schools: minibatch: latent "theta" has one value per row of "J"; rows cannot be left out at a step$/,
  ],
  "a minibatch of a log joint that is one number": [
    () =>
      fit(
        logJoint({ data: { y: ["N"] }, latent: { m: real() }, axis: "N" }, ({ m }, { y }) =>
          normal(m, 1).logProb(y).sum().sub(m.square()),
        ),
        { y: [1, 2, 3] },
        { minibatch: { axis: "N", size: 2 } },
      ),
    /^log joint: log joint: minibatches need \{ prior, likelihood \}, got their sum/,
  ],
  "a minibatch of a prior that depends on the rows": [
    () =>
      fit(
        logJoint({ data: { y: ["N"] }, latent: { m: real() }, axis: "N" }, ({ m }, { y }) => ({
          prior: m.sub(y.mean()).square().neg(),
          likelihood: normal(m, 1).logProb(y),
        })),
        { y: [1, 2, 4] },
        { minibatch: { axis: "N", size: 2 } },
      ),
    /^log joint: minibatch: prior depends on the rows of "N", .*; put what runs along that axis into the likelihood$/,
  ],
  "a minibatch with a factor over rows": [
    () =>
      fit(
        line.factor("f", ({ x, b }) => x.mul(b)),
        lineData,
        { minibatch: { axis: "N", size: 2 } },
      ),
    /^line: minibatch: factor "f" depends on the rows of "N", of which a step sees only some; a factor may not/,
  ],
  "a minibatch with a factor over rows that are all alike": [
    () =>
      fit(
        line.factor("f", ({ x, b }) => x.mul(b)),
        { ...lineData, x: [2, 2, 2, 2] },
        { minibatch: { axis: "N", size: 2 } },
      ),
    /^line: minibatch: factor "f" depends on the rows of "N"/,
  ],
  "a minibatch with an observation of all rows": [
    () =>
      fit(
        line.observe("t", ({ x, b }) => normal(x.mean().add(b), 0.1)),
        { ...lineData, t: 1 },
        { minibatch: { axis: "N", size: 2 } },
      ),
    /^line: minibatch: observed "t" depends on the rows of "N", .*; name its axis, as in observe\("t", …, \["N"\]\)$/,
  ],
  "a minibatch with a prior over rows": [
    () =>
      fit(
        line.latent("c", ({ x }) => normal(x.mean(), 1)),
        lineData,
        { minibatch: { axis: "N", size: 2 } },
      ),
    /^line: minibatch: latent "c" depends on the rows of "N", .*; a prior may not/,
  ],
  "a minibatch with rows that are centred at each step": [
    () =>
      fit(
        model("centred")
          .data("x", ["N"])
          .latent("b", normal(0, 1))
          .observe("y", ({ x, b }) => normal(x.sub(x.mean()).mul(b), 1), ["N"]),
        lineData,
        { minibatch: { axis: "N", size: 2 } },
      ),
    /^centred: minibatch: observed "y" is no sum over the rows of "N": one row's part depends on the other rows/,
  ],
  "a minibatch with an axis that has no name": [
    () =>
      fit(
        model("unnamed")
          .data("x")
          .latent("b", normal(0, 1))
          .observe("y", ({ x, b }) => normal(x.mul(b), 1), ["N"]),
        lineData,
        { minibatch: { axis: "N", size: 2 } },
      ),
    /^unnamed: minibatch: with 2 of the 4 rows of "N": observed "y": /,
  ],
  "a minibatch along an axis that a matrix has twice": [
    () =>
      fit(
        model("distances")
          .data("d", ["N", "N"])
          .latent("b", normal(0, 1))
          .observe("y", ({ d, b }) => normal(d.sum(-1).mul(b), 1), ["N"]),
        {
          d: [
            [0, 1],
            [1, 0],
          ],
          y: [1, 2],
        },
        { minibatch: { axis: "N", size: 1 } },
      ),
    /^distances: minibatch: data "d" has the axis "N" twice; rows can be chosen along one only$/,
  ],
};

describe("bad calls are rejected in one clear line", () => {
  it.each(Object.entries(rejected))("%s", async (_, [call, message]) => {
    await expect(call()).rejects.toThrow(message);
  });
});

describe("a density that is −∞ at every start", () => {
  const impossible = model("impossible")
    .latent("top", halfNormal(0, 1))
    .observe("y", ({ top }) => uniform(0, top.mul(1e-6)));

  it("stops the sampler, which names the site", async () => {
    await expect(sample(impossible, { y: 3 }, { chains: 1 })).rejects.toThrow(
      /sampling cannot start: at all 100 starts .* the log density was −∞; observed "y" is −∞ there$/,
    );
  });

  it("stops a fit, which names the site", async () => {
    await expect(fit(impossible, { y: 3 })).rejects.toThrow(
      /The first to go wrong is model › observed "y", with the value −∞\.$/,
    );
  });
});

describe("data of any form", () => {
  it.each([
    ["typed arrays", { sigma: Float64Array.of(1, 2, 3), y: Float32Array.of(0, 1, 2) }],
    ["values with a shape", { sigma: { values: [1, 2, 3], shape: [3] }, y: [0, 1, 2] }],
    ["the length of an axis beside them, as Stan files have it", { ...good, J: 3 } as never],
  ])("takes %s", (_, data) => {
    expect(condition(schools, data).size).toBe(4);
  });
  it("refuses a length that contradicts the data", () => {
    expect(() => condition(schools, { ...good, J: 4 } as never)).toThrow(/expected length 4 for axis "J"/);
  });
  it("takes whole numbers as a total", () => {
    const trials = model("trials")
      .data("n", ["N"], "int")
      .latent("p", beta(1, 1))
      .observe("y", ({ n, p }) => binomial(n, p), ["N"]);
    expect(condition(trials, { n: [10, 3], y: [4, 3] }).size).toBe(1);
  });
  it("takes an observation that is outside a support only at some latents", () => {
    const box = model("box")
      .latent("top", halfNormal(0, 1))
      .observe("y", ({ top }) => uniform(0, top));
    expect(condition(box, { y: 30 }).size).toBe(1);
  });
  it("takes names that objects inherit", () => {
    const inherits = model("inherits")
      .latent("m", normal(0, 1), ["constructor"])
      .observe("toString" as never, ({ m }) => normal(m, 1), ["constructor"]);
    const { size, bound } = condition(inherits, { toString: [1, 2] } as never);
    expect(size).toBe(2);
    expect({ ...bound.sizes }).toEqual({ constructor: 2 });
  });
  it("keeps labels as they were", () => {
    const labels = ["a", "b", "c"];
    const { bound } = condition(schools, good, { J: labels });
    labels[0] = "z";
    expect(bound.coords.J).toEqual(["a", "b", "c"]);
  });
  it("takes a full-rank guide", () => {
    expect(fullRank().name).toBe("full-rank");
  });
});

describe("a model written wrong is refused where it is wrong", () => {
  const base = model("m").latent("mu", normal(0, 1));
  const wrong: Readonly<Record<string, readonly [() => unknown, RegExp]>> = {
    "a forgotten return": [
      () => condition(base.observe("y", (() => {}) as never), { y: 1 }),
      /^m: observed "y": its function must return a distribution such as normal\(0, 1\), got nothing \(a forgotten return\?\)$/,
    ],
    "a number for a prior": [
      () => base.latent("x", 3 as never),
      /^m: "x" needs a distribution such as normal\(0, 1\), or a function that returns one, got number$/,
    ],
    "axes that are no list": [
      () => base.latent("x", normal(0, 1), "J" as never),
      /^m: the axes of "x" must be a list such as \["N"\], got "J"$/,
    ],
    "a misspelt name": [
      () => condition(base.observe("y", (({ mu_ }: never) => normal(mu_, 1)) as never), { y: 1 }),
      /^m: observed "y": there is no "mu_" in the model so far \(did you mean "mu"\?\); there are y, mu$/,
    ],
    "a derived quantity that is no tensor": [
      () => condition(base.derive("z", (() => 3) as never), {} as never),
      /^m: derived "z": its function must return a tensor, got number$/,
    ],
    "a log joint that returns a number": [
      () => condition(logJoint({ name: "raw", latent: { x: real() } }, (() => 3) as never), {}),
      /^raw: log joint: its function must return a tensor, or \{ prior, likelihood \} of tensors, got number$/,
    ],
    "no model at all": [
      () => condition({} as never, {} as never),
      /^expected a model, as model\("…"\) or logJoint\(…\) makes, got object$/,
    ],
  };
  it.each(Object.entries(wrong))("%s", (_, [call, message]) => {
    expect(call).toThrow(message);
  });
});
