import type { HostTarget } from "../../src/core/density.ts";
import type { HostGradient } from "../../src/core/hostGradient.ts";
import { foldHostKey, hostKey, hostUniforms } from "../../src/core/key.ts";
import { range } from "../../src/core/shape.ts";
import type { FoundNormal } from "../../src/guides/found.ts";

/** What a guide is given to look at, with starts within so much of 0. */
export const hostOf = (gradient: HostGradient, halfWidth = 2, seed = 1): HostTarget => ({
  gradient,
  start: (index) => {
    const uniform = hostUniforms(foldHostKey(hostKey(seed), index));
    return new Float64Array(gradient.size).map(() => halfWidth * (2 * uniform() - 1));
  },
  key: hostKey(seed + 100),
});

/** An element of the covariance. */
export const product = ({ factor, loc }: FoundNormal, i: number, j: number): number =>
  range(loc.length).reduce((sum, k) => sum + factor[i * loc.length + k] * factor[j * loc.length + k], 0);

/** A constant density. */
export const flat: HostGradient = {
  size: 2,
  at: (_, out) => {
    out.fill(0);
    return 0;
  },
};
