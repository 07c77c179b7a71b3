import type { Point } from "./kernel.ts";
import type { Metric } from "./metric.ts";

/** A point in phase space that an integrator moves in place: the one thing of the sampler that is not a value. */
export interface Phase {
  readonly position: Float64Array;
  readonly momentum: Float64Array;
  /** Σ p, in step with the momentum. */
  readonly velocity: Float64Array;
  readonly gradient: Float64Array;
  logDensity: number;
  /** −log density + kinetic energy; ∞ wherever it is not a finite number. */
  energy: number;
}

export const emptyPhase = (size: number): Phase => ({
  position: new Float64Array(size),
  momentum: new Float64Array(size),
  velocity: new Float64Array(size),
  gradient: new Float64Array(size),
  logDensity: 0,
  energy: 0,
});

/** Brings velocity and energy up to date with position and momentum. */
export const settle = (phase: Phase, metric: Metric): void => {
  const { momentum, velocity } = phase;
  metric.velocityOf(momentum, velocity);
  let twiceKinetic = 0;
  for (let i = 0; i < momentum.length; i++) twiceKinetic += momentum[i] * velocity[i];
  const energy = 0.5 * twiceKinetic - phase.logDensity;
  phase.energy = Number.isFinite(energy) ? energy : Number.POSITIVE_INFINITY;
};

/**
 * Puts a phase at a point with a fresh momentum p ~ normal(0, Σ⁻¹ / β). The energy H stays that of p(x): states are weighed by
 * exp(−β H), which makes p(x)^β of it without another density.
 */
export const kick = (phase: Phase, point: Point, metric: Metric, normal: () => number, beta: number = 1): void => {
  phase.position.set(point.position);
  phase.gradient.set(point.gradient);
  phase.logDensity = point.logDensity;
  metric.drawMomentum(normal, phase.momentum);
  if (beta !== 1) for (let i = 0; i < phase.momentum.length; i++) phase.momentum[i] /= Math.sqrt(beta);
  settle(phase, metric);
};

export const copyPhase = (from: Phase, to: Phase): void => {
  to.position.set(from.position);
  to.momentum.set(from.momentum);
  to.velocity.set(from.velocity);
  to.gradient.set(from.gradient);
  to.logDensity = from.logDensity;
  to.energy = from.energy;
};

/** The point under a phase, as a value. */
export const pointOf = ({ position, gradient, logDensity }: Omit<Phase, "momentum" | "velocity">): Point => ({
  position: position.slice(),
  gradient: gradient.slice(),
  logDensity,
});
