import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import * as tf from "#tfjs";
import { inDouble } from "../../src/core/double.ts";
import { fromHost, hostValues, type Scalar, type Tensor } from "../../src/core/tensor.ts";
import * as all from "../../src/distributions/all.ts";
import type { Distribution } from "../../src/distributions/distribution.ts";
import { klDivergence } from "../../src/distributions/klDivergence.ts";
import { gradient } from "../../src/ops/gradient.ts";
import { expectEnginesAgree } from "../engine/compiled/agreement.ts";
import { real } from "../engine/trace/both.ts";

type Side = readonly [string, readonly unknown[]];
interface Row {
  readonly p: Side;
  readonly q: Side;
  readonly value: number;
}

const { rows } = JSON.parse(readFileSync(new URL("../known/divergences.json", import.meta.url), "utf8")) as {
  rows: readonly Row[];
};

const makers = all as unknown as Readonly<Record<string, (...parameters: readonly unknown[]) => Distribution>>;
const made = ([name, parameters]: Side): Distribution => makers[name](...parameters);
const exactly = (f: () => void): void => inDouble(() => tf.tidy(f));
const valueOf = (p: Distribution, q: Distribution): number => hostValues(klDivergence(p, q))[0];

/** The numbers of a side in one list, and the side with others in their place. */
const numbersOf = ([, parameters]: Side): number[] => parameters.flat(3) as number[];
const withNumbers = ([name, parameters]: Side, x: Tensor): Distribution => {
  let from = 0;
  const next = (value: unknown): Tensor => {
    const size = Array.isArray(value) ? value.length : 1;
    const part = x.slice([from], [size]).reshape(Array.isArray(value) ? [size] : []);
    from += size;
    return part;
  };
  return makers[name](...parameters.map(next));
};

describe.each(rows.map((row) => [`${JSON.stringify(row.p)} from ${JSON.stringify(row.q)}`, row] as const))(
  "%s",
  (_, { p, q, value }) => {
    const sizes = p[0] === "multivariateNormal" ? [1] : numbersOf(p).map(Math.abs);

    it("has the known divergence", () =>
      exactly(() => {
        const got = valueOf(made(p), made(q));
        expect(Math.abs(got - value)).toBeLessThan(2e-13 * Math.max(1, Math.abs(value), ...sizes));
        expect(Math.abs(valueOf(made(p), made(p)))).toBeLessThan(1e-13 * Math.max(1, ...sizes));
      }));

    if (p[0] !== "multivariateNormal" && !p[0].startsWith("binomial") && !numbersOf(p).includes(0))
      it("has right slopes in both, compiled as eager", () => {
        const f = (x: Tensor, y: Tensor): Scalar => klDivergence(withNumbers(p, x), withNumbers(q, y)) as Scalar;
        exactly(() => {
          const sides = [p, q].map((side) => fromHost(numbersOf(side), [numbersOf(side).length]));
          const slopes = gradient(([a, b]: Tensor[]) => f(a, b))(sides).gradient;
          sides.forEach((at, side) => {
            numbersOf([p, q][side]).forEach((x, i) => {
              const h = 1e-3 * Math.max(1e-2, Math.min(1, Math.abs(x)));
              const unit = fromHost(
                Array.from({ length: at.size }, (__, j) => (i === j ? 1 : 0)),
                [at.size],
              );
              const moved = (t: number): number => {
                const other = at.add(unit.mul(t));
                return hostValues(side === 0 ? f(other, sides[1]) : f(sides[0], other))[0];
              };
              const want = (8 * (moved(h) - moved(-h)) - (moved(2 * h) - moved(-2 * h))) / (12 * h);
              const got = hostValues(slopes[side])[i];
              // A fourth-order difference over 1e-3 of the number's size, and rounding of values over that step.
              expect(Math.abs(got - want) / Math.max(1, Math.abs(want)), `side ${side}, ${i}`).toBeLessThan(1e-7);
            });
          });
        });
        const inputs = [p, q].map((side) => real([numbersOf(side).length], numbersOf(side)));
        expectEnginesAgree(p[0], ([x, y]) => gradient(([a, b]: Tensor[]) => f(a, b))([x, y]).gradient, inputs);
      });
  },
);

describe("the divergence", () => {
  const { normal, uniform, categorical, dirichlet, gamma, binomial, poisson, multivariateNormal, studentT, beta } = all;

  it("has one value for each independent element", () =>
    exactly(() => {
      const each = klDivergence(normal([0, 1, 2], 1), normal(0, [[1], [2]]));
      expect(each.shape).toEqual([2, 3]);
      const want = [0, 1, 2].flatMap((m) => [m ** 2 / 2, (1 + m ** 2) / 8 - 0.5 + Math.log(2)]);
      [0, 3, 1, 4, 2, 5].forEach((place, i) => {
        expect(hostValues(each)[place]).toBeCloseTo(want[i], 14);
      });
      expect(klDivergence(normal(0, 1, [4]), normal(1, 1)).shape).toEqual([4]);
      expect(klDivergence(beta([1, 2], 3), beta(1, 1)).shape).toEqual([2]);
      const shares = [
        [1, 2],
        [3, 4],
        [5, 6],
      ];
      expect(klDivergence(dirichlet(shares), dirichlet([1, 1])).shape).toEqual([3]);
      const unit = [
        [1, 0],
        [0, 1],
      ];
      const vectors = multivariateNormal(fromHost([0, 0, 1, 1], [2, 2]), { covariance: unit });
      expect([...hostValues(klDivergence(vectors, multivariateNormal(0, { covariance: unit })))]).toEqual([0, 1]);
    }));

  it("is infinite where mass is that the other has not, and zero of nothing", () =>
    exactly(() => {
      expect(valueOf(uniform(0, 2), uniform(0, 1))).toBe(Number.POSITIVE_INFINITY);
      expect(valueOf(categorical([0.5, 0.5, 0]), categorical([1, 0, 0]))).toBe(Number.POSITIVE_INFINITY);
      expect(valueOf(poisson(2), poisson(0))).toBe(Number.POSITIVE_INFINITY);
      expect(valueOf(poisson(0), poisson(2))).toBe(2);
      expect(valueOf(binomial(5, 0.5), binomial(3, 0.5))).toBe(Number.POSITIVE_INFINITY);
      expect(valueOf(binomial(3, 0.5), binomial(5, 0.5))).toBeNaN();
    }));

  it("is refused where it has no closed form, or shapes do not fit", () =>
    exactly(() => {
      expect(() => klDivergence(normal(0, 1), gamma(1, 1))).toThrow(
        "klDivergence: there is no closed form for normal from gamma; take the mean of p.logProb(x) − q.logProb(x) over draws x of p",
      );
      expect(() => klDivergence(studentT(3, 0, 1), studentT(4, 0, 1))).toThrow("no closed form for studentT");
      expect(() => klDivergence(normal([0, 1], 1), normal([0, 1, 2], 1))).toThrow("does not fit normal of shape [3]");
      expect(() => klDivergence(dirichlet([1, 2]), dirichlet([1, 2, 3]))).toThrow("does not fit");
      expect(() => klDivergence(1 as never, normal(0, 1))).toThrow("expected two distributions such as normal(0, 1)");
    }));
});
