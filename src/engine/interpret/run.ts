/** Programs, scans and loops over any kind of value: plain arrays, or arrays that carry their error. */
import { fail } from "../../core/check.ts";
import { range } from "../../core/shape.ts";
import { is, type Node } from "../graph/node.ts";
import type { Region } from "../graph/ops.ts";
import { reach } from "../graph/traverse.ts";

/** The ops that `run` does itself; an interpreter knows all others. */
export type StructuralOp = "input" | "scan" | "loop" | "part";

export interface Interpreter<V> {
  /** One node of an op that is not structural. */
  evaluate(node: Node, operands: readonly V[]): V;
  /** Element `turn` along the leading axis. */
  element(sequence: V, turn: number): V;
  /** Elements of the type and shape of `like` along a new leading axis. */
  stack(elements: readonly V[], like: Node): V;
  /** Of a bool scalar. */
  isTrue(condition: V): boolean;
  /** Whether it might be otherwise, within the errors. */
  isUndecided(condition: V): boolean;
  /** The value where a decision that led to it might be otherwise. */
  undecided(value: V): V;
}

/** What a node stands for: one value, or the several of a scan or loop. */
export type Value<V> = { readonly one: V } | { readonly several: readonly V[] };

const oneOf = <V>(value: Value<V> | undefined): V =>
  value && "one" in value ? value.one : fail("interpret: a scan or loop is read by its parts alone");

/** What the body of a scan takes at one turn. */
export const turnArguments = <V>(
  interpreter: Interpreter<V>,
  node: Node<"scan">,
  operands: readonly V[],
  states: readonly V[],
  turn: number,
): V[] => {
  const { carries, slices } = node.attributes;
  const elements = operands.slice(carries, carries + slices).map((x) => interpreter.element(x, turn));
  return [...states, ...elements, ...operands.slice(carries + slices)];
};

/** The turns of a scan in the order in which they are run. */
export const turnsOf = ({ attributes: { length, backwards } }: Node<"scan">): number[] =>
  backwards ? range(length).reverse() : range(length);

const scan = <V>(interpreter: Interpreter<V>, node: Node<"scan">, operands: readonly V[]): V[] => {
  const { body, carries } = node.attributes;
  const made = body.outputs.slice(carries).map((): V[] => []);
  let states = operands.slice(0, carries);
  for (const turn of turnsOf(node)) {
    const results = run(interpreter, body, turnArguments(interpreter, node, operands, states, turn));
    states = results.slice(0, carries);
    made.forEach((elements, i) => {
      elements[turn] = results[carries + i];
    });
  }
  return [...states, ...made.map((elements, i) => interpreter.stack(elements, body.outputs[carries + i]))];
};

const loop = <V>(interpreter: Interpreter<V>, node: Node<"loop">, operands: readonly V[]): V[] => {
  const { body, condition, states: count, most } = node.attributes;
  const closed = operands.slice(count);
  let states = operands.slice(0, count);
  let unsure = false;
  for (let turn = 0; turn < most; turn++) {
    const [goes] = run(interpreter, condition, [...states, ...closed]);
    unsure ||= interpreter.isUndecided(goes);
    if (!interpreter.isTrue(goes)) break;
    states = run(interpreter, body, [...states, ...closed]);
  }
  return unsure ? states.map((state) => interpreter.undecided(state)) : states;
};

/** One node from the values of its operands. */
export const evaluateWith = <V>(
  interpreter: Interpreter<V>,
  node: Node,
  operands: readonly (Value<V> | undefined)[],
): Value<V> => {
  if (node.op === "part") {
    const [from] = operands;
    const { index } = (node as Node<"part">).attributes;
    return from && "several" in from ? { one: from.several[index] } : fail("part: expected a scan or loop");
  }
  const values = operands.map(oneOf);
  if (node.op === "scan") return { several: scan(interpreter, node as Node<"scan">, values) };
  if (node.op === "loop") return { several: loop(interpreter, node as Node<"loop">, values) };
  return { one: interpreter.evaluate(node, values) };
};

/** The values of all nodes that the outputs reach. */
export const runAll = <V>(
  interpreter: Interpreter<V>,
  { inputs, outputs }: Region,
  args: readonly V[],
): Map<Node, Value<V>> => {
  const values = new Map<Node, Value<V>>(inputs.map((input, i) => [input, { one: args[i] }]));
  for (const node of reach(outputs)) {
    if (values.has(node)) continue;
    if (is(node, "input")) fail(`interpret: input ${node.attributes.index} is none of the program's`);
    const operands = node.inputs.map((input) => values.get(input));
    values.set(node, evaluateWith(interpreter, node, operands));
  }
  return values;
};

export const run = <V>(interpreter: Interpreter<V>, region: Region, args: readonly V[]): V[] => {
  const values = runAll(interpreter, region, args);
  return region.outputs.map((output) => oneOf(values.get(output)));
};
