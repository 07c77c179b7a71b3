import type { Tensor } from "../core/tensor.ts";
import { type Regions, type Turn, tracing } from "../core/tracing.ts";
import { leaves, rebuild } from "../core/tree.ts";
import { commonLength, elementsOf, stacked } from "./leadingAxis.ts";
import { matching } from "./state.ts";

/** Every turn by itself. */
const turnByTurn: Regions["scan"] = (turn, init, sequences, length) => {
  const elements = sequences.map(elementsOf);
  let states = init;
  const rows: (readonly Tensor[])[] = [];
  for (let i = 0; i < length; i++) {
    const made = turn(
      states,
      elements.map((list) => list[i]),
    );
    states = made.states;
    rows.push(made.elements);
  }
  return { states, elements: rows[0].map((_, leaf) => stacked(rows.map((row) => row[leaf]))) };
};

/**
 * A fold over a leading axis: for time series. `f` takes a state and the next element of `xs`, and gives the next state and an
 * element of the result: [s₁, y₁] = f(s₀, x₁), …. Gradients flow through all of it.
 * @param f must depend on nothing that changes from turn to turn but its arguments: a compiled program calls it once.
 * @param init a tree of tensors; every state has its shapes and dtypes.
 * @param xs a tree of tensors [length, ...event].
 * @returns [the last state, a tree of tensors [length, ...] with what the turns gave].
 * @throws FluvialError where the leading lengths of `xs` differ, or a state or element changes its form; names the tensor.
 */
export const scan = <S, X, Y>(f: (state: S, x: X) => readonly [S, Y], init: S, xs: X): readonly [S, Y] => {
  const sequences = leaves(xs);
  const length = commonLength("scan", sequences);
  let form: { readonly y: Y } | undefined;
  const turn: Turn = (states, elements) => {
    const [next, y] = f(rebuild(init, states), rebuild(xs, elements));
    form ??= { y };
    return { states: matching("scan: state", init, next), elements: matching("scan: result", form.y, y) };
  };
  const made = (tracing()?.scan ?? turnByTurn)(turn, leaves(init), sequences, length);
  return [rebuild(init, made.states), rebuild((form as unknown as { readonly y: Y }).y, made.elements)];
};
