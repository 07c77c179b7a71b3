import { describe, expect, it } from "vitest";
import * as tf from "#tfjs";
import { inDouble } from "../../src/core/double.ts";
import { hostKey } from "../../src/core/key.ts";
import { range } from "../../src/core/shape.ts";
import { fromHost, hostValues, type Scalar, type Tensor } from "../../src/core/tensor.ts";
import { disposeTree } from "../../src/core/tree.ts";
import { compiledEngine } from "../../src/engine/compiled.ts";
import { showProgram } from "../../src/engine/show.ts";
import { iaf } from "../../src/flows/iaf.ts";
import { made } from "../../src/flows/made.ts";
import { maf } from "../../src/flows/maf.ts";
import { autoregressive } from "../../src/flows/parts/autoregressive.ts";
import { masked } from "../../src/nn/masked.ts";
import { gradient } from "../../src/ops/gradient.ts";
import { key, normal } from "../../src/ops/random.ts";
import { standardLogProb } from "../../src/ops/standardNormal.ts";
import { affineMonotone } from "../../src/transforms/monotone/affine.ts";
import { moved } from "../guides/table.ts";

const exactly = (f: () => void): void => inDouble(() => tf.tidy(f));
const farthest = (a: Tensor, b: Tensor): number => hostValues(a.sub(b).abs().max())[0];

it("IAF with the same parameters is MAF's inverse, and the other way round", () =>
  exactly(() => {
    const size = 6;
    const options = { layers: 3, hidden: [9, 7], order: "random", seed: 2 } as const;
    const student = iaf(options).flow(size);
    const teacher = maf({ ...options, normalise: false }).flow(size);
    const params = moved(teacher.init(key(hostKey(1))), 0.3, 2);
    const x = normal(key(hostKey(3)), [5, size]);
    for (const [one, other] of [
      ["forward", "inverse"],
      ["inverse", "forward"],
    ] as const) {
      const [a, b] = [student.at(params)[one](x), teacher.at(params)[other](x)];
      expect(farthest(a.value, b.value)).toBeLessThan(1e-12);
      expect(farthest(a.logDet, b.logDet)).toBeLessThan(1e-12);
    }
    const there = teacher.at(params).forward(x);
    const back = student.at(params).forward(there.value);
    expect(farthest(back.value, x)).toBeLessThan(1e-12);
    expect(farthest(back.logDet, there.logDet.neg())).toBeLessThan(1e-12);
  }));

describe("MADE as a density", () => {
  const size = 3;

  it("is the product of normal conditionals with the network's means and scales", () =>
    exactly(() => {
      const flow = made({ hidden: 10 }).flow(size);
      const params = moved(flow.init(key(hostKey(1))), 0.5, 2);
      const x = normal(key(hostKey(3)), [4, size]);
      const { value, logDet } = flow.at(params).inverse(x);
      const got = hostValues(standardLogProb(value).add(logDet));
      // u = x eˢ + t: x given those before it has the scale e⁻ˢ and the mean −t e⁻ˢ.
      const [shift, raw] = masked(size, [10], 2)
        .at(params[0] as never)(x)
        .map((head) => hostValues(head));
      const rows = hostValues(x);
      for (const row of range(4)) {
        const terms = range(size).map((i) => {
          const at = row * size + i;
          const scale = Math.exp(-4 * Math.tanh(raw[at] / 4));
          const z = (rows[at] + shift[at] * scale) / scale;
          return -0.5 * z * z - Math.log(scale) - 0.5 * Math.log(2 * Math.PI);
        });
        expect(Math.abs(got[row] - terms.reduce((a, b) => a + b, 0))).toBeLessThan(1e-12);
      }
    }));

  it("of components is the mixture that the network says", () =>
    exactly(() => {
      const components = 3;
      const flow = made({ hidden: 10, components }).flow(2);
      const params = moved(flow.init(key(hostKey(1))), 0.5, 2);
      const x = normal(key(hostKey(3)), [4, 2]).mul(3);
      const { value, logDet } = flow.at(params).inverse(x);
      const got = hostValues(standardLogProb(value).add(logDet));
      const fresh = flow.at(flow.init(key(hostKey(1))));
      expect(farthest(fresh.inverse(x).value, x)).toBeLessThan(3);
      const network = masked(2, [10], 3 * components).at(params[0] as never);
      const heads = network(x).map((head) => hostValues(head));
      const start = [0, 0, 0, -1, 0, 1].map((v, i) => (i < 3 ? v : v * Math.sqrt(0.75)));
      const rows = hostValues(x);
      for (const row of range(4)) {
        const terms = range(2).map((i) => {
          const at = row * 2 + i;
          const logits = range(components).map((k) => heads[k][at]);
          const total = logits.reduce((sum, logit) => sum + Math.exp(logit), 0);
          const density = range(components).reduce((sum, k) => {
            const mean = heads[components + k][at] + start[components + k];
            const own = heads[2 * components + k][at] + 4 * Math.atanh((0.5 * Math.log(0.5)) / 4);
            const scale = Math.exp(4 * Math.tanh(own / 4));
            const z = (rows[at] - mean) / scale;
            return sum + ((Math.exp(logits[k]) / total) * Math.exp(-0.5 * z * z)) / (scale * Math.sqrt(2 * Math.PI));
          }, 0);
          return Math.log(density);
        });
        expect(Math.abs(got[row] - terms.reduce((a, b) => a + b, 0))).toBeLessThan(1e-11);
      }
    }));
});

describe("class-conditional MAF", () => {
  it("is a density for each class, another for another, and of its own draws", () =>
    exactly(() => {
      const flow = maf({ layers: 2, hidden: 8 }).flow(2, 2);
      const params = moved(flow.init(key(hostKey(1))), 0.2, 2);
      const classes = [
        [1, 0],
        [0, 1],
      ].map((oneHot) => flow.at(params, { context: fromHost(oneHot, [2]) }));
      const [count, far] = [240, 12];
      const axis = range(count).map((i) => far * ((2 * i + 1) / count - 1));
      const grid = fromHost(
        axis.flatMap((a) => axis.flatMap((b) => [a, b])),
        [count * count, 2],
      );
      const densities = classes.map((map) => {
        const { value, logDet } = map.inverse(grid);
        return standardLogProb(value).add(logDet).exp();
      });
      const cell = ((2 * far) / count) ** 2;
      for (const density of densities) expect(hostValues(density.sum())[0] * cell).toBeCloseTo(1, 4);
      expect(hostValues(densities[0].sub(densities[1]).abs().sum())[0] * cell).toBeGreaterThan(0.1);
      // Draws of a class have the mean that its density has.
      const draws = 20000;
      for (const [i, map] of classes.entries()) {
        const { value } = map.forward(normal(key(hostKey(5 + i)), [draws, 2]));
        const { mean, variance } = tf.moments(value, 0);
        const want = hostValues(grid.mul(densities[i].expandDims(1)).sum(0).mul(cell));
        const [got, spread] = [hostValues(mean), hostValues(variance)];
        for (const k of range(2))
          expect(Math.abs(got[k] - want[k]) / Math.sqrt(spread[k] / draws), `class ${i}, mean ${k}`).toBeLessThan(4.5);
      }
    }));
});

describe("the way back through an autoregressive layer, in turns", () => {
  const layer = (size: number, hidden: readonly number[], context = 0) => {
    const places = range(size).map((i) => (i * 3 + 2) % size);
    return autoregressive({ size, hidden, monotone: affineMonotone, context, places });
  };

  it.each([
    ["no hidden layer", 5, []],
    ["one", 5, [7]],
    ["two, of which one is narrower than the coordinates are many", 7, [12, 3]],
    ["one coordinate", 1, [4]],
  ] as const)("solves the same equations as one pass a coordinate: %s", (_, size, hidden) =>
    exactly(() => {
      for (const context of [0, 2]) {
        const flow = layer(size, hidden, context);
        const given = context ? { context: fromHost([0.3, -1, 2, 0.4, 0, 1], [3, 2]) } : {};
        const map = flow.at(moved(flow.init(key(hostKey(1))), 0.4, 2), given);
        const y = normal(key(hostKey(3)), [3, size]);
        const solved = map.inverse(y);
        // Of y = x eˢ + t, which is right in the first i coordinates after i rounds: x ← (y − t) e⁻ˢ.
        let x = tf.zerosLike(y);
        for (const _ of range(size)) {
          const { value } = map.forward(x);
          const step = y.sub(value).div(diagonal(map.forward, x));
          x = x.add(step);
        }
        expect(farthest(solved.value, x)).toBeLessThan(1e-9);
        expect(farthest(solved.logDet, map.forward(x).logDet.neg())).toBeLessThan(1e-9);
      }
    }),
  );

  it("has the slopes of an inverse at size 64, compiled", () => {
    const engine = compiledEngine("f64");
    const run = (size: number): void => {
      const flow = layer(size, [64]);
      const made = engine.compile(() => ({
        params: moved(flow.init(key(hostKey(1))), 0.1, 2),
        x: normal(key(hostKey(3)), [2, size]),
        weights: normal(key(hostKey(4)), [2, size]),
      }))();
      const program = engine.compile((params: typeof made.params, x: Tensor, weights: Tensor) => {
        const y = flow.at(params).forward(x).value;
        const there = gradient((z: Tensor) => {
          const { value, logDet } = flow.at(params).forward(z);
          const back = flow.at(params).inverse(value);
          // 0 but for rounding, whatever z: the log-dets cancel, and x comes back.
          return back.value.mul(weights).sum().add(logDet.add(back.logDet).sum()) as Scalar;
        })(x);
        const slopes = gradient((at: typeof params) => {
          const { value } = flow.at(at).forward(x);
          return flow.at(at).inverse(value).value.mul(weights).sum() as Scalar;
        })(params).gradient;
        const worst = slopes.map(({ w, b }) => w.abs().max().maximum(b.abs().max()));
        return [flow.at(params).inverse(y).value.sub(x).abs().max(), there.gradient.sub(weights).abs().max(), ...worst];
      });
      const results = program(made.params, made.x, made.weights);
      for (const result of results) expect(hostValues(result)[0]).toBeLessThan(1e-10);
      disposeTree([made, results]);
    };
    run(64);
  });

  it("is a program that does not grow with the size", () => {
    const lines = (size: number): number =>
      tf.tidy(() => {
        const flow = layer(size, [64]);
        const params = flow.init(key(hostKey(1)));
        const back = (at: typeof params, y: Tensor): Tensor[] => [flow.at(at).inverse(y).value];
        return showProgram(back, [params, tf.zeros([2, size])]).split("\n").length;
      });
    expect(Math.abs(lines(64) - lines(16))).toBeLessThan(5);
  });
});

/** ∂ value_i/∂ x_i of a layer whose every coordinate is affine in itself: by one step of 1, which is exact. */
const diagonal = (forward: (x: Tensor) => { readonly value: Tensor }, x: Tensor): Tensor => {
  const size = x.shape[1] as number;
  const here = forward(x).value;
  const columns = range(size).map((i) => {
    const step = fromHost(
      range(size).map((j) => (i === j ? 1 : 0)),
      [1, size],
    );
    return forward(x.add(step)).value.sub(here).mul(step).sum(1);
  });
  return tf.stack(columns, 1);
};
