/** Regions while tracing: the function is called once on placeholders, and what it makes becomes a sub-graph. */
import type { Tensor } from "../../core/tensor.ts";
import type { Regions } from "../../core/tracing.ts";
import { type Node, placeholder } from "../graph/node.ts";
import type { Region } from "../graph/ops.ts";
import { closeRegion, loop, scan } from "../graph/region.ts";
import { batch } from "../passes/batch.ts";
import { nodeOf, tensorOf } from "./recording.ts";

/** A placeholder like each node, or like its elements along the leading axis. */
const placeholders = (nodes: readonly Node[], first: number, elements: boolean): Node<"input">[] =>
  nodes.map(({ type, shape }, i) => placeholder(first + i, type, elements ? shape.slice(1) : shape));

const tensors = (nodes: readonly Node[]): Tensor[] => nodes.map(tensorOf);

const map: Regions["map"] = (f, many, count) => {
  const operands = many.map(nodeOf);
  const inputs = placeholders(operands, 0, true);
  const outputs = f(tensors(inputs)).map(nodeOf);
  return tensors(batch({ inputs, operands, outputs, count }));
};

const scanOver: Regions["scan"] = (turn, init, sequences, length) => {
  const [first, along] = [init.map(nodeOf), sequences.map(nodeOf)];
  const states = placeholders(first, 0, false);
  const elements = placeholders(along, first.length, true);
  const made = turn(tensors(states), tensors(elements));
  const outputs = [...made.states, ...made.elements].map(nodeOf);
  const { region: body, outside } = closeRegion([...states, ...elements], outputs);
  const attributes = { body, carries: first.length, slices: along.length, length, backwards: false };
  const parts = tensors(scan([...first, ...along, ...outside], attributes));
  return { states: parts.slice(0, first.length), elements: parts.slice(first.length) };
};

/** A region with some of its outputs, and placeholders of its own. */
const only = ({ inputs, outputs }: Region, from: number, to?: number): Region =>
  closeRegion(inputs as Node<"input">[], outputs.slice(from, to)).region;

const loopWhile: Regions["loop"] = (condition, step, given, most) => {
  const first = given.map(nodeOf);
  const states = placeholders(first, 0, false);
  const goesOn = nodeOf(condition(tensors(states)));
  const next = step(tensors(states)).map(nodeOf);
  const { region, outside } = closeRegion(states, [goesOn, ...next]);
  const attributes = { condition: only(region, 0, 1), body: only(region, 1), states: first.length, most };
  return tensors(loop([...first, ...outside], attributes));
};

export const regions: Regions = { map, scan: scanOver, loop: loopWhile };
