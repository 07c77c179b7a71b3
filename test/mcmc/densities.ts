import type { Gradient } from "../../src/engine/engine.ts";

/** Densities with a closed form, as plain gradients. */
export const gradientOf = (size: number, at: (x: Float64Array, gradient: Float64Array) => number): Gradient => ({
  size,
  at,
  dispose: () => {},
});

/** Independent normals with the given standard deviations, centred at 1, 2, …. */
export const scaledNormals = (sds: readonly number[]): Gradient =>
  gradientOf(sds.length, (x, gradient) => {
    let value = 0;
    for (const [i, sd] of sds.entries()) {
      const z = (x[i] - (i + 1)) / sd;
      gradient[i] = -z / sd;
      value -= 0.5 * z * z;
    }
    return value;
  });

/** Two standard normals with correlation ρ. */
export const correlatedNormal = (rho: number): Gradient =>
  gradientOf(2, ([x, y], gradient) => {
    const precision = 1 / (1 - rho * rho);
    gradient[0] = -precision * (x - rho * y);
    gradient[1] = -precision * (y - rho * x);
    return 0.5 * (x * gradient[0] + y * gradient[1]);
  });

/** Neal's funnel: v ~ normal(0, 3), x_i ~ normal(0, e^{v/2}). Neal 2003. */
export const funnel = (width: number): Gradient =>
  gradientOf(width + 1, (x, gradient) => {
    const v = x[0];
    const precision = Math.exp(-v);
    let squares = 0;
    for (let i = 1; i <= width; i++) {
      squares += x[i] * x[i];
      gradient[i] = -precision * x[i];
    }
    gradient[0] = -v / 9 + 0.5 * precision * squares - 0.5 * width;
    return (-v * v) / 18 - 0.5 * precision * squares - 0.5 * width * v;
  });

/** Something smooth that is not a Gaussian: Σ −x⁴/4 − x²/2 + sin(x_i x_{i+1}). */
export const quartic = (size: number): Gradient =>
  gradientOf(size, (x, gradient) => {
    let value = 0;
    for (let i = 0; i < size; i++) {
      value -= x[i] ** 4 / 4 + x[i] ** 2 / 2;
      gradient[i] = -(x[i] ** 3) - x[i];
    }
    for (let i = 0; i + 1 < size; i++) {
      value += Math.sin(x[i] * x[i + 1]);
      gradient[i] += x[i + 1] * Math.cos(x[i] * x[i + 1]);
      gradient[i + 1] += x[i] * Math.cos(x[i] * x[i + 1]);
    }
    return value;
  });

/** Σ w_k normal(c_k, s_k) in `size` dimensions, all coordinates of a mode alike: far apart, nothing but luck leads across. */
export const mixture = (
  size: number,
  modes: readonly (readonly [weight: number, centre: number, sd: number])[],
): Gradient =>
  gradientOf(size, (x, gradient) => {
    const logs = modes.map(([weight, centre, sd]) => {
      const squares = x.reduce((sum, value) => sum + ((value - centre) / sd) ** 2, 0);
      return Math.log(weight) - size * Math.log(sd) - 0.5 * squares;
    });
    const largest = Math.max(...logs);
    const shares = logs.map((log) => Math.exp(log - largest));
    const total = shares.reduce((a, b) => a + b);
    for (let i = 0; i < size; i++)
      gradient[i] = modes.reduce(
        (sum, [, centre, sd], k) => sum - (shares[k] / total) * ((x[i] - centre) / sd ** 2),
        0,
      );
    return largest + Math.log(total);
  });
