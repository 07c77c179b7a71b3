import { describe, expect, it } from "vitest";
import * as tf from "#tfjs";
import type { Guide, PathSampler, Sampler, Target } from "../../src/core/density.ts";
import { inDouble } from "../../src/core/double.ts";
import { hostKey } from "../../src/core/key.ts";
import { range } from "../../src/core/shape.ts";
import { fromHost, hostValues, type Scalar, type Tensor } from "../../src/core/tensor.ts";
import { leaves, mapTree } from "../../src/core/tree.ts";
import { chain } from "../../src/flows/chain.ts";
import { type CifOptions, type CifParameters, cif } from "../../src/flows/cif.ts";
import type { Flow } from "../../src/flows/flow.ts";
import { type FlowGuideParameters, flowGuide } from "../../src/flows/guide.ts";
import { iaf, maf, planar, realNvp, residual, spline } from "../../src/flows/index.ts";
import { pathAgain, pathAhead, pathBack, totalOf } from "../../src/flows/parts/indexed.ts";
import { type IndexedParameters, indexedLayer } from "../../src/flows/parts/indexedLayer.ts";
import { indexUseOf } from "../../src/flows/parts/indexUse.ts";
import { permutation } from "../../src/flows/parts/permutation.ts";
import type { FlowSpec } from "../../src/flows/spec.ts";
import type { StochasticMap } from "../../src/flows/stochastic.ts";
import { dreg, elbo, iwae, stickTheLanding } from "../../src/objectives/index.ts";
import { gradient } from "../../src/ops/gradient.ts";
import { key, normal, split } from "../../src/ops/random.ts";
import { standardLogProb } from "../../src/ops/standardNormal.ts";
import { moved } from "../guides/table.ts";
import { type Average, average, nowWith, valuesAndSlopes } from "../objectives/many.ts";
import { mean, mostZ, varianceAbout } from "../ops/statistics.ts";

const exactly = (f: () => void): void => inDouble(() => tf.tidy(f));
const farthest = (a: Tensor, b: Tensor): number => hostValues(a.sub(b).abs().max())[0];

/** By how many standard errors a mean lies off. */
const zOf = (draws: ArrayLike<number>, truth: number): number => {
  const centre = mean(draws);
  return Math.abs(centre - truth) / Math.sqrt(varianceAbout(draws, centre) / draws.length);
};

const bases: Readonly<Record<string, FlowSpec>> = {
  planar: planar({ layers: 1 }),
  "real-nvp": realNvp({ layers: 2, hidden: 4 }),
  maf: maf({ layers: 1, hidden: 4 }),
  iaf: iaf({ layers: 1, hidden: 4 }),
  spline: spline({ layers: 1, hidden: 4 }),
  residual: residual({ layers: 1, hidden: 4 }),
};

const layerParts = { index: 2, hidden: [5], activation: "tanh", context: 0, backOnly: false } as const;

const layersOver = (base: FlowSpec, size: number, seed: number, count = 2) => {
  const layer = indexedLayer("cif", base.flow(size) as Flow<unknown>, { ...layerParts, size });
  return range(count).map((i) => layer.at(moved(layer.init(key(hostKey(seed + i))), 0.4, seed + 50 + i)));
};

describe.each(Object.entries(bases))("layers over %s", (_, base) => {
  it.each([1, 2, 5])("undo each other by the same indices, with one account of the density, size %i", (size) =>
    exactly(() => {
      const maps = layersOver(base, size, 3);
      const x = normal(key(hostKey(1)), [7, size]);
      const ahead = pathAhead(maps, x, key(hostKey(2)));
      const indices = ahead.map(({ index }) => index);
      expect(indices[0].shape).toEqual([7, 2]);
      const again = pathAgain(maps, ahead[1].value, indices);
      expect(farthest(again[0].value, x)).toBeLessThan(1e-7);
      expect(farthest(totalOf(again, "logDet"), totalOf(ahead, "logDet").neg())).toBeLessThan(1e-7);
      expect(farthest(totalOf(again, "logAhead"), totalOf(ahead, "logAhead"))).toBeLessThan(1e-6);
      expect(farthest(totalOf(again, "logBack"), totalOf(ahead, "logBack"))).toBeLessThan(1e-6);
      // The index matters, and differs between draws.
      const other = pathAhead(maps, x, key(hostKey(4)));
      expect(farthest(other[1].value, ahead[1].value)).toBeGreaterThan(1e-3);
      // From what comes out, by indices of its own, back to something, and there again.
      const back = pathBack(maps, ahead[1].value, key(hostKey(5)));
      expect(farthest(maps[0].at(back[0].index).forward(back[0].value).value, back[1].value)).toBeLessThan(1e-7);
    }),
  );
});

const guideOf = (options: CifOptions, size: number): Guide<FlowGuideParameters<CifParameters>, Sampler> =>
  cif(options).for({ size } as Target) as Guide<FlowGuideParameters<CifParameters>, Sampler>;

const zeros = <T>(tree: T): T => mapTree(tree, (leaf) => tf.zerosLike(leaf));
/** Layers whose map does not depend on the index, which is drawn and seen alike from both ends. */
const unused = (params: CifParameters): CifParameters =>
  params.map((layer: IndexedParameters<unknown>) => ({
    ...layer,
    affine: zeros(layer.affine),
    ahead: zeros(layer.ahead),
    back: zeros(layer.back),
  }));

describe("without use of the index", () => {
  it.each(Object.entries(bases).filter(([name]) => name !== "residual"))(
    "the bound is that of the flow alone: %s",
    (_, base) =>
      exactly(() => {
        const [size, layers] = [3, 3];
        const guide = guideOf({ layers, base }, size);
        const params = guide.init(key(hostKey(1)));
        const flows = moved(params.flow, 0.4, 9);
        const { value, logQ } = guide.at({ ...params, flow: unused(flows) }).draw(key(hostKey(2)), [20]);
        const alone = flowGuide(
          size,
          chain<unknown>(
            range(layers).flatMap((i) => [base.flow(size), ...(i < layers - 1 ? [permutation(size, "reversed")] : [])]),
          ),
        );
        const inner = flows.flatMap(({ flow }, i) => (i < layers - 1 ? (flow as unknown[]) : [flow]));
        // The same noise: what the flow alone makes of the places that the draws came from.
        const through = alone.at({ ...params, flow: inner }).through as NonNullable<Sampler["through"]>;
        const [forNoise] = split(key(hostKey(2)), 2);
        const noise = normal(forNoise, [20, size]);
        const made = through(noise);
        expect(farthest(made.value, value)).toBeLessThan(1e-10);
        expect(farthest(standardLogProb(noise).sub(made.logDet), logQ)).toBeLessThan(1e-10);
      }),
  );
});

/** One layer over a bent line: z [..., 1]. */
const lineLayer = () => layersOver(planar({ layers: 1 }), 1, 11, 1);

describe("the density of a layer over a line", () => {
  const grid = (from: number, to: number, count: number): number[] =>
    range(count).map((i) => from + ((to - from) * (i + 0.5)) / count);

  /** p(y) = ∫ N(x) |dx/dy| p(u₁ | x) p(u₂ | x) du at x = F⁻¹(y; u), by the midpoint rule: [points]. */
  const byQuadrature = (points: readonly number[]): number[] => {
    const [map] = lineLayer();
    const us = grid(-9, 9, 90);
    const pairs = us.flatMap((a) => us.map((b) => [a, b]));
    const u = fromHost(pairs.flat(), [pairs.length, 2]);
    return points.map((point) => {
      const { value, logDet } = map.at(u).inverse(tf.fill([pairs.length, 1], point));
      const { mean: centre, logScale } = map.ahead(value);
      const logAhead = standardLogProb(u.sub(centre).div(logScale.exp())).sub(logScale.sum(-1));
      const total = standardLogProb(value).add(logDet).add(logAhead).logSumExp();
      return hostValues(total.exp())[0] * (18 / 90) ** 2;
    });
  };

  it("integrates to 1", () =>
    exactly(() => {
      const points = grid(-9, 9, 120);
      const sum = byQuadrature(points).reduce((total, p) => total + p, 0);
      expect(Math.abs((sum * 18) / 120 - 1)).toBeLessThan(1e-4);
    }));

  it.each([-1.1, 0.3, 2])("is the mean weight of ways back from %f, whose logarithms lie below it", (point) =>
    exactly(() => {
      const count = 40_000;
      const maps = lineLayer();
      const steps = pathBack(maps, tf.fill([count, 1], point), key(hostKey(6)));
      const logWeight = standardLogProb(steps[0].value)
        .add(totalOf(steps, "logDet"))
        .add(totalOf(steps, "logAhead"))
        .sub(totalOf(steps, "logBack"));
      const [truth] = byQuadrature([point]);
      const logs = hostValues(logWeight).slice();
      expect(zOf(logs.map(Math.exp), truth)).toBeLessThan(mostZ);
      expect(Math.log(truth) - mean(logs)).toBeGreaterThan(1e-3);
    }),
  );

  it("is that of its draws", () =>
    exactly(() => {
      // E[g(y)] of draws, against the same by quadrature, for functions that see the whole line.
      const ys = hostValues(
        pathAhead(lineLayer(), normal(key(hostKey(7)), [40_000, 1]), key(hostKey(8)))[0].value,
      ).slice();
      const points = grid(-9, 9, 120);
      const density = byQuadrature(points);
      for (const g of [Math.sin, (y: number) => Math.cos(2 * y), (y: number) => Math.tanh(y - 1)]) {
        const want = points.reduce((sum, y, i) => sum + (g(y) * density[i] * 18) / 120, 0);
        expect(zOf(ys.map(g), want)).toBeLessThan(mostZ);
      }
    }));
});

/** A small guide with the numbers of its parameters as lists, as `many.ts` wants them. */
const small = (() => {
  const options = { layers: 2, hidden: 2, base: realNvp({ layers: 2, hidden: 2, activation: "tanh" }) } as const;
  const guide = guideOf(options, 2);
  const listed = (seed: number) => {
    const form = inDouble(() => guide.init(key(hostKey(seed))));
    const params = inDouble(() => moved(form, 0.3, seed + 1));
    const shapes = leaves(form).map(({ shape }) => shape);
    const numbers = inDouble(() => leaves(params).map((leaf) => [...hostValues(leaf)]));
    const at = Object.fromEntries(numbers.map((list, i) => [`p${i}`, list]));
    const family = {
      at: (flat: Readonly<Record<string, Tensor>>) =>
        guide.at(mapTree(form, (_, i) => flat[`p${i}`].reshape(shapes[i]))),
    };
    return { at, family };
  };
  return listed(5);
})();

const bent: Target = {
  size: 2,
  logDensity: (z) => z.sin().sub(z.square().mul(0.5)).sum(-1).sub(z.sum(-1).square().mul(0.1)),
  constrain: (z) => z,
};

const averagesOf = (objective: unknown, count: number) =>
  valuesAndSlopes(objective, { target: bent, guide: small.family as never, at: small.at }, count).map(average);

const worstZ = (one: readonly Average[], other: readonly Average[]): number =>
  Math.max(
    ...one.map((a, i) => {
      const error = Math.hypot(a.error, other[i].error);
      return error === 0 ? Math.abs(a.mean - other[i].mean) : Math.abs(a.mean - other[i].mean) / error;
    }),
  );

describe("objectives on the joint density", () => {
  it("stick-the-landing has the value and the mean gradient of the bound", () =>
    expect(worstZ(averagesOf(stickTheLanding({ draws: 8 }), 3000), averagesOf(elbo({ draws: 8 }), 3000))).toBeLessThan(
      mostZ,
    ));

  it("DReG has the value and the mean gradient of IWAE, the way back's too", () =>
    expect(
      worstZ(averagesOf(dreg({ samples: 4, draws: 2 }), 3000), averagesOf(iwae({ samples: 4, draws: 2 }), 3000)),
    ).toBeLessThan(mostZ));

  it("stick-the-landing has no noise at an exact guide, but for what the way back learns by", () =>
    exactly(() => {
      const base = realNvp({ layers: 2, hidden: 3, activation: "tanh" });
      const guide = guideOf({ layers: 1, base }, 2);
      const fresh = guide.init(key(hostKey(1)));
      const params = { ...fresh, flow: unused(moved(fresh.flow, 0.3, 4)) };
      const alone = base.for({ size: 2 } as Target) as Guide<unknown, Sampler & { logProb(z: Tensor): Tensor }>;
      const exact = alone.at({ ...params, flow: params.flow[0].flow });
      const target: Target = { size: 2, logDensity: (z) => exact.logProb(z), constrain: (z) => z };
      const loss = (at: typeof params): Scalar =>
        stickTheLanding()(target, guide.at(at) as PathSampler, key(hostKey(3)), nowWith(1));
      const { value, gradient: slopes } = gradient(loss)(params);
      expect(Math.abs(hostValues(value)[0])).toBeLessThan(1e-12);
      const [{ back, ...others }] = slopes.flow;
      const most = (tree: unknown): number => Math.max(...leaves(tree).map((leaf) => hostValues(leaf.abs().max())[0]));
      expect(most([others, slopes.loc, slopes.logScale])).toBeLessThan(1e-12);
      expect(most(back)).toBeGreaterThan(1e-3);
    }));

  it("is refused where the flow inside has no inverse by a formula", () => {
    const guide = guideOf({ layers: 1, base: planar({ layers: 1 }) }, 2);
    exactly(() => {
      const q = guide.at(guide.init(key(hostKey(1)))) as PathSampler;
      expect(() => stickTheLanding()(bent, q, key(hostKey(2)), nowWith(1))).toThrow(/stick-the-landing.*use elbo\(\)/);
    });
  });
});

describe("a context", () => {
  it.each(["all", "back"] as const)("is looked at by what should: %s", (context) =>
    exactly(() => {
      const flow = cif({ layers: 2, context, base: maf({ layers: 1, hidden: 3 }) }).stochastic(2, 1);
      const params = moved(flow.init(key(hostKey(1))), 0.4, 2);
      const x = normal(key(hostKey(3)), [6, 2]);
      const at = (row: number) => flow.at(params, { context: tf.tensor1d([row]) });
      const [one, other] = [at(-1), at(2)].map((map) => map.forward(x, key(hostKey(4))));
      const apart = farthest(one.value, other.value);
      if (context === "all") expect(apart).toBeGreaterThan(1e-3);
      else expect(apart).toBe(0);
      expect(farthest(one.logDet, other.logDet)).toBeGreaterThan(1e-4);
      const [back, elsewhere] = [at(-1), at(2)].map((map) => map.inverse(x, key(hostKey(4))));
      expect(farthest(back.value, elsewhere.value)).toBeGreaterThan(1e-4);
    }),
  );

  it("is asked for where there should be one", () =>
    exactly(() => {
      const flow = cif({ layers: 1 }).stochastic(2, 1);
      const map = flow.at(flow.init(key(hostKey(1))));
      expect(() => map.forward(tf.zeros([3, 2]), key(hostKey(2)))).toThrow(
        /cif: expected a context \[\.\.\., 1\], got none/,
      );
    }));
});

describe("how much the index is used", () => {
  it("is nothing where the map does not depend on it", () =>
    exactly(() => {
      const flow = cif({ layers: 3 }).stochastic(2, 0, "forward");
      const map = flow.at(unused(flow.init(key(hostKey(1))))) as Required<StochasticMap>;
      const { share, nats } = map.indexUse(normal(key(hostKey(2)), [100, 2]), key(hostKey(3)));
      expect([...hostValues(share)]).toEqual([0, 0, 0]);
      expect(hostValues(nats.abs().max())[0]).toBeLessThan(1e-12);
    }));

  it("is the variance that it makes, and what the result tells of it", () =>
    exactly(() => {
      // y = x + 2 u, x and u standard normal: 4/5 of the variance, and r(u | y) = N(0.4 y, 0.2) knows ½ log 5 nats.
      const layer = {
        ahead: (x: Tensor) => ({ mean: x.mul(0), logScale: x.mul(0) }),
        back: (y: Tensor) => ({ mean: y.mul(0.4), logScale: y.mul(0).add(0.5 * Math.log(0.2)) }),
        at: (u: Tensor) => ({
          rank: 1,
          forward: (x: Tensor) => ({ value: x.add(u.mul(2)), logDet: tf.zeros([x.shape[0]]) }),
          inverse: (y: Tensor) => ({ value: y.sub(u.mul(2)), logDet: tf.zeros([y.shape[0]]) }),
          domain: (shape: readonly number[]) => [...shape],
        }),
      };
      const { share, nats } = indexUseOf([layer], normal(key(hostKey(1)), [50_000, 1]), key(hostKey(2)));
      // Standard errors: of a variance ratio about 2/√n, of the mean of nats below 1/√n.
      expect(Math.abs(hostValues(share)[0] - 0.8)).toBeLessThan((mostZ * 2) / Math.sqrt(50_000));
      expect(Math.abs(hostValues(nats)[0] - 0.5 * Math.log(5))).toBeLessThan(mostZ / Math.sqrt(50_000));
    }));
});

it("is refused over what is no flow, or has noise of its own", () => {
  expect(() => cif({ base: "spline" as never })).toThrow(/cif: base: expected a flow such as maf/);
  expect(() => cif({ base: cif() as never })).toThrow(/has noise of its own/);
  expect(() => cif({ layers: 0 })).toThrow(/cif: layers/);
  expect(() => cif({ width: 3 } as never)).toThrow(/unknown option "width"/);
});
