import { describe, expect, it } from "vitest";
import * as tf from "#tfjs";
import { inDouble, inPrecision } from "../../src/core/double.ts";
import { hostKey } from "../../src/core/key.ts";
import { range } from "../../src/core/shape.ts";
import { fromHost, hostValues, type Scalar, type Tensor } from "../../src/core/tensor.ts";
import { leaves } from "../../src/core/tree.ts";
import { type SylvesterKind, sylvester } from "../../src/flows/sylvester.ts";
import { gradient } from "../../src/ops/gradient.ts";
import { key, normal } from "../../src/ops/random.ts";
import { coordinateFrame, spanFrame } from "../../src/transforms/linear/frame.ts";
import { planarMap } from "../../src/transforms/planar.ts";
import { type SylvesterParameters, sylvesterMap } from "../../src/transforms/sylvester.ts";

const exactly = (f: () => void): void => inDouble(() => tf.tidy(f));
const one = (value: number): Tensor => fromHost([value], [1, 1]);
const vector = (values: readonly number[]): Tensor => fromHost(values, [values.length]);

describe("a Sylvester step", () => {
  it("of rank 1 is the planar one with w = r̃ q and u = r q, either way", () =>
    exactly(() => {
      const direction = [2, -1, 2];
      const q = direction.map((v) => v / 3);
      const x = normal(key(hostKey(1)), [6, 3]).mul(2);
      for (const [r, inner, b] of [
        [0.7, 1.3, 0.2],
        [-4, 2, -1],
        [1.5, -0.01, 0.5],
        [-3, -2, 0],
        [-2, 5, 0.3],
      ]) {
        const core: SylvesterParameters = { outer: one(r), inner: one(inner), bias: vector([b]) };
        const map = sylvesterMap(spanFrame(fromHost(direction, [1, 3])), core);
        const planar = planarMap({
          w: vector(q.map((v) => v * inner)),
          u: vector(q.map((v) => v * r)),
          b: tf.scalar(b),
        });
        for (const way of ["forward", "inverse"] as const) {
          const [got, want] = [map[way](x), planar[way](x)];
          // û is u and what moves it, which is ‖u‖ long where r r̃ is far below −1: both round.
          expect(hostValues(got.value.sub(want.value).abs().max())[0], `${r}, ${inner}, ${way}`).toBeLessThan(1e-11);
          expect(hostValues(got.logDet.sub(want.logDet).abs().max())[0], `${r}, ${inner}, ${way}`).toBeLessThan(1e-11);
        }
      }
    }));

  it("leaves what is at right angles to its frame where it is", () =>
    exactly(() => {
      const map = sylvesterMap(spanFrame(fromHost([1, 1, 0, 0, 0, 1], [2, 3])), {
        outer: normal(key(hostKey(2)), [2, 2]),
        inner: normal(key(hostKey(3)), [2, 2]),
        bias: normal(key(hostKey(4)), [2]),
      });
      const across = fromHost([1, -1, 0], [3, 1]);
      const x = normal(key(hostKey(5)), [4, 3]);
      const moved = map.forward(x).value.sub(x) as tf.Tensor2D;
      expect(
        hostValues(
          tf
            .matMul(moved, across as tf.Tensor2D)
            .abs()
            .max(),
        )[0],
      ).toBeLessThan(1e-14);
      expect(hostValues(moved.abs().max())[0]).toBeGreaterThan(0.1);
    }));

  it.each(["f32", "f64"] as const)(
    "is finite with finite slopes where r r̃ lies far below −1, and at 0, %s",
    (precision) =>
      inPrecision(precision, () =>
        tf.tidy(() => {
          for (const far of [0, 1, 5, 9])
            for (const way of ["forward", "inverse"] as const) {
              const params: SylvesterParameters = {
                outer: tf.eye(2).mul(-far),
                inner: tf.eye(2).mul(far),
                bias: vector([0, 0.5]),
              };
              const { value, gradient: slopes } = gradient((p: SylvesterParameters) => {
                const made = sylvesterMap(coordinateFrame(false), p)[way](fromHost([0, 0, 1, -2, 30, 5], [3, 2]));
                return made.value.sum().add(made.logDet.sum()) as Scalar;
              })(params);
              const all = [value, ...leaves(slopes)].flatMap((v) => [...hostValues(v)]);
              expect(all.every(Number.isFinite), `${way} ${far}: ${all}`).toBe(true);
            }
        }),
      ),
  );
});

describe("a Sylvester flow", () => {
  it.each(["orthogonal", "householder", "triangular"] as const)("moves every coordinate by every other, %s", (kind) =>
    exactly(() => {
      const flow = sylvester({ kind, layers: 2 }).flow(4);
      const map = flow.at(flow.init(key(hostKey(1))));
      const slope = (i: number): number[] => {
        const own = gradient((x: Tensor) => map.forward(x).value.slice([i], [1]).sum())(vector([0.5, -1, 0.2, 1]));
        return [...hostValues(own.gradient)];
      };
      for (const i of range(4)) for (const s of slope(i)) expect(s).not.toBe(0);
    }),
  );

  it("fills in the options of its kind and refuses others", () => {
    expect(sylvester().options).toEqual({ kind: "orthogonal", layers: 4, rank: 8 });
    expect(sylvester({ kind: "householder" }).options).toEqual({
      kind: "householder",
      layers: 4,
      rank: 8,
      reflections: 8,
    });
    expect(sylvester({ kind: "triangular", layers: 2 }).options).toEqual({ kind: "triangular", layers: 2 });
    expect(() => sylvester({ kind: "triangular", rank: 2 })).toThrow(
      /sylvester of kind "triangular": unknown option "rank"/,
    );
    expect(() => sylvester({ kind: "othogonal" as SylvesterKind })).toThrow(/did you mean "orthogonal"/);
    expect(() => sylvester({ rank: 0 })).toThrow(/sylvester: rank: expected a whole number from 1, got 0/);
  });
});
