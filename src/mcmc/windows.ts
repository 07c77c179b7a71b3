/** When warm-up adapts what: the step size always, the metric from draw `from` on, renewed before each draw in `ends`. */
export interface Windows {
  readonly from: number;
  readonly ends: readonly number[];
}

/**
 * Stan's schedule: 75 draws for the step size alone, windows that double from 25, 50 draws for the step size again; the last window takes
 * what is left. Below 150 draws one window of 75 % after 15 %; below 20 the metric stays as it is.
 */
export const warmupWindows = (warmup: number): Windows => {
  if (warmup < 20) return { from: warmup, ends: [] };
  if (warmup < 150) return { from: Math.floor(0.15 * warmup), ends: [warmup - Math.floor(0.1 * warmup)] };
  const from = 75;
  const last = warmup - 50;
  const ends: number[] = [];
  let size = 25;
  for (let end = from + size; end + 2 * size <= last; end += size) {
    ends.push(end);
    size *= 2;
  }
  return { from, ends: [...ends, last] };
};
