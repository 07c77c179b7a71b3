/** One measured number. */
export interface Figure {
  readonly name: string;
  readonly engine: string;
  readonly value: number;
  readonly unit: string;
}

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

/** CPU seconds of this process so far. */
export const cpuSeconds = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};

/** Median CPU microseconds of one call, over rounds that last about `seconds` in all, after a warm-up of a third of that. */
export const microsecondsOf = (call: () => void, seconds = 4): number => {
  const until = cpuSeconds() + seconds / 3;
  let calls = 0;
  while (cpuSeconds() < until) {
    call();
    calls++;
  }
  const each = Math.max(1, Math.ceil(calls / 3));
  const rounds: number[] = [];
  for (let round = 0; round < 9; round++) {
    const began = cpuSeconds();
    for (let i = 0; i < each; i++) call();
    rounds.push(((cpuSeconds() - began) / each) * 1e6);
  }
  return median(rounds);
};
