import type { Precision } from "../../core/double.ts";
import type { HostGradient } from "../../core/hostGradient.ts";
import { curvatureAt } from "../../guides/curvature.ts";
import { factorOfInverse, lowerSolve } from "../../guides/hostLinear.ts";
import { mostCorrelated } from "../../mcmc/spread.ts";
import type { Peak } from "./peaks.ts";
import type { Walk } from "./walk.ts";

/** The normal at a maximum, by its curvature. */
interface Summit {
  readonly position: Float64Array;
  readonly factor: Float64Array;
  /** log of the mass that the normal stands for, up to a constant. */
  readonly logMass: number;
}

const summitOf = (gradient: HostGradient, precision: Precision, { position, value }: Peak): Summit | undefined => {
  const { size } = gradient;
  const factor = factorOfInverse(curvatureAt(gradient, position, precision), size);
  if (!factor?.every(Number.isFinite)) return undefined;
  let logMass = value;
  for (let i = 0; i < size; i++) logMass += Math.log(factor[i * (size + 1)]);
  return { position, factor, logMass };
};

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

/** Says of a walk which maxima it has lost, those with a share of at least `least`. A maximum without a normal, as on a ridge, is none. */
export const lostAmong = (
  gradient: HostGradient,
  precision: Precision,
  peaks: readonly Peak[],
  least: number,
): ((walk: Walk) => readonly Lost[]) => {
  if (peaks.length < 2 || gradient.size > mostCorrelated) return () => [];
  const summits = peaks.map((peak) => summitOf(gradient, precision, peak)).filter((summit) => summit !== undefined);
  const top = summits.reduce((most, { logMass }) => Math.max(most, logMass), Number.NEGATIVE_INFINITY);
  const total = summits.reduce((sum, { logMass }) => sum + Math.exp(logMass - top), 0);
  const weighed = summits.map((summit) => ({ summit, share: Math.exp(summit.logMass - top) / total }));
  const counted = weighed.filter(({ share }) => share >= least);
  return (walk) =>
    counted
      .filter(({ summit }) => !isVisited(summit, walk))
      .map(({ summit: { position }, share }) => ({ position, share }));
};
