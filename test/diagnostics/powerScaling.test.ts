import { describe, expect, it } from "vitest";
import { hostKey, hostUniforms } from "../../src/core/key.ts";
import { normalQuantile } from "../../src/core/special/normal.ts";
import {
  cumulativeJensenShannon,
  distanceGradient,
  momentGradients,
  powerScaled,
} from "../../src/diagnostics/powerScaling.ts";
import { makeDraws } from "./parkMiller.ts";
import { known, near } from "./prediction.ts";

const logNormal = (x: number): number => -0.5 * x * x - 0.5 * Math.log(2 * Math.PI);

for (const [name, { spec, sensitivity }] of Object.entries(known.models))
  describe(`power scaling as in ArviZ: ${name}`, () => {
    const { mu, sigma, logLikelihood } = makeDraws(spec, known.y, known.chains, known.draws);
    const parts = {
      prior: mu.map((m, s) => logNormal(m) - sigma[s]),
      likelihood: mu.map((_, s) => logLikelihood.values.subarray(12 * s, 12 * s + 12).reduce((a, b) => a + b, 0)),
    };
    // The distance is the root of a difference of integrals that agree to 1e-5 of their size: rounding of 1e-16 is 1e-11 of that.
    for (const part of ["prior", "likelihood"] as const)
      it(part, () => {
        const scaled = powerScaled(parts[part]);
        near(distanceGradient(mu, scaled), sensitivity[part].mu, 1e-8);
        near(distanceGradient(sigma, scaled), sensitivity[part].sigma, 1e-8);
      });
  });

/** Φ(x) by its own Taylor series about 0: Σ terms of φ. Marsaglia 2004. */
const normalCdf = (x: number): number => {
  let [sum, term] = [x, x];
  for (let i = 3; Math.abs(term) > 1e-17; i += 2) {
    term *= (x * x) / i;
    sum += term;
  }
  return 0.5 + sum * Math.exp(logNormal(x));
};

describe("a normal posterior from a normal prior", () => {
  // prior N(0, 1), one observation 3 of variance ½: posterior N(2, 1/3). The prior to the power a: precision 2 + a, mean 6 / (2 + a).
  const draws = 200_000;
  const theta = new Float64Array(draws).map((_, i) => 2 + normalQuantile((i + 0.5) / draws) / Math.sqrt(3));
  const scaled = powerScaled(theta.map(logNormal));

  it("moves its mean and sd as it should", () => {
    // d/dlog2 a of 6 / (2 + a) at 1, in sds of 1/√3; of log (2 + a)^(−1/2).
    const { mean, logSd } = momentGradients(theta, scaled);
    expect(Math.abs(mean - (Math.LN2 * (-6 / 9)) / Math.sqrt(1 / 3))).toBeLessThan(2e-4);
    expect(Math.abs(logSd - (Math.LN2 * -1) / 6)).toBeLessThan(2e-4);
  });

  it("has the distance that quadrature gives", () => {
    const [low, high] = [theta[0], theta[draws - 1]];
    const at = (power: number, x: number): number => normalCdf((x - 6 / (2 + power)) * Math.sqrt(2 + power));
    const side = (power: number, sign: number): number => {
      let [sum, bound] = [0, 0];
      const n = 20_000;
      for (let i = 0; i < n; i++) {
        const x = low + ((i + 0.5) / n) * (high - low);
        const [p, q] = [at(1, x), at(power, x)].map((cdf) => (sign > 0 ? cdf : 1 - cdf));
        const m = (p + q) / 2;
        sum += (p > 0 ? p * Math.log2(p / m) : 0) + (q > 0 ? q * Math.log2(q / m) : 0);
        bound += p + q;
      }
      return Math.sqrt(sum / bound);
    };
    const distance = (power: number): number => Math.max(side(power, 1), side(power, -1));
    const expected = (distance(1.01) + distance(1 / 1.01)) / (2 * Math.log2(1.01));
    // Weights of 200,000 evenly spread draws, the tail smoothed: the distance is known to 0.1 %.
    expect(Math.abs(distanceGradient(theta, scaled) / expected - 1)).toBeLessThan(2e-3);
  });
});

describe("the distance", () => {
  const uniform = hostUniforms(hostKey(1));
  const x = new Float64Array(500).map(() => uniform());
  const equal = new Float64Array(500).fill(1 / 500);

  it("is 0 between equals, 1 between what has nothing in common, and the same both ways and mirrored", () => {
    expect(cumulativeJensenShannon(x, equal, equal)).toBeLessThan(1e-7);
    const one = (place: number): Float64Array => new Float64Array(500).map((_, i) => (i === place ? 1 : 0));
    const order = [...x.keys()].sort((a, b) => x[a] - x[b]);
    near(cumulativeJensenShannon(x, one(order[0]), one(order[499])), 1);
    const odd = new Float64Array(500).map((_, i) => (i % 2 ? 2 / 500 : 0));
    near(cumulativeJensenShannon(x, equal, odd), cumulativeJensenShannon(x, odd, equal));
    near(
      cumulativeJensenShannon(x, equal, odd),
      cumulativeJensenShannon(
        x.map((value) => -value),
        equal,
        odd,
      ),
    );
  });
});
