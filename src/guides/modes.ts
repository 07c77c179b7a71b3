import type { HostTarget } from "../core/density.ts";
import type { HostGradient } from "../core/hostGradient.ts";
import { pause } from "../core/pause.ts";
import { lbfgs } from "../optimise/lbfgs.ts";

/** A local maximum of a log density, with how wide it is. */
export interface Mode {
  readonly position: Float64Array;
  readonly value: number;
  /** The standard deviation of each coordinate, the others held, by the curvature. */
  readonly scale: Float64Array;
  /** log of the mass under the mode as the curvatures tell it, up to a constant. */
  readonly logMass: number;
}

/** What a search from many starts found. */
export interface Search {
  /** Distinct ones, those of most mass first. */
  readonly modes: readonly Mode[];
  readonly gradients: number;
}

/** How far starts are spread out, in turn: modes may lie beyond the box that starts are drawn from. */
const spreads = [1, 1, 3, 8];
const settings = { maxIterations: 200, gainTolerance: 1e-9 };
const relativeStep = 1e-5;
/** In standard deviations: what lies nearer is one mode found twice. */
const nearest = 0.5;
/** Nats of mass below the best mode: what lies lower is left out. */
const lowest = 20;

const counted = (gradient: HostGradient): { readonly gradient: HostGradient; readonly count: () => number } => {
  let count = 0;
  const at = (position: Float64Array, out: Float64Array): number => {
    count++;
    return gradient.at(position, out);
  };
  return { gradient: { size: gradient.size, at }, count: () => count };
};

/** Standard deviations by central differences of the slope along every axis; NaN where the density does not curve down. */
const scaleAt = (gradient: HostGradient, position: Float64Array): Float64Array => {
  const slope = (i: number, by: number): number => {
    const [moved, out] = [position.slice(), new Float64Array(position.length)];
    moved[i] += by;
    gradient.at(moved, out);
    return out[i];
  };
  return position.map((x, i) => {
    const step = relativeStep * Math.max(1, Math.abs(x));
    return 1 / Math.sqrt((slope(i, -step) - slope(i, step)) / (2 * step));
  });
};

const isFiniteAt = (gradient: HostGradient, position: Float64Array): boolean => {
  const out = new Float64Array(position.length);
  return Number.isFinite(gradient.at(position, out)) && out.every(Number.isFinite);
};

const startOf = (host: HostTarget, gradient: HostGradient, index: number): Float64Array => {
  const start = host.start(index);
  const wide = start.map((x) => spreads[index % spreads.length] * x);
  return isFiniteAt(gradient, wide) ? wide : start;
};

const isKnown = (modes: readonly Mode[], position: Float64Array): boolean =>
  modes.some((mode) => mode.position.every((x, i) => Math.abs(x - position[i]) < nearest * mode.scale[i]));

/** Local maxima by L-BFGS from dispersed starts. What does not converge, or has no curvature to it, is no mode. */
export const searchModes = async (host: HostTarget, starts: number): Promise<Search> => {
  const { gradient, count } = counted(host.gradient);
  const found: Mode[] = [];
  for (let index = 0; index < starts; index++) {
    const { position, value, converged } = lbfgs(gradient, startOf(host, gradient, index), settings);
    await pause();
    if (!converged || isKnown(found, position)) continue;
    const scale = scaleAt(gradient, position);
    const logMass = scale.reduce((sum, sd) => sum + Math.log(sd), value);
    if (Number.isFinite(logMass)) found.push({ position, value, scale, logMass });
  }
  const most = Math.max(...found.map(({ logMass }) => logMass));
  const modes = found.filter(({ logMass }) => logMass > most - lowest).sort((a, b) => b.logMass - a.logMass);
  return { modes, gradients: count() };
};
