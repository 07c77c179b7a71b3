import type { Precision } from "../../core/double.ts";
import type { HostGradient } from "../../core/hostGradient.ts";
import { curvatureAt } from "../../guides/curvature.ts";
import { factorOfInverse, lowerSolve, transposedTimes } from "../../guides/hostLinear.ts";
import { mostCorrelated } from "../../mcmc/spread.ts";
import type { Peak } from "./peaks.ts";
import type { Walk } from "./walk.ts";

/** The normal at a maximum, by its curvature. */
export interface Summit extends Peak {
  readonly factor: Float64Array;
  /** log of the mass that the normal stands for, up to a constant. */
  readonly logMass: number;
}

/** What a Newton step would still gain, in nats, where a search has not come to the top. */
const notTheTop = 0.05;

/** ½ gᵀ (−H)⁻¹ g, half the squared Newton decrement. @param factor L of (−H)⁻¹ = L Lᵀ. */
const gainLeft = (gradient: HostGradient, position: Float64Array, factor: Float64Array): number => {
  const slope = new Float64Array(gradient.size);
  gradient.at(position, slope);
  return transposedTimes(factor, slope).reduce((sum, along) => sum + along ** 2, 0) / 2;
};

const summitOf = (gradient: HostGradient, precision: Precision, peak: Peak): Summit | undefined => {
  const { size } = gradient;
  const factor = factorOfInverse(curvatureAt(gradient, peak.position, precision), size);
  if (!factor?.every(Number.isFinite) || !(gainLeft(gradient, peak.position, factor) <= notTheTop)) return undefined;
  let logMass = peak.value;
  for (let i = 0; i < size; i++) logMass += Math.log(factor[i * (size + 1)]);
  return { ...peak, factor, logMass };
};

/** The ends of searches that are maxima with a normal: others lie on a ridge that a search did not come to the end of. */
export const summitsOf = (
  gradient: HostGradient,
  precision: Precision,
  peaks: readonly Peak[],
): readonly Summit[] | undefined =>
  gradient.size > mostCorrelated
    ? undefined
    : peaks.map((peak) => summitOf(gradient, precision, peak)).filter((summit) => summit !== undefined);

/** Whether a draw lies where draws of the normal do: χ² within six sds of its mean. */
const isNear = ({ position, factor }: Summit, draw: Float64Array): boolean => {
  const { length: size } = position;
  const off = lowerSolve(
    factor,
    draw.map((x, i) => x - position[i]),
  );
  return off.reduce((sum, x) => sum + x * x, 0) <= size + 6 * Math.sqrt(2 * size);
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
