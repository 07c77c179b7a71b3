import { essMean } from "./ess.ts";
import { mean, pooled, type Series, variance } from "./series.ts";

/** A bridge sampling estimate. */
export interface Bridge {
  /** log of the ratio of normalising constants, that of the first density to that of the proposal. */
  readonly value: number;
  /** Squared relative error that the draws of the first density cause, by the ESS of their term; and the proposal's draws. */
  readonly fromDraws: number;
  readonly fromProposals: number;
  readonly iterations: number;
  readonly converged: boolean;
}

const most = 10_000;

const medianOf = (values: Float64Array): number => values.slice().sort()[values.length >> 1];

const finite = (values: Float64Array): Float64Array =>
  values.map((x) => (Number.isNaN(x) ? Number.NEGATIVE_INFINITY : x));

/** ESS of the mean of draws that may all be equal; at most as many as there are. */
const essWithin = (chains: Series): number => {
  const count = chains.reduce((sum, { length }) => sum + length, 0);
  const ess = essMean(chains);
  return Number.isFinite(ess) ? Math.min(ess, count) : count;
};

/**
 * log Z of a density p̃ = Z p, from draws of p and of a proposal g with a known constant, by the bridge of least error, found by
 * iteration. Meng & Wong 1996, eq. 4.1. The relative error is that of Frühwirth-Schnatter 2004, eq. 31, with autocorrelation in the ESS
 * of the draws' term. A ratio of NaN counts as one of zero.
 * @param atDraws log p̃ − log g at draws of p, chain by chain. @param atProposals the same at independent draws of g.
 */
export const bridge = (atDraws: Series, atProposals: Float64Array): Bridge => {
  const all = finite(pooled(atDraws));
  const proposals = finite(atProposals);
  const shift = medianOf(all);
  const effective = essWithin(atDraws.map(finite));
  const share = effective / (effective + proposals.length);
  const rest = 1 - share;
  const fromProposals = (logRatio: number): Float64Array =>
    proposals.map((l) => 1 / (share + rest * Math.exp(logRatio + shift - l)));
  const fromDraws = (chain: Float64Array, logRatio: number): Float64Array =>
    finite(chain).map((l) => 1 / (share * Math.exp(l - shift - logRatio) + rest));
  let logRatio = 0;
  let iterations = 0;
  let converged = false;
  while (!converged && iterations < most) {
    const next = logRatio + Math.log(mean(fromProposals(logRatio)) / mean(fromDraws(all, logRatio)));
    converged = Math.abs(next - logRatio) < 1e-11 * Math.max(1, Math.abs(next));
    logRatio = next;
    iterations++;
    if (!Number.isFinite(next)) break;
  }
  const first = fromProposals(logRatio);
  const second = atDraws.map((chain) => fromDraws(chain, logRatio));
  const together = pooled(second);
  return {
    value: shift + logRatio,
    fromProposals: variance(first) / mean(first) ** 2 / proposals.length,
    fromDraws: variance(together) / mean(together) ** 2 / essWithin(second),
    iterations,
    converged,
  };
};
