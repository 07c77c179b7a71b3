import type { Phase } from "./phase.ts";

interface End {
  momentum: Float64Array;
  velocity: Float64Array;
}
interface Proposal {
  position: Float64Array;
  gradient: Float64Array;
  logDensity: number;
  energy: number;
}

/**
 * A stretch of a trajectory, in the order in which it was built: its two ends, the sum ρ of its momenta, the log of its total
 * weight Σ exp(H₀ − H) and one state drawn from it in proportion to the weights. Stretches are joined by swapping buffers.
 */
export interface Stretch {
  first: End;
  last: End;
  readonly momentumSum: Float64Array;
  logWeight: number;
  proposal: Proposal;
}

const emptyEnd = (size: number): End => ({ momentum: new Float64Array(size), velocity: new Float64Array(size) });

export const emptyStretch = (size: number): Stretch => ({
  first: emptyEnd(size),
  last: emptyEnd(size),
  momentumSum: new Float64Array(size),
  logWeight: Number.NEGATIVE_INFINITY,
  proposal: { position: new Float64Array(size), gradient: new Float64Array(size), logDensity: 0, energy: 0 },
});

/** Makes a stretch of the single state `phase`. */
export const beginStretch = (stretch: Stretch, phase: Phase, logWeight: number): void => {
  const { first, last, momentumSum, proposal } = stretch;
  for (let i = 0; i < momentumSum.length; i++) {
    first.momentum[i] = last.momentum[i] = momentumSum[i] = phase.momentum[i];
    first.velocity[i] = last.velocity[i] = phase.velocity[i];
    proposal.position[i] = phase.position[i];
    proposal.gradient[i] = phase.gradient[i];
  }
  proposal.logDensity = phase.logDensity;
  proposal.energy = phase.energy;
  stretch.logWeight = logWeight;
};

/** The same stretch, seen from its other end. */
export const turnRound = (stretch: Stretch): void => {
  const { first } = stretch;
  stretch.first = stretch.last;
  stretch.last = first;
};

/**
 * Whether the trajectory keeps going straight where `next` follows on `stretch`: the generalised criterion v·ρ > 0 at both ends, for the
 * whole, for `stretch` with the first state of `next`, and for the last state of `stretch` with `next`.
 * Betancourt 2017, appendix A.4.2; the two extra checks are those of Stan, which catch a full turn between the halves.
 */
export const goesStraight = (stretch: Stretch, next: Stretch): boolean => {
  const { first: a, last: b, momentumSum: left } = stretch;
  const { first: c, last: d, momentumSum: right } = next;
  let wholeFirst = 0;
  let wholeLast = 0;
  let leftFirst = 0;
  let leftLast = 0;
  let rightFirst = 0;
  let rightLast = 0;
  for (let i = 0; i < left.length; i++) {
    const whole = left[i] + right[i];
    const leftMore = left[i] + c.momentum[i];
    const rightMore = right[i] + b.momentum[i];
    wholeFirst += a.velocity[i] * whole;
    wholeLast += d.velocity[i] * whole;
    leftFirst += a.velocity[i] * leftMore;
    leftLast += c.velocity[i] * leftMore;
    rightFirst += b.velocity[i] * rightMore;
    rightLast += d.velocity[i] * rightMore;
  }
  return wholeFirst > 0 && wholeLast > 0 && leftFirst > 0 && leftLast > 0 && rightFirst > 0 && rightLast > 0;
};

/** Lets the proposal of `next` stand for `stretch` too; what `next` holds afterwards is of no use. */
export const takeProposal = (stretch: Stretch, next: Stretch): void => {
  const { proposal } = stretch;
  stretch.proposal = next.proposal;
  next.proposal = proposal;
};

/** Lengthens `stretch` by `next`; what `next` holds afterwards is of no use. */
export const join = (stretch: Stretch, next: Stretch, logWeight: number): void => {
  const { last, momentumSum } = stretch;
  for (let i = 0; i < momentumSum.length; i++) momentumSum[i] += next.momentumSum[i];
  stretch.last = next.last;
  next.last = last;
  stretch.logWeight = logWeight;
};
