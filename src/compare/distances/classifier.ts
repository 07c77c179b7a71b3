import { foldHostKey, type HostKey, hostUniforms, splitHostKey } from "../../core/key.ts";
import { type DistanceEstimate, meanNull, pValue } from "./estimate.ts";
import type { Pairwise } from "./pairwise.ts";
import { shuffle } from "./permute.ts";

const folds = 5;

/** Which fold each of 2 n points is in: random, with as many of either set in each, to within one. */
const foldsOf = (n: number, key: HostKey): Uint8Array => {
  const fold = new Uint8Array(2 * n);
  const order = Int32Array.from({ length: n }, (_, i) => i);
  splitHostKey(key, 2).forEach((own, set) => {
    shuffle(order, 0, n, hostUniforms(own));
    order.forEach((i, place) => {
      fold[set * n + i] = place % folds;
    });
  });
  return fold;
};

/** The k nearest points of other folds, for every point: [count × k]. */
const neighboursOf = ({ count, values }: Pairwise, fold: Uint8Array, k: number): Int32Array => {
  const near = new Int32Array(count * k);
  const distances = new Float64Array(k);
  for (let i = 0; i < count; i++) {
    let found = 0;
    for (let j = 0; j < count; j++) {
      if (fold[j] === fold[i]) continue;
      const distance = values[i * count + j];
      if (found === k && distance >= distances[k - 1]) continue;
      let place = Math.min(found, k - 1);
      for (; place > 0 && distances[place - 1] > distance; place--) {
        distances[place] = distances[place - 1];
        near[i * k + place] = near[i * k + place - 1];
      }
      distances[place] = distance;
      near[i * k + place] = j;
      if (found < k) found++;
    }
  }
  return near;
};

/** The share of points that most of their neighbours are of one set with. */
const accuracyOf = (near: Int32Array, k: number, label: Uint8Array): number => {
  let right = 0;
  for (let i = 0; i < label.length; i++) {
    let ones = 0;
    for (let at = i * k; at < (i + 1) * k; at++) ones += label[near[at]];
    if ((2 * ones > k ? 1 : 0) === label[i]) right++;
  }
  return right / label.length;
};

/**
 * How well a classifier tells two sets apart: the accuracy of the k nearest neighbours, k about √n, cross-validated in five folds; ½ where
 * it is one distribution. The error is binomial; the p-value is by permutations within folds, which keep what cross-validation does to
 * the accuracy. Lopez-Paz & Oquab 2017.
 * @param squared distances between all points: n of one set, then n of the other.
 */
export const classifierTest = (squared: Pairwise, permutations: number, key: HostKey): DistanceEstimate => {
  const { count } = squared;
  const n = count / 2;
  const k = Math.floor(Math.sqrt(n)) | 1;
  const [foldKey, permuteKey] = splitHostKey(key, 2);
  const fold = foldsOf(n, foldKey);
  const near = neighboursOf(squared, fold, k);
  const label = Uint8Array.from({ length: count }, (_, i) => (i < n ? 0 : 1));
  const value = accuracyOf(near, k, label);
  // Points fold by fold: labels change places within a fold alone.
  const inFolds = Int32Array.from({ length: count }, (_, i) => i).sort((a, b) => fold[a] - fold[b]);
  const ends = Array.from({ length: folds }, (_, f) => inFolds.filter((i) => fold[i] <= f).length);
  const nulls = Float64Array.from({ length: permutations }, (_, b) => {
    const uniform = hostUniforms(foldHostKey(permuteKey, b));
    const labels = Int32Array.from(inFolds, (i) => label[i]);
    ends.forEach((end, f) => {
      shuffle(labels, f === 0 ? 0 : ends[f - 1], end, uniform);
    });
    const permuted = new Uint8Array(count);
    inFolds.forEach((i, place) => {
      permuted[i] = labels[place];
    });
    return accuracyOf(near, k, permuted);
  });
  return {
    name: "classifier accuracy",
    value,
    error: Math.sqrt((value * (1 - value)) / count),
    ifSame: meanNull(nulls),
    p: pValue(value, nulls),
  };
};
