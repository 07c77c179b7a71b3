/** Leapfrog steps on normal densities by hand, one coordinate: everything is linear, so that covariances say it all. */

/** One step of `hamiltonianMap` on a density of slope −pull · x. */
export interface LinearStep {
  readonly length: number;
  readonly leapfrog: number;
  readonly pull: number;
  /** η of the refresh behind it. */
  readonly kept: number;
}

/** Var x, Cov(x, v), Var v. */
export type Spread = readonly [number, number, number];

/** The matrix of a linear map of (x, v), row by row, applied to a covariance. */
const moved = ([a, b, c, d]: readonly number[], [xx, xv, vv]: Spread): Spread => [
  a * a * xx + 2 * a * b * xv + b * b * vv,
  a * c * xx + (a * d + b * c) * xv + b * d * vv,
  c * c * xx + 2 * c * d * xv + d * d * vv,
];

/** (x, v) after one leapfrog step: v ← v − ½ ε a x, x ← x + ε v, v ← v − ½ ε a x. */
const turn = (length: number, pull: number): readonly number[] => {
  const half = 1 - 0.5 * length * length * pull;
  return [half, length, -length * pull * (1 - 0.25 * length * length * pull), half];
};

/** The covariance of (x, v) where the leapfrog steps of a step end. */
export const afterLeapfrog = ({ length, leapfrog, pull }: LinearStep, start: Spread): Spread => {
  let at = start;
  for (let i = 0; i < leapfrog; i++) at = moved(turn(length, pull), at);
  return at;
};

/** The covariance of (x, v′), v′ = η v + √(1 − η²) noise. */
export const afterRefresh = ({ kept }: Pick<LinearStep, "kept">, [xx, xv, vv]: Spread): Spread => [
  xx,
  kept * xv,
  kept * kept * vv + 1 - kept * kept,
];

/** v before a refresh given x and η v′ by Bayes' theorem for normals, as `turning` has it, in units of √(1 − η²) about η v′. */
const undone = (kept: number, [xx, xv, vv]: Spread): { x: number; kept: number; logScale: number } => {
  const noise = 1 - kept * kept;
  const given = vv - (xv * xv) / xx;
  const precision = 1 / given + (kept * kept) / noise;
  const onX = xv / xx / given / precision;
  // η v′ / noise is what v′ tells of v.
  const onKept = 1 / noise / precision;
  const unit = Math.sqrt(noise);
  return { x: onX / unit, kept: (onKept - 1) / unit, logScale: -0.5 * Math.log(precision) - Math.log(unit) };
};

/** The ways back that are the reverse of each step, from x ~ N(0, first), and the variance of x after them all. */
export const exactWayBack = (
  steps: readonly LinearStep[],
  first: number,
): { readonly backs: readonly ReturnType<typeof undone>[]; readonly variance: number } => {
  let at: Spread = [first, 0, 1];
  const backs = steps.map((step) => {
    const ended = afterLeapfrog(step, at);
    at = afterRefresh(step, ended);
    return undone(step.kept, ended);
  });
  return { backs, variance: at[0] };
};
