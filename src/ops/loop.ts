import { checkCount, checkOptions, fail } from "../core/check.ts";
import { showShape } from "../core/shape.ts";
import { fromHost, hostValues, type Tensor } from "../core/tensor.ts";
import { tidy } from "../core/tidy.ts";
import { type Regions, tracing } from "../core/tracing.ts";
import { leaves, rebuild } from "../core/tree.ts";
import { matching } from "./state.ts";

/** A real tensor's values alone: to a gradient, a constant. */
const detached = (x: Tensor): Tensor => (x.dtype === "float32" ? fromHost(hostValues(x), x.shape) : x);

/** Every turn by itself. */
const turnByTurn: Regions["loop"] = (condition, step, init, most) => {
  let states = init;
  for (let turn = 0; turn < most; turn++) {
    const now = states;
    if (!tidy(() => condition(now).dataSync()[0])) break;
    states = tidy(() => step(now));
  }
  return states.map(detached);
};

/** What a bounded while repeats. */
export interface LoopParts<S> {
  /** Whether to go on: a bool scalar. */
  while(state: S): Tensor;
  step(state: S): S;
  /** Turns at the most. */
  readonly most: number;
}

/**
 * A bounded while: steps as long as `while` holds, `most` times at the most. For adaptive steps, roots and fixed points. It has no
 * gradient of its own: in eager the result is a constant to every gradient, in a compiled program asking for one is an error. Give
 * one with `withGradient`.
 * @param parts `while` and `step` are called once in a compiled program: they must depend on nothing that changes from turn to turn
 * but their argument.
 * @param state a tree of tensors; every state has its shapes and dtypes.
 * @returns the last state.
 * @throws FluvialError where an option is unknown, `most` is no whole number from 1, `while` gives no bool scalar, or a state changes
 * its form; names the tensor.
 */
export const loop = <S>(parts: LoopParts<S>, state: S): S => {
  checkOptions("loop", parts, ["while", "step", "most"]);
  checkCount("loop: most", parts.most);
  const condition = (states: readonly Tensor[]): Tensor => {
    const goesOn = parts.while(rebuild(state, states));
    if (goesOn.dtype !== "bool" || goesOn.rank !== 0)
      fail(`loop: expected \`while\` to give a bool scalar, got ${goesOn.dtype} of shape ${showShape(goesOn.shape)}`);
    return goesOn;
  };
  const step = (states: readonly Tensor[]): Tensor[] =>
    matching("loop: state", state, parts.step(rebuild(state, states)));
  return rebuild(state, (tracing()?.loop ?? turnByTurn)(condition, step, leaves(state), parts.most));
};
