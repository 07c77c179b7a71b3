import { rowsFrom } from "./samples.ts";

/** y = intercept + slope · c + noise, beside contexts (c, something that does not matter). */
export const linearRegression = (
  count: number,
  seed = 5,
): { samples: number[][]; contexts: number[][]; slope: number; intercept: number; sd: number } => {
  const [slope, intercept, sd] = [2, 7, 0.3];
  const all = rowsFrom(seed, count, ({ normal }) => {
    const [c, other] = [normal(), normal()];
    return [c, other, intercept + slope * c + sd * normal()];
  });
  return { samples: all.map(([, , y]) => [y]), contexts: all.map(([c, other]) => [c, other]), slope, intercept, sd };
};
