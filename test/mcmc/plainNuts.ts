import { type HostKey, hostUniforms } from "../../src/core/key.ts";
import type { Gradient } from "../../src/engine/engine.ts";
import { normalsFrom } from "../../src/mcmc/random.ts";

interface State {
  readonly position: readonly number[];
  readonly momentum: readonly number[];
  readonly gradient: readonly number[];
  readonly energy: number;
}
interface Tree {
  /** In the order of time. */
  readonly states: readonly State[];
  readonly proposal: State;
}
export interface PlainTransition {
  readonly position: readonly number[];
  readonly treeDepth: number;
  readonly steps: number;
  readonly acceptance: number;
  readonly energy: number;
}

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

/**
 * One NUTS transition as one would say it: trajectories are lists of states in the order of time, every criterion a sum over
 * a list. Takes its random numbers in the order of `nuts`, whose slow twin it is.
 */
export const plainNuts = (
  gradient: Gradient,
  { stepSize, variances, maxTreeDepth }: { stepSize: number; variances: readonly number[]; maxTreeDepth: number },
  key: HostKey,
  start: readonly number[],
): PlainTransition => {
  const uniform = hostUniforms(key);
  const normal = normalsFrom(uniform);
  const stateAt = (position: readonly number[], momentumAfter: (gradient: readonly number[]) => number[]): State => {
    const out = new Float64Array(gradient.size);
    const logDensity = gradient.at(Float64Array.from(position), out);
    const momentum = momentumAfter([...out]);
    const energy = sum(momentum.map((p, i) => 0.5 * variances[i] * p * p)) - logDensity;
    return { position, momentum, gradient: [...out], energy: Number.isNaN(energy) ? Number.POSITIVE_INFINITY : energy };
  };
  const leapfrog = ({ position, momentum, gradient: slope }: State, e: number): State => {
    const half = momentum.map((p, i) => p + 0.5 * e * slope[i]);
    const moved = position.map((x, i) => x + e * variances[i] * half[i]);
    return stateAt(moved, (newSlope) => half.map((p, i) => p + 0.5 * e * newSlope[i]));
  };
  const first = stateAt(start, () => start.map((_, i) => normal() / Math.sqrt(variances[i])));
  const weight = (states: readonly State[]): number => sum(states.map(({ energy }) => Math.exp(first.energy - energy)));
  const straight = (states: readonly State[]): boolean => {
    const rho = start.map((_, i) => sum(states.map(({ momentum }) => momentum[i])));
    return [states[0], states[states.length - 1]].every(
      ({ momentum }) => sum(momentum.map((p, i) => variances[i] * p * rho[i])) > 0,
    );
  };
  const joint = (early: readonly State[], late: readonly State[]): boolean =>
    straight([...early, ...late]) && straight([...early, late[0]]) && straight([early[early.length - 1], ...late]);

  const visited: State[] = [];
  const ordered = (direction: number, inner: Tree, outer: Tree): readonly [readonly State[], readonly State[]] =>
    direction > 0 ? [inner.states, outer.states] : [outer.states, inner.states];
  const build = (depth: number, from: State, direction: number): Tree | undefined => {
    if (depth === 0) {
      const state = leapfrog(from, direction * stepSize);
      visited.push(state);
      return state.energy - first.energy <= 1000 ? { states: [state], proposal: state } : undefined;
    }
    const inner = build(depth - 1, from, direction);
    if (!inner) return undefined;
    const edge = direction > 0 ? inner.states[inner.states.length - 1] : inner.states[0];
    const outer = build(depth - 1, edge, direction);
    if (!outer) return undefined;
    const [early, late] = ordered(direction, inner, outer);
    const states = [...early, ...late];
    const takesOuter = uniform() < weight(outer.states) / weight(states);
    return joint(early, late) ? { states, proposal: takesOuter ? outer.proposal : inner.proposal } : undefined;
  };

  let tree: Tree = { states: [first], proposal: first };
  let depth = 0;
  for (let goesOn = true; goesOn && depth < maxTreeDepth; ) {
    const direction = uniform() < 0.5 ? 1 : -1;
    const grown = build(depth, tree.states[direction > 0 ? tree.states.length - 1 : 0], direction);
    if (!grown) break;
    depth++;
    const [early, late] = ordered(direction, tree, grown);
    const takesGrown = uniform() < weight(grown.states) / weight(tree.states);
    goesOn = joint(early, late);
    tree = { states: [...early, ...late], proposal: takesGrown ? grown.proposal : tree.proposal };
  }
  const acceptance = sum(visited.map(({ energy }) => Math.min(1, Math.exp(first.energy - energy)))) / visited.length;
  const { position, energy } = tree.proposal;
  return { position, treeDepth: depth, steps: visited.length, acceptance, energy };
};
