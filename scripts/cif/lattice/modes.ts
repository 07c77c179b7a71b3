/** Which modes of a mixture draws reach. */

/** A draw is one of the mode within so many of its standard deviations. */
const reach = 3;

/** A mode is covered where it gets at least this part of its fair share of the draws. */
export const enough = 1 / 4;

/** @param draws [n, 2], row by row. @param centres of the modes, farther apart than six of their deviations. */
export const modesCovered = (
  draws: ArrayLike<number>,
  centres: readonly (readonly number[])[],
  deviation: number,
): number => {
  const count = draws.length / 2;
  const fair = count / centres.length;
  return centres.filter(([x, y]) => {
    let near = 0;
    for (let i = 0; i < count; i++)
      if (Math.hypot(draws[2 * i] - x, draws[2 * i + 1] - y) <= reach * deviation) near += 1;
    return near >= enough * fair;
  }).length;
};
