import { fail } from "../../core/check.ts";
import type { Precision } from "../../core/double.ts";
import { sameShape, showShape } from "../../core/shape.ts";
import type { Graph, Node } from "../graph/node.ts";
import { arrayOf, type HostArray } from "./array.ts";
import { evaluatePlain } from "./rules.ts";
import { evaluateWith, type Interpreter, run, type Value } from "./run.ts";

/** Plain arrays in one precision. */
export const plain = (precision: Precision): Interpreter<HostArray> => ({
  evaluate: (node, operands) => evaluatePlain(node, operands, precision),
  element: ({ type, shape, values }, turn) => {
    const size = shape.slice(1).reduce((a, b) => a * b, 1);
    return { type, shape: shape.slice(1), values: values.slice(turn * size, (turn + 1) * size) };
  },
  stack: (elements, { type, shape }) => {
    const size = shape.reduce((a, b) => a * b, 1);
    return arrayOf(
      { type, shape: [elements.length, ...shape] },
      precision,
      (flat) => elements[Math.floor(flat / size)].values[flat % size],
    );
  },
  isTrue: ({ values }) => values[0] !== 0,
  isUndecided: () => false,
  undecided: (value) => value,
});

/**
 * The program's arguments in its precision.
 * @throws FluvialError where their number, a type or a shape is not the program's.
 */
export const checkedInputs = (
  { inputs }: Graph,
  given: readonly HostArray[],
  precision: Precision,
): readonly HostArray[] => {
  if (given.length !== inputs.length) fail(`interpret: expected ${inputs.length} inputs, got ${given.length}`);
  return given.map((x, i) => {
    const { type, shape } = inputs[i];
    if (x.type !== type || !sameShape(x.shape, shape))
      fail(
        `interpret: expected input ${i} to be ${type} of shape ${showShape(shape)}, got ${x.type} of shape ${showShape(x.shape)}`,
      );
    return arrayOf(x, precision, (at) => x.values[at]);
  });
};

/**
 * One node from its operands: arrays, or the list of results where the operand is a scan or loop. Gives such a list for them too.
 * In f32 every op is computed in double and its result rounded.
 */
export const evaluate = (
  node: Node,
  operands: readonly (HostArray | readonly HostArray[])[],
  precision: Precision,
): HostArray | readonly HostArray[] => {
  const values = operands.map((x): Value<HostArray> => ("shape" in x ? { one: x } : { several: x }));
  const made = evaluateWith(plain(precision), node, values);
  return "one" in made ? made.one : made.several;
};

/**
 * Runs a program op by op, plainly: what every faster way of running it is held against. Every op is computed in double and its
 * result rounded to the precision, sums and products of many terms at their end.
 * @throws FluvialError where the inputs do not fit.
 */
export const interpret = (graph: Graph, inputs: readonly HostArray[], precision: Precision): HostArray[] =>
  run(plain(precision), graph, checkedInputs(graph, inputs, precision));
