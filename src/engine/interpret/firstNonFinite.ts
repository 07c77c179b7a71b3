import type { Precision } from "../../core/double.ts";
import { sizeOf } from "../../core/shape.ts";
import type { Graph, Node } from "../graph/node.ts";
import type { Region } from "../graph/ops.ts";
import { dependents, reach } from "../graph/traverse.ts";
import type { HostArray } from "./array.ts";
import { checkedInputs, plain } from "./interpret.ts";
import { readsOf } from "./reads.ts";
import { type Interpreter, runAll, type Value } from "./run.ts";
import { isRegionNode, type RegionNode, turnsFrom } from "./turns.ts";
import type { Place } from "./views.ts";

export interface NonFinite {
  readonly node: Node;
  readonly op: Node["op"];
  readonly label: string;
  /** NaN, ∞ or −∞. */
  readonly value: number;
  /** The element, row by row from 0. */
  readonly at: number;
  /** The turns, from 0, of the scans and loops around it, outermost first. */
  readonly turns: readonly number[];
}

/** Elements of nodes, each once. */
type Marks = Map<Node, Set<number>>;

const mark = (marks: Marks, node: Node, at: number): void => {
  const there = marks.get(node);
  if (there) there.add(at);
  else marks.set(node, new Set([at]));
};

/** Of each part of a scan or loop, some elements. */
type Parts = ReadonlyMap<number, ReadonlySet<number>>;

interface Walk {
  /** Where a non-finite element was made of finite ones, in the order in which nodes run. */
  readonly culprits: readonly NonFinite[];
  /** Elements of the inputs that non-finite elements go back to. */
  readonly fromInputs: Marks;
}

const oneOf = (values: ReadonlyMap<Node, Value<HostArray>>, node: Node): HostArray =>
  (values.get(node) as { readonly one: HostArray }).one;

const isBad = (x: HostArray, at: number): boolean => x.type === "real" && !Number.isFinite(x.values[at]);

/** The operands' elements to go on with; none where the node is to blame: also for a NaN that it makes of fixed infinities. */
const blamedOn = (
  node: Node,
  operands: readonly HostArray[],
  reads: readonly Place[],
  isNan: boolean,
  varies: ReadonlySet<Node>,
): readonly [Node, number][] => {
  const bad = reads.filter(({ operand, at }) => isBad(operands[operand], at));
  const isFixedInfinity = ({ operand, at }: Place): boolean =>
    !varies.has(node.inputs[operand]) && !Number.isNaN(operands[operand].values[at]);
  return isNan && bad.every(isFixedInfinity) ? [] : bad.map(({ operand, at }) => [node.inputs[operand], at]);
};

/** The elements of a scan's new sequences that one turn made, as elements of the body's outputs. */
const madeAt = (body: Region, carries: number, parts: Parts, place: number): [Node, number][] =>
  [...parts].flatMap(([part, elements]) => {
    if (part < carries) return [];
    const size = sizeOf(body.outputs[part].shape);
    return [...elements]
      .filter((at) => Math.floor(at / size) === place)
      .map((at): [Node, number] => [body.outputs[part], at % size]);
  });

const elementsOf = (marks: Marks): [Node, number][] =>
  [...marks].flatMap(([node, elements]) => [...elements].map((at): [Node, number] => [node, at]));

/** Inside a scan or loop, from its last turn back: its culprits, and the elements of its operands that it goes back to. */
const walkTurns = (
  interpreter: Interpreter<HostArray>,
  node: RegionNode,
  operands: readonly HostArray[],
  parts: Parts,
): { readonly culprits: readonly NonFinite[]; readonly back: readonly [Node, number][] } => {
  const { body, carries, slices, turns } = turnsFrom(interpreter, node, operands);
  const last = turns.length > 0 ? body.outputs : node.inputs;
  const culprits: NonFinite[] = [];
  const back: [Node, number][] = [];
  let carried: [Node, number][] = [...parts].flatMap(([part, elements]) =>
    part < carries ? [...elements].map((at): [Node, number] => [last[part], at]) : [],
  );
  for (const [i, { place, args }] of [...turns.entries()].reverse()) {
    const starts: Marks = new Map();
    for (const [output, at] of [...carried, ...madeAt(body, carries, parts, place)]) mark(starts, output, at);
    const inner = walk(interpreter, body, args, starts);
    culprits.unshift(...inner.culprits.map((found) => ({ ...found, turns: [place, ...found.turns] })));
    carried = [];
    for (const [input, at] of elementsOf(inner.fromInputs)) {
      const operand = body.inputs.indexOf(input);
      const sliced = operand >= carries && operand < carries + slices;
      if (operand < carries && i > 0) carried.push([body.outputs[operand], at]);
      else back.push([node.inputs[operand], sliced ? place * sizeOf(input.shape) + at : at]);
    }
  }
  return { culprits, back: turns.length > 0 ? back : carried };
};

/** From non-finite elements back to where they were made. */
const walk = (interpreter: Interpreter<HostArray>, region: Region, args: readonly HostArray[], starts: Marks): Walk => {
  const values = runAll(interpreter, region, args);
  const marks: Marks = new Map([...starts].map(([node, elements]) => [node, new Set(elements)]));
  const parts = new Map<Node, Map<number, ReadonlySet<number>>>();
  const fromInputs: Marks = new Map();
  const culprits: NonFinite[][] = [];
  const nodes = reach(region.outputs);
  const varies = dependents(nodes, region.inputs);
  for (const node of nodes.toReversed()) {
    const elements = marks.get(node);
    if (isRegionNode(node) && parts.has(node)) {
      const operands = node.inputs.map((input) => oneOf(values, input));
      const inner = walkTurns(interpreter, node, operands, parts.get(node) ?? new Map());
      culprits.push([...inner.culprits]);
      for (const [x, at] of inner.back) mark(marks, x, at);
    } else if (elements && node.op === "part") {
      const from = parts.get(node.inputs[0]) ?? new Map<number, ReadonlySet<number>>();
      parts.set(node.inputs[0], from.set((node as Node<"part">).attributes.index, elements));
    } else if (elements && region.inputs.includes(node)) fromInputs.set(node, elements);
    else if (elements) {
      const operands = node.inputs.map((input) => oneOf(values, input));
      const reads = readsOf(node, operands);
      const own = oneOf(values, node);
      const blame: NonFinite[] = [];
      for (const at of [...elements].sort((a, b) => a - b)) {
        const value = own.values[at];
        const next = blamedOn(node, operands, reads(at), Number.isNaN(value), varies);
        if (next.length === 0) blame.push({ node, op: node.op, label: node.label, value, at, turns: [] });
        for (const [x, from] of next) mark(marks, x, from);
      }
      culprits.push(blame);
    }
  }
  return { culprits: culprits.toReversed().flat(), fromInputs };
};

const badElements = ({ values }: HostArray): number[] =>
  Array.from(values, (x, at) => (Number.isFinite(x) ? -1 : at)).filter((at) => at >= 0);

/**
 * Runs a program and finds where a NaN or ±∞ in its outputs first came from: the first node with a non-finite element whose own
 * operands' elements are finite, among those that non-finite outputs go back to. What a select drops, or an output does not need,
 * is not blamed. An input is blamed for what it brings, a constant ±∞ only where nothing else is.
 * @returns undefined where all real outputs are finite.
 */
export const firstNonFinite = (
  graph: Graph,
  inputs: readonly HostArray[],
  precision: Precision,
): NonFinite | undefined => {
  const interpreter = plain(precision);
  const args = checkedInputs(graph, inputs, precision);
  const values = runAll(interpreter, graph, args);
  const starts: Marks = new Map();
  for (const output of graph.outputs)
    if (output.type === "real") for (const at of badElements(oneOf(values, output))) mark(starts, output, at);
  if (starts.size === 0) return undefined;
  const { culprits, fromInputs } = walk(interpreter, graph, args, starts);
  const given = [...fromInputs].reverse().map(([node, elements]): NonFinite => {
    const at = Math.min(...elements);
    return { node, op: node.op, label: node.label, value: oneOf(values, node).values[at], at, turns: [] };
  });
  return [...given, ...culprits].find(({ op }) => op !== "constant") ?? culprits[0];
};
