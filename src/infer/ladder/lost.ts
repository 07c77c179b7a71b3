import type { Precision } from "../../core/double.ts";
import type { HostGradient } from "../../core/hostGradient.ts";
import { curvatureAt } from "../../guides/curvature.ts";
import { factorOfInverse, lowerSolve, lowerTimes, transposedTimes } from "../../guides/hostLinear.ts";
import { mostCorrelated } from "../../mcmc/spread.ts";
import type { Peak } from "./peaks.ts";
import type { Walk } from "./walk.ts";

/** The normal at a maximum, by its curvature. */
export interface Summit extends Peak {
  readonly factor: Float64Array;
  /** log of the mass that the normal stands for, up to a constant. */
  readonly logMass: number;
}

/** Nats that a Newton step may still promise at the top, and steps that are taken to come there. */
const top = { gain: 0.05, steps: 3 };

/** The factor of the inverse curvature at a place, and where a Newton step leads and what it promises: ½ gᵀ (−H)⁻¹ g. */
const lookAround = (gradient: HostGradient, precision: Precision, position: Float64Array) => {
  const { size } = gradient;
  const factor = factorOfInverse(curvatureAt(gradient, position, precision), size);
  if (!factor?.every(Number.isFinite)) return undefined;
  const slope = new Float64Array(size);
  gradient.at(position, slope);
  const along = transposedTimes(factor, slope);
  const next = lowerTimes(factor, along).map((x, i) => position[i] + x);
  return { factor, next, gain: along.reduce((sum, x) => sum + x * x, 0) / 2 };
};

/** The normal at the top next to where a search ended; undefined where Newton steps do not lead there, as from a bent ridge. */
const summitOf = (gradient: HostGradient, precision: Precision, peak: Peak): Summit | undefined => {
  const { size } = gradient;
  let { position, value } = peak;
  for (let taken = 0; taken <= top.steps; taken++) {
    const around = lookAround(gradient, precision, position);
    if (!around) return undefined;
    const { factor, next, gain } = around;
    if (gain <= top.gain) {
      let logMass = value;
      for (let i = 0; i < size; i++) logMass += Math.log(factor[i * (size + 1)]);
      return { ...peak, position, value, factor, logMass };
    }
    const there = gradient.at(next, new Float64Array(size));
    if (!(there > value)) return undefined;
    position = next;
    value = there;
  }
  return undefined;
};

/** The squared distance from a maximum in sds of its normal. */
const distance2 = ({ position, factor }: Summit, place: Float64Array): number =>
  lowerSolve(
    factor,
    place.map((x, i) => x - position[i]),
  ).reduce((sum, x) => sum + x * x, 0);

/** Whether a draw lies where draws of the normal do: χ² within six sds of its mean. */
const isNear = (summit: Summit, draw: Float64Array): boolean =>
  distance2(summit, draw) <= draw.length + 6 * Math.sqrt(2 * draw.length);

/**
 * The maxima with a normal that searches ended next to, each once, as from the highest end; undefined of more coordinates than are looked at.
 * Ends on a ridge that a search did not follow to its top are none.
 */
export const summitsOf = (
  gradient: HostGradient,
  precision: Precision,
  peaks: readonly Peak[],
): readonly Summit[] | undefined => {
  if (gradient.size > mostCorrelated) return undefined;
  const summits: Summit[] = [];
  for (const peak of peaks) {
    const summit = summitOf(gradient, precision, peak);
    if (summit && !summits.some((known) => distance2(known, summit.position) < 1)) summits.push(summit);
  }
  return summits;
};

const isVisited = (summit: Summit, { draws }: Walk): boolean => {
  const { length: size } = summit.position;
  return draws.some((chain) => {
    for (let at = 0; at < chain.length; at += size) if (isNear(summit, chain.subarray(at, at + size))) return true;
    return false;
  });
};

/** A maximum that no draw lies near, and the share of the mass that the normals at all maxima give it. */
export interface Lost {
  readonly position: Float64Array;
  readonly share: number;
}

/** Says of a walk which of several maxima it has lost, those with a share of at least `least`. */
export const lostAmong = (summits: readonly Summit[], least: number): ((walk: Walk) => readonly Lost[]) => {
  if (summits.length < 2) return () => [];
  const top = summits.reduce((most, { logMass }) => Math.max(most, logMass), Number.NEGATIVE_INFINITY);
  const total = summits.reduce((sum, { logMass }) => sum + Math.exp(logMass - top), 0);
  const weighed = summits.map((summit) => ({ summit, share: Math.exp(summit.logMass - top) / total }));
  const counted = weighed.filter(({ share }) => share >= least);
  return (walk) =>
    counted
      .filter(({ summit }) => !isVisited(summit, walk))
      .map(({ summit: { position }, share }) => ({ position, share }));
};
