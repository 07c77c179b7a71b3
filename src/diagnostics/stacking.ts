/** The column `k` of densities [observations × models], row by row. */
type Densities = { readonly values: Float64Array; readonly models: number };

const largestOf = (row: Float64Array): number => row.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);

/** exp(elpd) of every observation, the largest of its models' being 1. */
const densitiesOf = (elpds: readonly Float64Array[]): Densities => {
  const models = elpds.length;
  const values = new Float64Array(elpds[0].length * models);
  for (let i = 0; i < elpds[0].length; i++) {
    const row = Float64Array.from(elpds, (elpd) => elpd[i]);
    const most = largestOf(row);
    values.set(
      row.map((value) => Math.exp(value - most)),
      i * models,
    );
  }
  return { values, models };
};

interface Place {
  /** mean log Σ w p − Σ w. */
  readonly value: number;
  readonly gradient: Float64Array;
  /** The negative Hessian [models × models]. */
  readonly curvature: Float64Array;
}

const mixed = ({ values, models }: Densities, weights: Float64Array, i: number): number => {
  let sum = 0;
  for (let k = 0; k < models; k++) sum += weights[k] * values[i * models + k];
  return sum;
};

const placeOf = (densities: Densities, weights: Float64Array): Place => {
  const { values, models } = densities;
  const count = values.length / models;
  const gradient = new Float64Array(models).fill(-1);
  const curvature = new Float64Array(models * models);
  let value = 0;
  for (let i = 0; i < count; i++) {
    const mixture = mixed(densities, weights, i);
    value += Math.log(mixture) / count;
    for (let k = 0; k < models; k++) {
      const share = values[i * models + k] / mixture;
      gradient[k] += share / count;
      for (let j = 0; j <= k; j++) curvature[k * models + j] += (share * values[i * models + j]) / mixture / count;
    }
  }
  for (let k = 0; k < models; k++)
    for (let j = k + 1; j < models; j++) curvature[k * models + j] = curvature[j * models + k];
  return { value: value - weights.reduce((a, b) => a + b, 0), gradient, curvature };
};

/** The solution of A x = b for a symmetric positive definite A of a few rows, by elimination. */
const solve = (matrix: readonly Float64Array[], right: readonly number[]): number[] => {
  const n = right.length;
  const rows = matrix.map((row, i) => [...row, right[i]]);
  for (let p = 0; p < n; p++)
    for (let i = p + 1; i < n; i++) {
      const factor = rows[i][p] / rows[p][p];
      for (let j = p; j <= n; j++) rows[i][j] -= factor * rows[p][j];
    }
  const x = new Array<number>(n).fill(0);
  for (let i = n - 1; i >= 0; i--) {
    let sum = rows[i][n];
    for (let j = i + 1; j < n; j++) sum -= rows[i][j] * x[j];
    x[i] = sum / rows[i][i];
  }
  return x;
};

/** Newton's step over the weights that may move; a little is added to the curvature, which equal models make singular. */
const newtonStep = ({ gradient, curvature }: Place, free: readonly number[]): Float64Array => {
  const models = gradient.length;
  const matrix = free.map((k) =>
    Float64Array.from(free, (j) => curvature[k * models + j] + (j === k ? 1e-10 * (1 + curvature[k * models + k]) : 0)),
  );
  const step = new Float64Array(models);
  for (const [i, move] of solve(
    matrix,
    free.map((k) => gradient[k]),
  ).entries())
    step[free[i]] = move;
  return step;
};

const movable = (weights: Float64Array, { gradient }: Place): number[] =>
  Array.from(weights.keys()).filter((k) => weights[k] > 0 || gradient[k] > 0);

/** What is left to gain: the largest slope along which a weight may still move. */
const slopeLeft = (weights: Float64Array, { gradient }: Place): number =>
  gradient.reduce((most, slope, k) => Math.max(most, weights[k] > 0 ? Math.abs(slope) : slope), 0);

const patience = 200;
const enough = 1e-12;

const moved = (densities: Densities, weights: Float64Array, place: Place): Float64Array | undefined => {
  const step = newtonStep(place, movable(weights, place));
  for (let length = 1; length > 1e-10; length /= 2) {
    const next = weights.map((weight, k) => Math.max(0, weight + length * step[k]));
    if (placeOf(densities, next).value > place.value) return next;
  }
  return undefined;
};

/**
 * Weights ≥ 0 that add up to 1 and give the mixture of the models' leave-one-out predictive densities the highest mean log density.
 * Yao, Vehtari, Simpson & Gelman 2018, eq. 4. By projected Newton steps on mean log Σ w p − Σ w, whose maximum over w ≥ 0 has Σ w = 1.
 * @param elpds pointwise, one array a model.
 */
export const stackingWeights = (elpds: readonly Float64Array[]): Float64Array => {
  const densities = densitiesOf(elpds);
  let weights: Float64Array = new Float64Array(elpds.length).fill(1 / elpds.length);
  for (let turn = 0; turn < patience; turn++) {
    const place = placeOf(densities, weights);
    const next = slopeLeft(weights, place) > enough ? moved(densities, weights, place) : undefined;
    if (!next) break;
    weights = next;
  }
  const sum = weights.reduce((a, b) => a + b, 0);
  return weights.map((weight) => weight / sum);
};
