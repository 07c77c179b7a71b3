import { describe, expect, it } from "vitest";
import * as tf from "#tfjs";
import { inDouble, inPrecision } from "../../src/core/double.ts";
import { hostKey } from "../../src/core/key.ts";
import { fromHost, hostValues, type Tensor } from "../../src/core/tensor.ts";
import { multivariateNormal } from "../../src/distributions/multivariateNormal.ts";
import { linearFlow } from "../../src/flows/linear.ts";
import type { LinearKind } from "../../src/flows/parts/linearKinds.ts";
import { permutation } from "../../src/flows/parts/permutation.ts";
import { fit } from "../../src/infer/fit.ts";
import { model } from "../../src/model/model.ts";
import { key, normal } from "../../src/ops/random.ts";
import { cayleyLinear } from "../../src/transforms/linear/cayley.ts";
import { rotationLinear } from "../../src/transforms/linear/exponential.ts";
import { orthonormalised } from "../../src/transforms/linear/frame.ts";
import { householderLinear } from "../../src/transforms/linear/householder.ts";

const exactly = (f: () => void): void => inDouble(() => tf.tidy(f));

/** How far the rows of Q are from orthonormal. */
const crooked = (rows: Tensor): number => {
  const gap = tf.matMul(rows, rows, false, true).sub(tf.eye(rows.shape[0]));
  return hostValues(gap.abs().max())[0];
};

describe("orthogonal maps", () => {
  const drawn = (seed: number, shape: number[], size: number): Tensor => normal(key(hostKey(seed)), shape).mul(size);
  const made: Readonly<Record<string, (seed: number, size: number, n: number) => Tensor>> = {
    "by reflections": (seed, size, n) => householderLinear({ vectors: drawn(seed, [n, n], size) }).apply(tf.eye(n)),
    "by Cayley": (seed, size, n) => cayleyLinear({ off: drawn(seed, [n, n], size) }).apply(tf.eye(n)),
    "by exponentials": (seed, size, n) => rotationLinear({ off: drawn(seed, [n, n], size) }).apply(tf.eye(n)),
  };
  it.each(Object.keys(made))("%s are orthogonal to 1e-12, near and far, small and large", (name) =>
    exactly(() => {
      for (const [n, size] of [
        [1, 1],
        [2, 1e-6],
        [4, 1],
        [8, 10],
        [8, 50],
        [40, 1],
      ])
        for (const seed of [1, 2]) expect(crooked(made[name](seed, size, n)), `${n}, ${size}`).toBeLessThan(1e-12);
    }),
  );

  it("by reflections stay orthogonal where the vectors are nearly one, and of all lengths", () =>
    exactly(() => {
      for (const apart of [0, 1e-9, 1e-4]) {
        const same = drawn(3, [1, 6], 1)
          .tile([7, 1])
          .add(drawn(4, [7, 6], apart));
        const lengths = fromHost([1e-9, 1, 1e6, 1, 1e3, 1e-3, 1], [7, 1]);
        const q = householderLinear({ vectors: same.mul(lengths) }).apply(tf.eye(6));
        expect(crooked(q), `${apart}`).toBeLessThan(1e-12);
      }
    }));

  it("a vector of 0 reflects nothing", () =>
    exactly(() => {
      const q = householderLinear({ vectors: tf.zeros([2, 3]) }).apply(tf.eye(3));
      expect([...hostValues(q)]).toEqual([...hostValues(tf.eye(3))]);
    }));

  it("frames are orthonormal to rounding for spans of a condition up to 1e6, with the span they are given", () =>
    exactly(() => {
      for (const apart of [1, 1e-3, 1e-6]) {
        const first = drawn(5, [1, 6], 1);
        const rows = tf.concat([first, first.add(drawn(6, [1, 6], apart)), drawn(7, [1, 6], 3)], 0);
        const q = orthonormalised(rows);
        expect(crooked(q), `${apart}`).toBeLessThan(1e-14);
        const inSpan = tf.matMul(tf.matMul(rows, q, false, true), q);
        expect(hostValues(inSpan.sub(rows).abs().max())[0]).toBeLessThan(1e-13);
      }
    }));
});

describe("permutations", () => {
  it("go both ways; an order may be given, which must hold every place once", () =>
    exactly(() => {
      const x = fromHost([10, 20, 30], [3]);
      for (const [kind, want] of [
        [
          [2, 0, 1],
          [30, 10, 20],
        ],
        ["reversed", [30, 20, 10]],
      ] as const) {
        const map = permutation(3, kind).at({});
        expect([...hostValues(map.forward(x).value)]).toEqual(want);
        expect([...hostValues(map.inverse(map.forward(x).value).value)]).toEqual([10, 20, 30]);
      }
      expect(() => permutation(3, [0, 2, 2])).toThrow(
        "permutation: expected the places 0 to 2 in some order, got [0, 2, 2]",
      );
      expect(() => permutation(4, [0, 2, 1])).toThrow(
        "permutation: expected the places 0 to 3 in some order, got [0, 2, 1]",
      );
    }));
});

describe("a linear guide", () => {
  const target = model("correlated").latent(
    "z",
    multivariateNormal([1, -2, 0.5], {
      covariance: [
        [2, 1.2, -0.4],
        [1.2, 1, 0.1],
        [-0.4, 0.1, 0.7],
      ],
    }),
  );

  it.each(["triangular", "plu", "qr", "full", "exponential"] as const)(
    "reaches a correlated normal, %s",
    async (kind) => {
      const fitted = await fit(target, {}, { guide: linearFlow({ kind }), seed: 2, steps: 3000 });
      // The density is normalised: the bound is at most 0, and −KL.
      expect(Math.abs(fitted.elbo)).toBeLessThan(1e-3);
    },
  );
});

describe("the options of linear flows", () => {
  it("are filled in as they apply to the kind", () => {
    expect(linearFlow().options).toEqual({ kind: "plu", seed: 0 });
    expect(linearFlow({ kind: "triangular" }).options).toEqual({ kind: "triangular", upper: false });
    expect(linearFlow({ kind: "qr", reflections: 3 }).options).toEqual({ kind: "qr", reflections: 3 });
    expect(linearFlow({ kind: "householder" }).options).toEqual({ kind: "householder" });
  });
  it("are refused where they do not", () => {
    expect(() => linearFlow({ kind: "lu" as LinearKind })).toThrow(
      /linearFlow: kind: expected .*"lu" \(did you mean "plu"\?\)/,
    );
    expect(() => linearFlow({ kind: "plu", upper: true })).toThrow(/linearFlow of kind "plu": unknown option "upper"/);
    expect(() => linearFlow({ kind: "qr", reflections: 0 })).toThrow(
      /linearFlow of kind "qr": reflections: expected a whole/,
    );
    expect(() => linearFlow({ kind: "triangular", upper: 1 as never })).toThrow(
      /linearFlow of kind "triangular": upper: expected true or false, got 1/,
    );
    expect(() => linearFlow({ kind: "permutation", temperature: 0 })).toThrow(
      /linearFlow of kind "permutation": temperature: expected a number above 0/,
    );
  });
});

it("every kind begins at the identity or at an order of the coordinates, either precision", () => {
  for (const precision of ["f32", "f64"] as const)
    inPrecision(precision, () =>
      tf.tidy(() => {
        for (const kind of [
          "diagonal",
          "triangular",
          "qr",
          "householder",
          "cayley",
          "rotation",
          "exponential",
          "full",
        ] as const) {
          const flow = linearFlow({ kind }).flow(5);
          const x = normal(key(hostKey(1)), [2, 5]);
          const { value, logDet } = flow.at(flow.init(key(hostKey(2)))).forward(x);
          const limit = precision === "f64" ? 1e-14 : 5e-6;
          expect(hostValues(value.sub(x).abs().max())[0], kind).toBeLessThan(limit);
          expect(hostValues(logDet.abs().max())[0], kind).toBeLessThan(limit);
        }
      }),
    );
});
