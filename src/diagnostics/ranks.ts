import { normalQuantile } from "../core/special/normal.ts";
import { pooled, type Series } from "./series.ts";

/** Ranks from 1 over all values; ties share their mean rank. */
export const averageRanks = (values: Float64Array): Float64Array => {
  const order = Uint32Array.from(values.keys()).sort((a, b) => values[a] - values[b]);
  const ranks = new Float64Array(values.length);
  for (let from = 0; from < order.length; ) {
    let to = from + 1;
    while (to < order.length && values[order[to]] === values[order[from]]) to++;
    for (let i = from; i < to; i++) ranks[order[i]] = (from + 1 + to) / 2;
    from = to;
  }
  return ranks;
};

/** Every draw's normal score Φ⁻¹((rank − 3/8)/(S + 1/4)) among all chains' draws; NaN stays NaN. Blom 1958; Vehtari et al. 2021. */
export const rankNormalised = (chains: Series): Series => {
  const all = pooled(chains);
  const ranks = averageRanks(all);
  const scores = ranks.map((rank, i) =>
    Number.isNaN(all[i]) ? Number.NaN : normalQuantile((rank - 0.375) / (all.length + 0.25)),
  );
  let at = 0;
  return chains.map(({ length }) => {
    at += length;
    return scores.subarray(at - length, at);
  });
};
