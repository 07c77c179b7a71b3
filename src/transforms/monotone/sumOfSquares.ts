import { range } from "../../core/shape.ts";
import type { Tensor } from "../../core/tensor.ts";
import { byRoot } from "../byRoot.ts";
import type { Mapped } from "../transform.ts";
import type { Monotone } from "./monotone.ts";
import { shifted, total } from "./sums.ts";

/** The least slope. */
const least = 1e-3;

/** Σ c_i uⁱ, the coefficients from the lowest on. */
const polynomial = (coefficients: readonly Tensor[], u: Tensor): Tensor =>
  coefficients.reduceRight((sum, coefficient) => sum.mul(u).add(coefficient));

/** The coefficients of Σ_m p_m(u)². */
const squaresOf = (polynomials: readonly (readonly Tensor[])[]): Tensor[] => {
  const count = polynomials[0].length;
  return range(2 * count - 1).map((power) =>
    total(
      polynomials.flatMap((p) =>
        range(count)
          .filter((i) => power - i >= 0 && power - i < count)
          .map((i) => p[i].mul(p[power - i])),
      ),
    ),
  );
};

/** Inside ±bound the integral of the squares from 0 on, beyond it a line with the slope that they have at the bound. */
const integralOf = (polynomials: readonly (readonly Tensor[])[], bound: number): ((x: Tensor) => Mapped) => {
  const means = squaresOf(polynomials).map((coefficient, i) => coefficient.div(i + 1));
  return (x) => {
    const inside = x.clipByValue(-bound, bound);
    const u = inside.div(bound);
    const slope = total(polynomials.map((p) => polynomial(p, u).square())).add(least);
    const integral = polynomial(means, u).add(least).mul(inside);
    return { value: integral.add(slope.mul(x.sub(inside))), logDet: slope.log() };
  };
};

/**
 * ∫₀ˣ Σ_m p_m(t/bound)² dt + c for |x| ≤ bound, and beyond it straight on with the slope at the bound: `count` polynomials p_m of a `degree`.
 * Two of them make every polynomial that is nowhere negative. count · (degree + 1) + 1 numbers: c, then each polynomial's coefficients
 * from the lowest on. Slopes are 0.001 at least. The integral is a formula, the inverse a root. Jaini, Selby & Yu 2019.
 */
export const sumOfSquares = (count: number, degree: number, bound: number): Monotone => ({
  name: "sum-of-squares",
  start: [0, ...range(count).flatMap(() => [Math.sqrt((1 - least) / count), ...range(degree).map(() => 0)])],
  at: ([shift, ...coefficients]) => {
    const length = degree + 1;
    const polynomials = range(count).map((m) => coefficients.slice(m * length, (m + 1) * length));
    return byRoot(shifted(integralOf(polynomials, bound), shift));
  },
});
