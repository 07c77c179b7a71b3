import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import * as tf from "#tfjs";
import { inDouble, inPrecision } from "../../src/core/double.ts";
import { hostKey, type Key } from "../../src/core/key.ts";
import { range } from "../../src/core/shape.ts";
import { fromHost, hostValues, type Scalar, type Tensor } from "../../src/core/tensor.ts";
import { disposeTree, leaves, mapTree } from "../../src/core/tree.ts";
import { compiledEngine } from "../../src/engine/compiled.ts";
import { eagerEngine } from "../../src/engine/eager.ts";
import { jacobians } from "../../src/flows/lipschitz.ts";
import { residual } from "../../src/flows/residual.ts";
import {
  boundedNetworks,
  type LipschitzLayer,
  type LipschitzUnit,
  linearisedNetwork,
  lipschitzUnits,
} from "../../src/nn/lipschitz.ts";
import { gradient } from "../../src/ops/gradient.ts";
import type { Linearised } from "../../src/ops/linearised.ts";
import { key, normal, split } from "../../src/ops/random.ts";
import { standardLogProb } from "../../src/ops/standardNormal.ts";
import { residualMap } from "../../src/transforms/residual.ts";
import { moved } from "../guides/table.ts";
import { mean, meanZ, mostZ, varianceAbout } from "../ops/statistics.ts";

type Rows = readonly (readonly number[])[];
interface HostLayer {
  readonly w: Rows;
  readonly b: readonly number[];
}
interface Known {
  readonly matrices: readonly { readonly name: string; readonly matrix: Rows; readonly singular: readonly number[] }[];
  readonly layers: readonly {
    readonly lipschitz: number;
    readonly layers: readonly HostLayer[];
    readonly bounded: readonly HostLayer[];
    readonly x: readonly number[];
    readonly value: readonly number[];
    readonly logDet: number;
    readonly jacobian: Rows;
  }[];
}
/** By numpy 2.4.6: scripts/reference/residual.py. */
const known = JSON.parse(readFileSync(new URL("../known/residual.json", import.meta.url), "utf8")) as Known;

const exactly = (f: () => void): void => inDouble(() => tf.tidy(f));
const matrixOf = (rows: Rows): Tensor => fromHost(rows.flat(), [rows.length, rows[0].length]);
const layersOf = (layers: readonly HostLayer[]): LipschitzLayer[] =>
  layers.map(({ w, b }) => ({ w: matrixOf(w), b: fromHost(b, [b.length]) }));
const near = (got: ArrayLike<number>, want: ArrayLike<number>, digits: number): void => {
  expect(got.length).toBe(want.length);
  for (let i = 0; i < want.length; i++) expect(got[i]).toBeCloseTo(want[i], digits);
};

describe("units", () => {
  it.each(Object.keys(lipschitzUnits) as LipschitzUnit[])("%s has slopes within ±1, and says what they are", (name) =>
    exactly(() => {
      const a = range(2001).map((i) => (i - 1000) / 40 + 1e-4);
      const step = 1e-5;
      for (const steepness of [-3, 0.5, 4]) {
        const at = (x: readonly number[]) => lipschitzUnits[name](fromHost(x, [x.length]), tf.scalar(steepness));
        const slopes = hostValues(at(a).slope);
        const [above, below] = [step, -step].map((h) => hostValues(at(a.map((x) => x + h)).value));
        for (const [i, slope] of slopes.entries()) {
          expect(Math.abs(slope)).toBeLessThanOrEqual(1);
          expect(Math.abs(slope - (above[i] - below[i]) / (2 * step))).toBeLessThan(1e-8);
        }
      }
    }),
  );
});

describe("bounded weights", () => {
  it.each(known.matrices)("have no larger singular value than they may, nor a much smaller one: $name", (row) =>
    exactly(() => {
      const w = matrixOf(row.matrix);
      const b = tf.zeros([w.shape[1] as number]);
      for (const lipschitz of [0.5, 0.9, 1e6]) {
        const made = boundedNetworks([[{ w, b }]], lipschitz)[0][0].w;
        // They differ by one factor, so that numpy's singular values of the matrix serve here too.
        const factor = hostValues(made.mul(w).sum().div(w.square().sum()))[0];
        near(hostValues(made), hostValues(w.mul(factor)), 12);
        const norm = factor * row.singular[0];
        expect(norm).toBeLessThan(lipschitz * (1 + 1e-14));
        if (row.singular[0] > lipschitz) expect(norm).toBeGreaterThan((lipschitz / 1.01) * (1 - 1e-14));
        if (row.singular[0] < lipschitz / 1.01) expect(factor).toBeCloseTo(1, 15);
      }
    }),
  );

  it("are those of numpy's singular values, a hundredth smaller at the most", () =>
    exactly(() => {
      for (const row of known.layers)
        for (const [i, { w }] of boundedNetworks([layersOf(row.layers)], row.lipschitz)[0].entries()) {
          const ratios = hostValues(w.div(matrixOf(row.bounded[i].w)));
          for (const ratio of ratios) {
            expect(ratio).toBeLessThan(1 + 1e-13);
            expect(ratio).toBeGreaterThan(1 / 1.01);
          }
        }
    }));

  it("make g a contraction far from its start, between points near and far", () =>
    exactly(() => {
      for (const activation of Object.keys(lipschitzUnits) as LipschitzUnit[])
        for (const seed of [1, 2]) {
          const lipschitz = 0.8;
          const flow = residual({ layers: 1, hidden: [9, 6], lipschitz, activation }).flow(4);
          const map = flow.at(moved(flow.init(key(hostKey(seed))), 3, seed));
          const x = normal(key(hostKey(seed + 10)), [100, 4]).mul(3);
          const g = (at: Tensor): Tensor => map.forward(at).value.sub(at);
          for (const scale of [1e-3, 1, 30]) {
            const other = x.add(normal(key(hostKey(seed + 20)), [100, 4]).mul(scale));
            const ratio = g(x).sub(g(other)).norm("euclidean", -1).div(x.sub(other).norm("euclidean", -1));
            expect(Math.max(...hostValues(ratio))).toBeLessThan(lipschitz);
          }
        }
    }));
});

describe("a residual layer", () => {
  const g = (x: Tensor, layers: readonly LipschitzLayer[]): Linearised => linearisedNetwork(layers, "tanh", x);

  it.each(known.layers.map((row, i) => [i + 1, row] as const))("has numpy's value and log-determinant, %i", (_, row) =>
    exactly(() => {
      const size = row.x.length;
      const map = residualMap(g, layersOf(row.bounded), row.lipschitz);
      const { value, logDet } = map.forward(fromHost(row.x, [size]));
      near(hostValues(value), row.value, 13);
      near(hostValues(logDet), [row.logDet], 13);
      near(hostValues(map.inverse(value).value), row.x, 12);
      near(hostValues(jacobians(map, fromHost(row.x, [1, size]))), row.jacobian.flat(), 13);
    }),
  );

  it("knows products with its Jacobian on either side", () =>
    exactly(() => {
      for (const row of known.layers) {
        const size = row.x.length;
        const at = g(fromHost(row.x, [size]), layersOf(row.bounded));
        const own = tf.eye(size).sub(matrixOf(row.jacobian)).neg();
        const v = normal(key(hostKey(1)), [size]);
        near(hostValues(at.push(v)), hostValues(own.mul(v).sum(1)), 13);
        near(hostValues(at.pull(v)), hostValues(own.mul(v.expandDims(1)).sum(0)), 13);
        near(hostValues(at.slopes()), hostValues(own.transpose()), 13);
      }
    }));

  it("goes back from where a contraction hardly contracts, in double and single precision", () => {
    for (const [precision, tolerance] of [
      ["f64", 1e-11],
      ["f32", 5e-3],
    ] as const)
      inPrecision(precision, () =>
        tf.tidy(() => {
          // g(x) = −0.99 x + b: every direction shrinks to a hundredth.
          const layer = { w: tf.eye(3).mul(-0.99) as Tensor, b: fromHost([1, 2, 3], [3]) };
          const x = fromHost([0.3, -1, 2], [3]);
          const map = residualMap(g, [layer], 0.99);
          const back = hostValues(map.inverse(map.forward(x).value).value);
          for (const [i, want] of [0.3, -1, 2].entries()) expect(Math.abs(back[i] - want)).toBeLessThan(tolerance);
          expect(hostValues(map.forward(x).logDet)[0]).toBeCloseTo(3 * Math.log(0.01), 3);
        }),
      );
  });
});

describe("a residual flow with a key", () => {
  const spec = residual({ layers: 2, hidden: 6, lipschitz: 0.5, logDet: "series", terms: 1 });
  const flow = spec.flow(3);
  const start = () => moved(flow.init(key(hostKey(1))), 1, 2);
  const rows = 4000;
  const points = (): Tensor => fromHost([0.4, -1.2, 0.7], [3]).broadcastTo([rows, 3]);

  it.each(["forward", "inverse"] as const)("has a log-determinant that is right on average, %s", (way) =>
    exactly(() => {
      const params = start();
      const [want] = hostValues(flow.at(params)[way](points().slice([0, 0], [1, 3])).logDet);
      const made = hostValues(flow.at(params, { key: key(hostKey(3)) })[way](points()).logDet);
      const variance = varianceAbout(made, mean(made));
      expect(variance).toBeGreaterThan(1e-8);
      expect(Math.abs(meanZ(made, want, variance))).toBeLessThan(mostZ);
    }),
  );

  it("has slopes in its parameters that are right on average", () => {
    const engine = compiledEngine();
    const made = engine.compile(() => ({ params: start(), keys: tf.stack(split(key(hostKey(4)), 100)) }))();
    const direction = (params: unknown): unknown =>
      mapTree(params, (leaf, i) => normal(key(hostKey(200 + i)), leaf.shape));
    /** The slope of the mean log-determinant, along a fixed direction. */
    const along = engine.compile((params: typeof made.params, given?: Tensor): Tensor => {
      const x = normal(key(hostKey(5)), [20, 3]);
      const { gradient: slopes } = gradient(
        (at: typeof params) =>
          flow
            .at(at, given && { key: given as Key })
            .forward(x)
            .logDet.mean() as Scalar,
      )(params);
      const [own, fixed] = [leaves(slopes), leaves(direction(params))];
      return own.reduce((sum, slope, i) => sum.add(slope.mul(fixed[i]).sum()), tf.scalar(0) as Tensor);
    });
    const numberOf = (x: Tensor): number => {
      const [value] = hostValues(x);
      x.dispose();
      return value;
    };
    const want = numberOf(along(made.params));
    const estimates = range(100).map((i) => {
      const own = tf.tidy(() => made.keys.slice([i, 0], [1, 2]).reshape([2]));
      const slope = numberOf(along(made.params, own));
      own.dispose();
      return slope;
    });
    expect(Math.abs(meanZ(estimates, want, varianceAbout(estimates, mean(estimates))))).toBeLessThan(mostZ);
    disposeTree(made);
  });

  it.each([
    ["series", residual({ layers: 2, hidden: 5, logDet: "series" })],
    ["a series that is cut", residual({ layers: 2, hidden: 5, logDet: "series", continuation: 0, terms: 6 })],
    ["normal probes", residual({ layers: 1, hidden: 5, logDet: "series", probe: "normal" })],
  ] as const)("gives the same compiled as op by op: %s", (_, own) => {
    const made = own.flow(3);
    const both = (engine: ReturnType<typeof eagerEngine>): number[][] => {
      const out = engine.compile((from: Key) => {
        const params = moved(made.init(key(hostKey(1))), 0.5, 3);
        const x = normal(key(hostKey(2)), [4, 3]);
        const total = (at: typeof params): Scalar => {
          const { value, logDet } = made.at(at, { key: from }).forward(x);
          return value.square().sum().sub(logDet.sum()) as Scalar;
        };
        return [made.at(params, { key: from }).forward(x), gradient(total)(params)];
      })(key(hostKey(9)));
      const numbers = leaves(out).map((tensor) => [...hostValues(tensor)]);
      disposeTree(out);
      return numbers;
    };
    const fellBack: string[] = [];
    const compiled = both(compiledEngine("f64", { warn: (message) => fellBack.push(message) }));
    expect(fellBack).toEqual([]);
    for (const [i, numbers] of both(eagerEngine("f64")).entries()) near(compiled[i], numbers, 9);
  });

  it("is a guide whose bound is right on average", () =>
    exactly(() => {
      const guide = spec.for({ size: 3 } as never) as Exclude<ReturnType<typeof spec.for>, Promise<unknown>>;
      const params = moved(guide.init(key(hostKey(6))), 0.5, 7);
      const { value, logQ } = guide.at(params).draw(key(hostKey(8)), [rows]);
      const straight = flow.at(params.flow).inverse(value.sub(params.loc).div(params.logScale.exp()));
      const exact = standardLogProb(straight.value).add(straight.logDet).sub(params.logScale.sum());
      const errors = hostValues(logQ.sub(exact));
      const variance = varianceAbout(errors, mean(errors));
      expect(variance).toBeGreaterThan(1e-8);
      expect(Math.abs(meanZ(errors, 0, variance))).toBeLessThan(mostZ);
      const judged = guide.at(params).drawExactly?.(key(hostKey(8)), [rows]);
      near(hostValues(judged?.value as Tensor), hostValues(value), 12);
      near(hostValues(judged?.logQ as Tensor), hostValues(exact), 9);
    }));

  it("uses it where a Jacobian would cost more, or where it is told to", () => {
    expect(residual().flow(16).random).toBe(false);
    expect(residual().flow(17).random).toBe(true);
    expect(residual({ logDet: "exact" }).flow(100).random).toBe(false);
    expect(residual({ logDet: "series" }).flow(1).random).toBe(true);
  });
});

describe("options of a residual flow", () => {
  it("are filled in", () => {
    expect(residual().options).toEqual({
      layers: 8,
      hidden: [32, 32],
      activation: "lipSwish",
      lipschitz: 0.9,
      logDet: "auto",
      terms: 4,
      continuation: 0.9,
      probe: "signs",
    });
    expect(residual({ lipschitz: 0.97 }).options).toMatchObject({ continuation: 0.97 });
  });

  it.each([
    [{ lipschitz: 1 }, /residual: lipschitz: expected a number between 0 and 1, got 1/],
    [{ lipschitz: 0.9, continuation: 0.8 }, /continuation: expected a probability above lipschitz² = 0\.81/],
    [{ continuation: 1 }, /continuation/],
    [{ layers: 0 }, /residual: layers/],
    [{ hidden: [8, 0.5] }, /residual: hidden/],
    [{ terms: 0 }, /residual: terms/],
    [{ activation: "relu" as never }, /residual: activation: expected "lipSwish", "tanh"/],
    [{ logDet: "trace" as never }, /residual: logDet/],
    [{ probe: "uniform" as never }, /residual: probe/],
    [{ layer: 3 } as never, /unknown option "layer" \(did you mean "layers"\?\)/],
  ])("are refused where they make no flow: %o", (options, message) => {
    expect(() => residual(options)).toThrow(message);
  });
});
