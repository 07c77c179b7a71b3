/** log n! for n = 0 … most. */
export const logFactorials = (most: number): Float64Array => {
  const table = new Float64Array(most + 1);
  for (let n = 2; n <= most; n++) table[n] = table[n - 1] + Math.log(n);
  return table;
};

/** The probabilities of 0 … trials successes; `logs` are at least log 0! … log trials!. */
export const binomialProbabilities = (trials: number, p: number, logs: Float64Array): Float64Array => {
  const [logP, logQ] = [Math.log(p), Math.log1p(-p)];
  const masses = new Float64Array(trials + 1);
  for (let k = 0; k <= trials; k++)
    masses[k] = Math.exp(logs[trials] - logs[k] - logs[trials - k] + k * logP + (trials - k) * logQ);
  return masses;
};

/** P(X ≤ k) and P(X ≥ k) for every k, each summed from its own end. */
export interface Tails {
  readonly atMost: Float64Array;
  readonly atLeast: Float64Array;
}

const runningSums = (masses: Float64Array): Float64Array => {
  let sum = 0;
  return masses.map((mass) => {
    sum += mass;
    return Math.min(1, sum);
  });
};

export const tailsOf = (masses: Float64Array): Tails => ({
  atMost: runningSums(masses),
  atLeast: runningSums(masses.slice().reverse()).reverse(),
});
