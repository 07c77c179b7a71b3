import { describe, expect, it } from "vitest";
import * as tf from "#tfjs";
import type { Gaussian, Target } from "../../src/core/density.ts";
import { inDouble } from "../../src/core/double.ts";
import { hostKey } from "../../src/core/key.ts";
import { hostValues, type Tensor } from "../../src/core/tensor.ts";
import { fullRank } from "../../src/guides/index.ts";
import {
  condition,
  gaussianElbo,
  halfNormal,
  type Model,
  missing,
  model,
  multivariateNormal,
  noncentred,
  normal,
} from "../../src/index.ts";
import { key } from "../../src/ops/random.ts";
import { moved } from "../guides/table.ts";
import { mostZ } from "../ops/statistics.ts";
import { averages, nowWith } from "./many.ts";

const schools = model("schools")
  .data("sigma", ["J"])
  .latent("mu", normal(1, 5))
  .latent("tau", halfNormal(0, 5))
  .latent("theta", ({ mu, tau }) => noncentred(normal(mu, tau)), ["J"])
  .latent("shift", ({ sigma }) => normal(sigma.div(10), sigma), ["J"])
  .latent("below", ({ mu }) => normal(mu, 1))
  .latent("pair", () =>
    multivariateNormal(0, {
      covariance: [
        [2, 0.5],
        [0.5, 1],
      ],
    }),
  )
  .observe("y", ({ theta, shift, sigma }) => normal(theta.add(shift), sigma), ["J"]) as unknown as Model;
const data = { sigma: [10, 15, 20], y: [3, -8, 11] };

/** The sizes in turn: mu 1, tau 1, theta 3, shift 3, below 1, pair 2. */
const counts = [1, 0, 1, 1, 1, 1, 1, 1, 0, 0, 0];

const exactly = <T>(f: () => T): T => inDouble(() => tf.tidy(f as never) as T);

describe("the part of a log density that is a sum of known normals", () => {
  it("holds latents whose prior has numbers or data in it, and noncentred ones", () =>
    exactly(() => {
      const conditioned = condition(schools, data as never);
      const part = conditioned.at(conditioned.tensors()).normalPart?.();
      expect([...hostValues(part?.counts as Tensor)]).toEqual(counts);
      expect([...hostValues(part?.loc as Tensor)]).toEqual([1, 0, 0, 0, 0, 1, 1.5, 2, 0, 0, 0]);
      expect([...hostValues(part?.scale as Tensor)]).toEqual([5, 1, 1, 1, 1, 10, 15, 20, 1, 1, 1]);
    }));

  it("is left out where there is none, and where data that a prior looks at lack values", () => {
    const centred = model("centred")
      .latent("tau", halfNormal(0, 1))
      .latent("theta", ({ tau }) => normal(0, tau))
      .observe("y", ({ theta }) => normal(theta, 1), ["N"]) as unknown as Model;
    expect("normalPart" in condition(centred, { y: [1] } as never).at({})).toBe(false);
    const gapped = model("gapped")
      .observe("x", normal(0, 1), ["N"])
      .latent("a", ({ x }) => normal(x, 1), ["N"])
      .observe("y", ({ a }) => normal(a, 1), ["N"]) as unknown as Model;
    expect("normalPart" in condition(gapped, { x: missing([1, null]), y: [1, 2] } as never).at({})).toBe(false);
    expect("normalPart" in condition(gapped, { x: [1, 3], y: [1, 2] } as never).at({})).toBe(true);
  });

  it("is a part: what is left does not depend on the latents that only it holds", () =>
    exactly(() => {
      const plain = model("plain")
        .latent("a", normal(2, 3))
        .latent("b", normal(0, 1))
        .observe("y", ({ b }) => normal(b, 1), ["N"]) as unknown as Model;
      const conditioned = condition(plain, { y: [1, 2] } as never);
      const values = conditioned.tensors();
      const at = (a: number): number => hostValues(conditioned.at(values).logDensity(tf.tensor1d([a, 0.3])))[0];
      const { loc, scale, counts: both } = (conditioned.at(values) as Required<Target>).normalPart();
      expect([loc, scale, both].map((x) => [...hostValues(x)])).toEqual([
        [2, 0],
        [3, 1],
        [1, 1],
      ]);
      const normals = (a: number): number => -0.5 * ((a - 2) / 3) ** 2;
      expect(at(5) - normals(5)).toBeCloseTo(at(-4) - normals(-4), 12);
    }));
});

describe("gaussian-elbo on a model", () => {
  const conditioned = condition(schools, data as never);
  const guide = fullRank().for(conditioned.at({}));
  if (guide instanceof Promise) throw new Error("full-rank needs no search");
  const hostParams = exactly(() => {
    const { loc, logDiagonal, below } = moved(guide.init(key(hostKey(1))), 0.3, 7);
    return { loc: [...hostValues(loc)], logDiagonal: [...hostValues(logDiagonal)], below: [...hostValues(below)] };
  });
  const fixed = exactly(() => conditioned.tensors());
  const trial = {
    target: conditioned.at(fixed),
    guide: {
      at: ({ loc, logDiagonal, below }: Record<string, Tensor>): Gaussian =>
        guide.at({ loc, logDiagonal, below: below.reshape([11, 11]) }),
    } as never,
    at: hostParams,
    beta: 0.8,
  };

  it("has the mean and slopes of the plain bound, with less noise the more is in closed form", () => {
    const [closed, entropy] = (["analytic", "draws"] as const).map((prior) =>
      averages(gaussianElbo({ draws: 4, prior }), trial, 3_000),
    );
    for (const [i, { mean, error }] of closed.entries()) {
      const other = entropy[i];
      const both = Math.hypot(error, other.error);
      if (both > 0) expect(Math.abs(mean - other.mean) / both, `part ${i}`).toBeLessThan(mostZ);
    }
    expect(entropy[0].variance / closed[0].variance).toBeGreaterThan(1.2);
  });

  it("is exact, with one draw, where the whole log density is normals", () =>
    exactly(() => {
      const prior = model("prior").latent("a", normal(1, 2)).latent("b", normal(-1, 0.5), [3]) as unknown as Model;
      const alone = condition(prior, {} as never);
      const only = fullRank().for(alone.at({}));
      if (only instanceof Promise) throw new Error("full-rank needs no search");
      const q = only.at(only.init(key(hostKey(3)))) as Gaussian;
      const values = [1, 2, 3].map(
        (seed) => hostValues(gaussianElbo({ draws: 1 })(alone.at({}), q, key(hostKey(seed)), nowWith(1)))[0],
      );
      const [loc, variances] = Object.values(q.moments()).map((x) => [...hostValues(x)]);
      const want = loc.reduce((sum, m, i) => {
        const [centre, scale] = i === 0 ? [1, 2] : [-1, 0.5];
        return (
          sum + (variances[i] + (m - centre) ** 2) / scale ** 2 / 2 + Math.log(scale / Math.sqrt(variances[i])) - 0.5
        );
      }, 0);
      for (const value of values) expect(value).toBeCloseTo(want, 11);
    }));
});
