import type { Precision } from "../../../core/double.ts";
import type { Graph } from "../../graph/node.ts";
import type { HostArray } from "../array.ts";
import { checkedInputs, plain } from "../interpret.ts";
import { type Interpreter, run } from "../run.ts";
import { type Rounding, roundings, undecided } from "./number.ts";
import { type Scaled, scaleOf } from "./rules.ts";

const scaleArray = (value: HostArray, scale: Float64Array): HostArray => ({
  type: "real",
  shape: value.shape,
  values: scale,
});

/** Values by the plain interpreter, and their scales beside them. */
const scaledInterpreter = (precision: Precision, rounding: Rounding): Interpreter<Scaled> => {
  const values = plain(precision);
  const scales = plain("f64");
  const both = (value: HostArray, scale: HostArray): Scaled => ({ value, scale: scale.values as Float64Array });
  return {
    evaluate: (node, operands) => {
      const value = values.evaluate(
        node,
        operands.map((x) => x.value),
      );
      return { value, scale: scaleOf(node, operands, value, rounding) };
    },
    element: ({ value, scale }, turn) =>
      both(values.element(value, turn), scales.element(scaleArray(value, scale), turn)),
    stack: (elements, like) =>
      both(
        values.stack(
          elements.map((x) => x.value),
          like,
        ),
        scales.stack(
          elements.map((x) => scaleArray(x.value, x.scale)),
          { ...like, type: "real" },
        ),
      ),
    isTrue: ({ value }) => values.isTrue(value),
    isUndecided: ({ scale }) => scale[0] === undecided,
    undecided: ({ value, scale }) => ({ value, scale: scale.map(() => undecided) }),
  };
};

/**
 * Runs a program and bounds, for every result, how far another way of computing it may lie: by `tolerance · scale`, the tolerance
 * 1e-12 in f64 and 5e-4 in f32 being some thousand roundings. To first order the scale is the sum of the magnitudes of all terms
 * that went into a value, each times what the value changes with it; inputs are exact, and so is what only moves or compares them.
 * The scale is ∞ where a decision on the way — a comparison, a floor, an index — might be otherwise within that error: such
 * elements are undecided and must be skipped. Running error analysis: Higham 2002, "Accuracy and Stability of Numerical
 * Algorithms", §3.3.
 * @throws FluvialError where the inputs do not fit.
 */
export const interpretWithScale = (
  graph: Graph,
  inputs: readonly HostArray[],
  precision: Precision = "f64",
): Scaled[] => {
  const given = checkedInputs(graph, inputs, precision).map((value) => ({
    value,
    scale: new Float64Array(value.values.length),
  }));
  return run(scaledInterpreter(precision, roundings[precision]), graph, given);
};

export type { Scaled };
