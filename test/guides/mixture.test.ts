import { describe, expect, it } from "vitest";
import * as tf from "#tfjs";
import funnel from "../../models/funnel.ts";
import type { Density, Guide } from "../../src/core/density.ts";
import { inDouble } from "../../src/core/double.ts";
import { hostKey } from "../../src/core/key.ts";
import { range } from "../../src/core/shape.ts";
import { digamma } from "../../src/core/special/gamma.ts";
import { fromHost, hostValues, type Scalar, type Tensor } from "../../src/core/tensor.ts";
import { beta, dirichlet, gamma, inverseGamma, normal, weibull } from "../../src/distributions/index.ts";
import { planar } from "../../src/flows/index.ts";
import { families } from "../../src/guides/families.ts";
import { factorised, fullRank, guideLabel, lowRank, meanField, mixtureGuide } from "../../src/guides/index.ts";
import type { MeanFieldParameters } from "../../src/guides/meanField.ts";
import { equalParts, mixtureDensity } from "../../src/guides/mixtureDensity.ts";
import { fit } from "../../src/infer/fit.ts";
import { condition } from "../../src/model/condition.ts";
import { real } from "../../src/model/declared.ts";
import { logJoint } from "../../src/model/logJoint.ts";
import { model } from "../../src/model/model.ts";
import { gradient } from "../../src/ops/gradient.ts";
import { logNormalised, logSumExp } from "../../src/ops/logMix.ts";
import { key } from "../../src/ops/random.ts";
import { mostZ } from "../ops/statistics.ts";

/** Σ w N(loc, sd²) in the plane, normalised. */
const blobs = (locs: readonly (readonly number[])[], weights: readonly number[], sd: number) =>
  logJoint({ latent: { x: real([2]) } }, ({ x }) => {
    const centres = fromHost(locs.flat(), [locs.length, 2]);
    const away = centres
      .sub(x)
      .square()
      .sum(-1)
      .mul(-0.5 / sd ** 2);
    const logs = fromHost(
      weights.map((w) => Math.log(w) - Math.log(2 * Math.PI * sd ** 2)),
      [weights.length],
    );
    return logSumExp(away.add(logs));
  });

const weightsOf = (logits: ArrayLike<number>): number[] => {
  const weights = Array.from(logits, Math.exp);
  const total = weights.reduce((a, b) => a + b, 0);
  return weights.map((w) => w / total);
};

const meanFieldOfOne = meanField().for({
  size: 1,
  logDensity: (z: Tensor) => z,
  constrain: (z: Tensor) => z,
}) as Guide<MeanFieldParameters, Density>;

describe("draws in equal parts", () => {
  it("are split as equally as can be, one of each component at the least", () => {
    expect(equalParts(8, 3)).toEqual([3, 3, 2]);
    expect(equalParts(2, 3)).toEqual([1, 1, 1]);
  });

  it("have the mean of x² and its slopes in the weights", () =>
    inDouble(() =>
      tf.tidy(() => {
        const [locs, sds, logits] = [
          [-1, 2],
          [0.5, 1.5],
          [0.3, -0.4],
        ];
        const at = (free: Tensor) =>
          mixtureDensity(
            logNormalised(free),
            locs.map((loc, k) =>
              meanFieldOfOne.at({ loc: fromHost([loc], [1]), logScale: fromHost([Math.log(sds[k])], [1]) }),
            ),
          );
        const squares = (seed: number) => (free: Tensor) => {
          const { value, logShare } = at(free).stratified(key(hostKey(seed)), 9);
          return logShare.exp().mul(value.square().sum(-1)).sum() as Scalar;
        };
        const runs = range(300).map((seed) => gradient(squares(seed))(fromHost(logits, [2])));
        const moments = locs.map((loc, k) => loc ** 2 + sds[k] ** 2);
        const w = weightsOf(logits);
        const mean = w[0] * moments[0] + w[1] * moments[1];
        const z = (values: number[], want: number): number => {
          const average = values.reduce((a, b) => a + b, 0) / values.length;
          const variance = values.reduce((sum, v) => sum + (v - average) ** 2, 0) / (values.length - 1);
          return Math.abs(average - want) / Math.sqrt(variance / values.length);
        };
        expect(
          z(
            runs.map(({ value }) => hostValues(value)[0]),
            mean,
          ),
        ).toBeLessThan(mostZ);
        for (const k of [0, 1])
          expect(
            z(
              runs.map((run) => hostValues(run.gradient)[k]),
              w[k] * (moments[k] - mean),
            ),
          ).toBeLessThan(mostZ);
        const shares = at(fromHost(logits, [2]))
          .stratified(key(hostKey(1)), 9)
          .logShare.exp()
          .sum();
        expect(Math.abs(hostValues(shares)[0] - 1)).toBeLessThan(1e-12);
      }),
    ));
});

describe("fits by mixtures", () => {
  it("leave a mode that is a spike: the centred funnel, whose log Z is 0", async () => {
    const guide = mixtureGuide({ components: 3, of: fullRank() });
    const fitted = await fit(funnel, {}, { guide, seed: 1 });
    // At the spike the bound is −91.
    expect(fitted.elbo).toBeGreaterThan(-2);
    expect(fitted.elbo).toBeLessThan(4.5 * fitted.elboSe);
    expect(fitted.verdict).toContain("hold next to nothing; the components start dispersed at random");
  });

  it.each([
    ["mean-field", mixtureGuide()],
    ["full-rank", mixtureGuide({ of: fullRank() })],
  ])("find two modes ten standard deviations apart, and their weights, %s", async (_, guide) => {
    const posed = blobs(
      [
        [0, 0],
        [10, 0],
      ],
      [0.3, 0.7],
      1,
    );
    const { elbo, khat, parameters } = await fit(posed, {}, { guide, seed: 1 });
    expect(Math.abs(elbo)).toBeLessThan(0.01);
    expect(khat).toBeLessThan(0.7);
    const [small, large] = weightsOf(parameters.logits.values).sort();
    expect([small - 0.3, large - 0.7].every((error) => Math.abs(error) < 0.01)).toBe(true);
  });

  it("cover a lattice of nine", async () => {
    const lattice = [-2, 0, 2].flatMap((a) => [-2, 0, 2].map((b) => [a, b]));
    const posed = blobs(
      lattice,
      lattice.map(() => 1 / 9),
      0.25,
    );
    const { elbo, parameters } = await fit(posed, {}, { guide: mixtureGuide({ components: 9 }), seed: 1 });
    expect(Math.abs(elbo)).toBeLessThan(0.01);
    for (const w of weightsOf(parameters.logits.values)) expect(Math.abs(w - 1 / 9)).toBeLessThan(0.01);
  });

  it("have fixed weights where they are given", async () => {
    const posed = blobs(
      [
        [0, 0],
        [10, 0],
      ],
      [0.5, 0.5],
      1,
    );
    const { elbo, parameters } = await fit(posed, {}, { guide: mixtureGuide({ weights: "equal" }), seed: 1 });
    expect(Math.abs(elbo)).toBeLessThan(0.01);
    expect(Object.keys(parameters)).not.toContain("logits");
  });
});

describe("mixtureGuide", () => {
  it("is called as the command line has it", () =>
    expect(guideLabel(mixtureGuide({ components: 3, of: lowRank({ rank: 1 }), weights: "equal" }))).toBe(
      "mixture:components=3:of=low-rank:rank=1:start=modes:weights=equal",
    ));

  it("refuses what is no mixture", () => {
    expect(() => mixtureGuide({ components: 0 })).toThrow(
      "mixtureGuide: components: expected a whole number from 1, got 0",
    );
    expect(() => mixtureGuide({ components: 3, of: [meanField()] })).toThrow("lists 1 guides where components is 3");
    expect(() => mixtureGuide({ weights: [1, 2, 3] })).toThrow("expected 2, one for each component, got 3");
    expect(() => mixtureGuide({ weights: [1, 0] })).toThrow("a list of numbers above 0");
    expect(() => mixtureGuide({ start: "mode" as never })).toThrow('expected "modes" or "random", got "mode"');
    const of = planar() as never;
    const target = { size: 2, logDensity: (z: Tensor) => z.sum(-1), constrain: (z: Tensor) => z };
    expect(() => mixtureGuide({ of }).for(target)).toThrow("has no log density away from its own draws");
  });
});

describe("factorised", () => {
  const posed = model("m")
    .latent("tau", gamma(2, 1))
    .latent("mu", normal(0, 1))
    .latent("scaled", ({ tau }) => normal(0, tau));
  const target = () => {
    const conditioned = condition(posed as never, {} as never);
    return conditioned.at(conditioned.tensors());
  };

  it.each([[{ tau: "gama" }, 'there is no family "gama" (did you mean "gamma"?)']])("refuses %o", (options, message) =>
    expect(() => factorised(options as never)).toThrow(message),
  );

  it.each([
    [{ tua: "gamma" }, 'there is no latent "tua" (did you mean "tau"?)'],
    [{ mu: "gamma" }, 'gamma covers positive numbers, but "mu" lies in finite real numbers; take normal'],
    [{ tau: "normal" }, 'but "tau" lies in positive numbers; take logNormal, gamma'],
  ])("refuses %o on a model that it does not fit", (options, message) =>
    inDouble(() => expect(() => factorised(options as never).for(target())).toThrow(message)),
  );
});

describe("families on the free scale have the density of their distributions", () => {
  const a = [0.7, 3, 40];
  const rate = [2, 0.5, 90];
  const logs = (values: readonly number[]): Tensor => fromHost(values.map(Math.log), [values.length]);
  const means = a.map((value, i) => value / rate[i]);
  const known = () =>
    ({
      gamma: [{ logMean: logs(means), logConcentration: logs(a) }, gamma(a, rate)],
      inverseGamma: [{ logMean: logs(means), logConcentration: logs(a) }, inverseGamma(a, rate)],
      weibull: [{ logScale: logs(rate), logConcentration: logs([0.7, 3, 8]) }, weibull([0.7, 3, 8], rate)],
      beta: [
        {
          logitMean: logs(means),
          logTotal: logs(a.map((value, i) => value + rate[i])),
        },
        beta(a, rate),
      ],
      dirichlet: [{ logConcentration: logs([0.7, 3, 40, 2]).reshape([1, 4]) }, dirichlet([0.7, 3, 40, 2])],
    }) as const;

  it.each(["gamma", "inverseGamma", "weibull", "beta", "dirichlet"] as const)("%s", (name) =>
    inDouble(() =>
      tf.tidy(() => {
        const [params, distribution] = known()[name];
        const shape = name === "dirichlet" ? [4] : [3];
        const q = families[name].guide({ name, shape, from: 0, size: 3 }).at(params);
        const { value: z, logQ } = q.draw(key(hostKey(3)), [50]);
        const { value, logDet } = distribution.support.forward(z);
        const whole = distribution.logProb(value).add(logDet);
        const want = hostValues(name === "dirichlet" ? whole : whole.sum(-1));
        for (const [i, got] of hostValues(logQ).entries())
          expect(Math.abs(got - want[i]) / Math.max(1, Math.abs(want[i]))).toBeLessThan(1e-9);
        // The entropy of the draws is that of the density: E[log q] over draws of the distribution itself, on the free scale.
        const own = distribution.support.inverse(distribution.sample(key(hostKey(4)), [4000])).value;
        const [theirs, ours] = [q.logProb(own), q.draw(key(hostKey(5)), [4000]).logQ].map((x) => [...hostValues(x)]);
        const about = (x: number[]) => {
          const mean = x.reduce((s, v) => s + v, 0) / x.length;
          return { mean, variance: x.reduce((s, v) => s + (v - mean) ** 2, 0) / x.length ** 2 };
        };
        const [one, other] = [about(theirs), about(ours)];
        expect(Math.abs(one.mean - other.mean) / Math.sqrt(one.variance + other.variance)).toBeLessThan(mostZ);
      }),
    ),
  );
});

describe("families drawn by rejection have slopes whose mean over draws is that of the mean draw", () => {
  const count = 4000;
  /** Parameters of every draw, and E z as a function of them, by the digamma function. */
  const known = {
    gamma: [{ logMean: 0.3, logConcentration: 0.8 }, (p: number[]) => digamma(Math.exp(p[1])) - p[1] + p[0]],
    inverseGamma: [{ logMean: 0.3, logConcentration: 0.8 }, (p: number[]) => p[1] - p[0] - digamma(Math.exp(p[1]))],
    beta: [
      { logitMean: 0.4, logTotal: 1.3 },
      (p: number[]) => {
        const share = 1 / (1 + Math.exp(-p[0]));
        return digamma(Math.exp(p[1]) * share) - digamma(Math.exp(p[1]) * (1 - share));
      },
    ],
  } as const;

  it.each(Object.entries(known))("%s", (name, [at, mean]) =>
    inDouble(() =>
      tf.tidy(() => {
        const q = families[name].guide({ name, shape: [count], from: 0, size: count });
        const names = Object.keys(at);
        const values: number[] = Object.values(at);
        const params = Object.fromEntries(names.map((each, i) => [each, tf.fill([count], values[i])]));
        const total = (given: typeof params) =>
          q
            .at(given)
            .draw(key(hostKey(6)))
            .value.sum() as Scalar;
        const slopes = gradient(total)(params).gradient;
        for (const [i, each] of names.entries()) {
          const drawn = hostValues(slopes[each]);
          const average = drawn.reduce((a, b) => a + b, 0) / count;
          const error = Math.sqrt(drawn.reduce((sum, v) => sum + (v - average) ** 2, 0)) / count;
          const along = (x: number): number => mean(values.map((value, j) => (j === i ? x : value)));
          const want = (along(values[i] + 1e-4) - along(values[i] - 1e-4)) / 2e-4;
          // Where a parameter only shifts draws, every slope is 1.
          expect(Math.abs(average - want), each).toBeLessThan(mostZ * error + 1e-7);
        }
      }),
    ),
  );
});
