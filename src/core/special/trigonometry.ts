/** The nearest whole number's distance, in [−½, ½]: exact. */
const turn = (x: number): number => x - 2 * Math.round(x / 2);

/** sin(πx), exact at whole and half numbers. */
export const sinPi = (x: number): number => {
  const r = turn(x);
  if (r === 0 || Math.abs(r) === 1) return 0;
  return Math.abs(r) <= 0.5 ? Math.sin(Math.PI * r) : Math.sign(r) * Math.sin(Math.PI * (1 - Math.abs(r)));
};

/** cot(πx): infinite at whole numbers, 0 half-way. */
export const cotPi = (x: number): number => {
  const r = x - Math.round(x);
  if (Math.abs(r) === 0.5) return 0;
  return 1 / Math.tan(Math.PI * r);
};
