/** One measured number. */
export interface Figure {
  readonly name: string;
  readonly engine: string;
  readonly value: number;
  readonly unit: string;
}

export const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

/** CPU seconds of this process so far, all its threads together. */
export const cpuSeconds = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};

const secondsOf = (call: () => void, times: number): number => {
  const began = cpuSeconds();
  for (let i = 0; i < times; i++) call();
  return cpuSeconds() - began;
};

/** Median CPU microseconds of one call, over nine rounds that last about `seconds` in all, after a warm-up of a third of that. */
export const microsecondsOf = (call: () => void, seconds = 4): number => {
  const round = seconds / 9;
  let times = 1;
  for (let took = 0, warm = 0; took < round / 2 || warm < seconds / 3; warm += took) {
    took = secondsOf(call, times);
    if (took < round / 2) times *= 2;
  }
  return median(Array.from({ length: 9 }, () => (secondsOf(call, times) / times) * 1e6));
};

/** Median CPU microseconds of a step over `rounds` chunks of an iterator that makes `steps` a chunk; the first two warm up. */
export const stepMicroseconds = (chunks: Iterable<unknown>, steps: number, rounds = 5): number => {
  const iterator = chunks[Symbol.iterator]();
  const took = Array.from({ length: rounds + 2 }, () => secondsOf(() => void iterator.next(), 1));
  return (median(took.slice(2)) / steps) * 1e6;
};
