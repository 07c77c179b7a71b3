import type { Key } from "../../core/key.ts";
import type { Tensor } from "../../core/tensor.ts";
import { within } from "../../core/within.ts";
import { normal, split } from "../../ops/random.ts";
import { standardLogProb } from "../../ops/standardNormal.ts";
import type { Bijection } from "../../transforms/transform.ts";

/** A diagonal normal density of an index, [...batch, index] each. */
export interface IndexDensity {
  readonly mean: Tensor;
  readonly logScale: Tensor;
}

/** A bijection of x that an index u picks out of a continuum of them. Cornish, Caterini, Deligiannidis & Doucet 2020, section 3. */
export interface IndexedMap {
  /** The index as it is drawn where x is known, on the way forward, and where y is, on the way back. */
  ahead(x: Tensor): IndexDensity;
  back(y: Tensor): IndexDensity;
  /** @param key for log-determinants that are estimated; without one they are computed. */
  at(u: Tensor, key?: Key): Bijection;
}

/** A step through one layer, either way. */
export interface IndexedStep {
  readonly value: Tensor;
  /** [...batch, index]. */
  readonly index: Tensor;
  /** Of the bijection alone, in the direction taken: [...batch]. */
  readonly logDet: Tensor;
  /** log densities of the index seen from either end, [...batch]. */
  readonly logAhead: Tensor;
  readonly logBack: Tensor;
}

/** u [...batch, index] → [...batch]. */
const logProbOf = ({ mean, logScale }: IndexDensity, u: Tensor): Tensor =>
  standardLogProb(u.sub(mean).mul(logScale.neg().exp())).sub(logScale.sum(-1));

const drawOf = ({ mean, logScale }: IndexDensity, key: Key): { readonly u: Tensor; readonly logProb: Tensor } => {
  const noise = normal(key, mean.shape);
  return { u: noise.mul(logScale.exp()).add(mean), logProb: standardLogProb(noise).sub(logScale.sum(-1)) };
};

/** x, u ~ ahead(x) → y = F(x; u). */
export const stepAhead = (map: IndexedMap, x: Tensor, key: Key): IndexedStep => {
  const [forIndex, forMap] = split(key, 2);
  const { u, logProb } = drawOf(map.ahead(x), forIndex);
  const { value, logDet } = map.at(u, forMap).forward(x);
  return { value, index: u, logDet, logAhead: logProb, logBack: logProbOf(map.back(value), u) };
};

/** y, u ~ back(y) → x = F⁻¹(y; u). */
export const stepBack = (map: IndexedMap, y: Tensor, key: Key): IndexedStep => {
  const [forIndex, forMap] = split(key, 2);
  const { u, logProb } = drawOf(map.back(y), forIndex);
  const { value, logDet } = map.at(u, forMap).inverse(y);
  return { value, index: u, logDet, logAhead: logProbOf(map.ahead(value), u), logBack: logProb };
};

/** y and the u of a step that ended there → its x. */
const retraced = (map: IndexedMap, y: Tensor, u: Tensor): IndexedStep => {
  const { value, logDet } = map.at(u).inverse(y);
  return {
    ...{ value, index: u, logDet },
    logAhead: logProbOf(map.ahead(value), u),
    logBack: logProbOf(map.back(y), u),
  };
};

/** One layer after another; every step is kept. */
const along = (
  maps: readonly IndexedMap[],
  start: Tensor,
  way: "forward" | "inverse",
  step: (map: IndexedMap, at: Tensor, i: number) => IndexedStep,
): readonly IndexedStep[] => {
  const steps: IndexedStep[] = Array(maps.length);
  const order = maps.map((_, i) => i);
  let at = start;
  for (const i of way === "forward" ? order : order.reverse()) {
    steps[i] = within(`layer ${i + 1}`, () => step(maps[i], at, i));
    at = steps[i].value;
  }
  return steps;
};

/** Through all layers from x, drawing indices ahead. The last step's value is y. */
export const pathAhead = (maps: readonly IndexedMap[], x: Tensor, key: Key): readonly IndexedStep[] => {
  const keys = split(key, maps.length);
  return along(maps, x, "forward", (map, at, i) => stepAhead(map, at, keys[i]));
};

/** Through all layers from y, drawing indices back. The first step's value is x. */
export const pathBack = (maps: readonly IndexedMap[], y: Tensor, key: Key): readonly IndexedStep[] => {
  const keys = split(key, maps.length);
  return along(maps, y, "inverse", (map, at, i) => stepBack(map, at, keys[i]));
};

/** Through all layers from y by the indices of a path that is known. The first step's value is x. */
export const pathAgain = (maps: readonly IndexedMap[], y: Tensor, indices: readonly Tensor[]): readonly IndexedStep[] =>
  along(maps, y, "inverse", (map, at, i) => retraced(map, at, indices[i]));

/** Σ over layers, [...batch]. */
export const totalOf = (steps: readonly IndexedStep[], of: "logDet" | "logAhead" | "logBack"): Tensor =>
  steps.slice(1).reduce((sum, step) => sum.add(step[of]), steps[0][of]);
