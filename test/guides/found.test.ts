/** Normals found on the host: Laplace's, Pathfinder's, and the coordinates that they give to other guides. */
import { describe, expect, it } from "vitest";
import type { HostTarget } from "../../src/core/density.ts";
import type { HostGradient } from "../../src/core/hostGradient.ts";
import { range } from "../../src/core/shape.ts";
import { curvatureAt } from "../../src/guides/curvature.ts";
import { normalOfDraws } from "../../src/guides/drawsNormal.ts";
import type { FoundNormal } from "../../src/guides/found.ts";
import { factorOfInverse } from "../../src/guides/hostLinear.ts";
import { laplaceGuide, meanField, whitened } from "../../src/guides/index.ts";
import { flat, hostOf, product } from "./hostTargets.ts";

/** Sds over eight orders of magnitude, correlated 0.95 with the neighbour: covariance D R D, R_ij = 0.95^|i−j|, means 1, 2, … sds. */
const ladder = (size: number, orders = 8) => {
  const rho = 0.95;
  const sds = range(size).map((i) => 10 ** (-orders / 2 + (orders * i) / Math.max(1, size - 1)));
  const mean = sds.map((sd, i) => (i % 3) * sd);
  const covariance = (i: number, j: number): number => sds[i] * sds[j] * rho ** Math.abs(i - j);
  // The inverse of R is tridiagonal.
  const inverse = (i: number, j: number): number => {
    if (Math.abs(i - j) > 1) return 0;
    const ends = i === 0 || i === size - 1 ? 1 : 1 + rho * rho;
    return ((i === j ? (size === 1 ? 1 - rho * rho : ends) : -rho) / (1 - rho * rho)) * (1 / (sds[i] * sds[j]));
  };
  const gradient: HostGradient = {
    size,
    at: (z, out) => {
      let value = 3;
      for (const i of range(size)) {
        out[i] = 0;
        for (let j = Math.max(0, i - 1); j <= Math.min(size - 1, i + 1); j++)
          out[i] -= inverse(i, j) * (z[j] - mean[j]);
        value += 0.5 * out[i] * (z[i] - mean[i]);
      }
      return value;
    },
  };
  return { mean, sds, covariance, inverse, gradient };
};

describe("the factor of an inverse", () => {
  it("is exact to rounding where scales differ", () => {
    const { covariance, inverse } = ladder(6);
    const factor = factorOfInverse(
      Float64Array.from(range(36), (k) => inverse(Math.floor(k / 6), k % 6)),
      6,
    ) as Float64Array;
    for (const i of range(6))
      for (const j of range(6)) {
        const found = product({ factor, loc: new Float64Array(6) } as FoundNormal, i, j);
        expect(Math.abs(found / covariance(i, j) - 1)).toBeLessThan(1e-12);
        if (j > i) expect(factor[i * 6 + j]).toBe(0);
      }
  });

  it("is none where the matrix is not positive definite", () =>
    expect(factorOfInverse(Float64Array.of(1, 2, 2, 1), 2)).toBeUndefined());
});

describe("curvature", () => {
  it("finds scales over eight orders of magnitude", () => {
    const { gradient, mean, inverse } = ladder(5);
    const curvature = curvatureAt(gradient, Float64Array.from(mean));
    for (const i of range(5))
      for (const j of range(5)) {
        const unit = Math.sqrt(inverse(i, i) * inverse(j, j));
        expect(Math.abs(curvature[i * 5 + j] - inverse(i, j)) / unit).toBeLessThan(1e-9);
      }
  });

  it("is that of a density that is not normal", () => {
    // −Σ cosh(a z): the Hessian is −a² cosh(a z) on the diagonal; the step's error is its square, (1e-4)², over 6.
    const a = [0.5, 3];
    const gradient: HostGradient = {
      size: 2,
      at: (z, out) => {
        a.forEach((each, i) => {
          out[i] = -each * Math.sinh(each * z[i]);
        });
        return -a.reduce((sum, each, i) => sum + Math.cosh(each * z[i]), 0);
      },
    };
    const curvature = curvatureAt(gradient, Float64Array.of(0.7, -0.4));
    expect(curvature[0] / (0.25 * Math.cosh(0.35))).toBeCloseTo(1, 7);
    expect(curvature[3] / (9 * Math.cosh(-1.2))).toBeCloseTo(1, 7);
    expect(curvature[1]).toBe(0);
  });
});

describe("laplace on a normal density", () => {
  it.each([1, 2, 10, 60])("is exact in %i dimensions", (size) => {
    const { gradient, mean, sds, covariance } = ladder(size, 4);
    const found = laplaceGuide({ restarts: 2 }).find(hostOf(gradient));
    for (const i of range(size)) {
      expect(Math.abs(found.loc[i] - mean[i]) / sds[i]).toBeLessThan(1e-6);
      for (const j of range(size))
        expect(Math.abs(product(found, i, j) / (sds[i] * sds[j]) - covariance(i, j) / (sds[i] * sds[j]))).toBeLessThan(
          1e-6,
        );
    }
    expect(found.prepared.converged).toBe(true);
    expect(found.prepared.note).toBeUndefined();
  });

  it("takes 1 / curvature for a diagonal covariance", () => {
    const { gradient, inverse } = ladder(4, 2);
    const found = laplaceGuide({ restarts: 1, covariance: "diagonal" }).find(hostOf(gradient));
    for (const i of range(4))
      for (const j of range(4)) expect(product(found, i, j) * inverse(i, i)).toBeCloseTo(i === j ? 1 : 0, 6);
  });
});

/** Σ log of two normals of sd 1 in two dimensions, `distance` apart, the second `less` lower. */
const twoModes = (distance: number, less: number): HostGradient => ({
  size: 2,
  at: (z, out) => {
    const values = [-distance / 2, distance / 2].map((at, k) => -0.5 * ((z[0] - at) ** 2 + z[1] ** 2) - k * less);
    const most = Math.max(...values);
    const total = values.reduce((sum, value) => sum + Math.exp(value - most), 0);
    const shares = values.map((value) => Math.exp(value - most) / total);
    out[0] = shares[0] * (-distance / 2 - z[0]) + shares[1] * (distance / 2 - z[0]);
    out[1] = -z[1];
    return most + Math.log(total);
  },
});

describe("two modes", () => {
  it("laplace takes the higher one and tells of the other", () => {
    const found = laplaceGuide({ restarts: 8 }).find(hostOf(twoModes(10, 2)));
    expect(found.loc[0]).toBeCloseTo(-5, 6);
    expect(found.prepared.note).toMatch(
      /^\d of 8 searches ended at other modes, whose log density is lower by 2\.0 or more/,
    );
  });

  it("laplace tells of one that is as high", () =>
    expect(laplaceGuide({ restarts: 8 }).find(hostOf(twoModes(10, 0))).prepared.note).toMatch(
      /^\d of 8 searches ended at other modes, that are as high: the normal stands at one alone$/,
    ));

  it("laplace says nothing of one that all searches came to", () =>
    expect(laplaceGuide({ restarts: 8 }).find(hostOf(twoModes(0, 0))).prepared.note).toBeUndefined());
});

describe("what laplace refuses", () => {
  const densityOf = (size: number, at: HostGradient["at"]): HostGradient => ({ size, at });
  const refusals: Readonly<Record<string, readonly [HostGradient, RegExp]>> = {
    "a constant density": [flat, /does not fall off .* z\[0\], z\[1\] .* improper/],
    "a coordinate that nothing depends on": [
      densityOf(2, (z, out) => {
        out.set([-z[0], 0]);
        return -0.5 * z[0] * z[0];
      }),
      /along z\[1\] of the unconstrained scale/,
    ],
    "a density without a bound": [
      densityOf(2, (z, out) => {
        out.set([-z[0], 1]);
        return z[1] - 0.5 * z[0] * z[0];
      }),
      /laplace: .*(no mode|no highest point)/,
    ],
    "a sum that alone is known": [
      densityOf(2, (z, out) => {
        const slope = -(z[0] + z[1]) - 0.5 * (z[0] + z[1]) ** 3;
        out.fill(slope);
        return -0.5 * (z[0] + z[1]) ** 2 - 0.125 * (z[0] + z[1]) ** 4;
      }),
      /^$/,
    ],
    "an edge": [
      densityOf(1, (z, out) => {
        out.fill(z[0] > 2 ? Number.NaN : 1);
        return z[0] > 2 ? Number.NEGATIVE_INFINITY : z[0];
      }),
      /laplace: .*edge/,
    ],
  };
  for (const [name, [gradient, message]] of Object.entries(refusals))
    if (message.source !== "^$")
      it(name, () => expect(() => laplaceGuide({ restarts: 2 }).find(hostOf(gradient))).toThrow(message));

  it("says so where a ridge is flat, and takes a guess", () => {
    const found = laplaceGuide({ restarts: 1 }).find(hostOf(refusals["a sum that alone is known"][0]));
    expect(found.prepared.converged).toBe(false);
    expect(found.prepared.note).toMatch(/not positive definite and was damped/);
    // The direction that is known is right all the same.
    const sum = product(found, 0, 0) + 2 * product(found, 0, 1) + product(found, 1, 1);
    expect(sum).toBeCloseTo(1, 4);
  });

  it.each([
    [{ restarts: 0 }, "laplace: restarts: expected a whole number from 1, got 0"],
    [{ covariance: "fulll" }, 'laplace: covariance: expected "full" or "diagonal", got fulll (did you mean "full"?)'],
    [{ starts: 2 }, 'laplace: unknown option "starts"'],
  ])("%o", (options, message) => expect(() => laplaceGuide(options as never)).toThrow(message));
});

describe("whitened", () => {
  it("gives the guide inside the host's view in its own coordinates", async () => {
    const { gradient } = ladder(3, 2);
    let seen: HostTarget | undefined;
    const spy = {
      ...meanField(),
      for: (target: never, host?: HostTarget) => {
        seen = host;
        return meanField().for(target);
      },
    };
    const target = { size: 3, logDensity: (z: never) => z, constrain: (z: never) => z };
    await whitened(spy as never, { by: laplaceGuide({ restarts: 1 }) }).for(target as never, hostOf(gradient));
    if (!seen) throw new Error("no view");
    // In these coordinates the density is standard normal, with log |det L| in its value.
    const slope = new Float64Array(3);
    const at = (x: readonly number[]): number => (seen as HostTarget).gradient.at(Float64Array.from(x), slope);
    const top = at([0, 0, 0]);
    expect(at([1, -2, 0.5])).toBeCloseTo(top - 0.5 * (1 + 4 + 0.25), 5);
    for (const [i, want] of [-1, 2, -0.5].entries()) expect(slope[i]).toBeCloseTo(want, 5);
    const start = (seen as HostTarget).start(0);
    expect(start.every(Number.isFinite)).toBe(true);
  });

  it("takes mean and covariance of a fit's draws, weighted where its rows are", () => {
    const fit = {
      kind: "fit" as const,
      method: "mean-field",
      unconstrained: { shape: [1, 40, 1], values: Float64Array.from(range(40), (i) => (i < 20 ? 1 : 3)) },
      logWeights: Float64Array.from(range(40), (i) => (i < 20 ? Math.log(3) : 0)),
      correction: { applied: false },
    };
    const plain = normalOfDraws("whitened", fit, 1);
    expect(plain.loc[0]).toBeCloseTo(2, 12);
    expect(plain.factor[0]).toBeCloseTo(1, 12);
    const weighted = normalOfDraws("whitened", { ...fit, correction: { applied: true } }, 1);
    expect(weighted.loc[0]).toBeCloseTo(1.5, 12);
    expect(weighted.factor[0]).toBeCloseTo(Math.sqrt(0.75), 12);
    expect(() => normalOfDraws("whitened", fit, 2)).toThrow(
      /expected a fit of 2 unconstrained parameters, got one of 1/,
    );
  });

  it("refuses what finds no normal", () => {
    expect(() => whitened(meanField(), { by: meanField() as never })).toThrow(
      /by: expected laplaceGuide\(\), pathfinder\(\) or a fit/,
    );
    expect(() => whitened("iaf" as never)).toThrow(/whitened: expected a guide such as meanField\(\), got "iaf"/);
  });
});
