import { FluvialError, fail } from "../../core/check.ts";
import type { HostGradient } from "../../core/hostGradient.ts";
import type { HostKey } from "../../core/key.ts";
import type { Gradient } from "../../engine/engine.ts";
import { findStart } from "../../mcmc/start.ts";
import type { Layout } from "../../model/layout.ts";
import type { Ground } from "../fitting/ground.ts";

/** A coordinate along which a log density does not fall, and the way along it. */
export interface OpenEnd {
  readonly coordinate: number;
  readonly sign: 1 | -1;
}

/** How far out a density is looked at: beyond the scale of any prior. */
const [far, farther] = [1e6, 1e12];
/** A fall from far to farther, in nats, that no distribution stays below: 1/x has no integral, and falls by their log-ratio. */
const leastFall = 1.01 * Math.log(farther / far);
/** A fall down to `far`, in nats, that says enough. */
const steep = 1_000;

/**
 * The first coordinate along which a log density falls no faster than −log of the distance, from a place that is none in particular;
 * undefined where there is none. Along almost every line the density of a distribution has an integral (Fubini). What is not a finite
 * number tells nothing, so that a flat prior whose formula overflows there goes unseen.
 */
export const openEndOf = (gradient: HostGradient, from: Float64Array): OpenEnd | undefined => {
  const slope = new Float64Array(gradient.size);
  const at = (coordinate: number, by: number): number => {
    const moved = from.slice();
    moved[coordinate] += by;
    return gradient.at(moved, slope);
  };
  const here = gradient.at(from, slope);
  const isOpen = (coordinate: number, sign: 1 | -1): boolean => {
    const near = at(coordinate, sign * far);
    if (!(near > here - steep && near < Number.POSITIVE_INFINITY)) return false;
    return near - at(coordinate, sign * farther) <= leastFall;
  };
  for (let coordinate = 0; coordinate < gradient.size; coordinate++)
    for (const sign of [1, -1] as const) if (isOpen(coordinate, sign)) return { coordinate, sign };
  return undefined;
};

const nameIn = ({ latents }: Layout, coordinate: number): string => {
  const [name, slot] =
    Object.entries(latents).find(([, { offset, length }]) => coordinate >= offset && coordinate < offset + length) ??
    [];
  if (name === undefined || slot === undefined) return `coordinate ${coordinate}`;
  return slot.length === 1 ? name : `${name} (number ${coordinate - slot.offset + 1} of ${slot.length})`;
};

/** A place that is none in particular; undefined where none has a finite density, which is for guides to say. */
const anywhere = (gradient: Gradient, key: HostKey): Float64Array | undefined => {
  try {
    return findStart(gradient, key).position;
  } catch (error) {
    if (error instanceof FluvialError) return undefined;
    throw error;
  }
};

/** @throws FluvialError where the posterior cannot be a distribution, since its density does not fall along a coordinate. */
export const checkProper = ({ conditioned }: Ground<unknown>, gradient: Gradient, key: HostKey): void => {
  const from = anywhere(gradient, key);
  const open = from && openEndOf(gradient, from);
  if (!open) return;
  const way = open.sign > 0 ? "+∞" : "−∞";
  fail(
    `fit: guide "auto": expected a posterior that is a distribution, but ${conditioned.model} is improper: its log density does not fall ` +
      `as ${nameIn(conditioned.layout, open.coordinate)} goes to ${way} on the unconstrained scale; give it a proper prior, or data that it depends on`,
  );
};
