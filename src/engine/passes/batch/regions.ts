import { and, reduce, reshape, select } from "../../graph/build.ts";
import { type Node, placeholder } from "../../graph/node.ts";
import type { Region } from "../../graph/ops.ts";
import { loop, scan } from "../../graph/region.ts";
import { type Batching, each, type Lifted, moveAxis, shared } from "./lifted.ts";

/** A region's inputs again, those flagged with the leading axis. */
const placeholdersFor = ({ inputs }: Region, batched: readonly boolean[], count: number): Lifted[] =>
  inputs.map(({ type, shape }, i) =>
    batched[i] ? each(placeholder(i, type, [count, ...shape])) : shared(placeholder(i, type, shape)),
  );

const outputsOf = (region: Region, given: readonly Lifted[], { lift }: Batching): Lifted[] =>
  lift(region.outputs, new Map(region.inputs.map((input, i) => [input, given[i]])));

const nodesOf = (values: readonly Lifted[]): Node[] => values.map(({ node }) => node);

/** Which inputs of a region must be batched, where its first `states` outputs come back as its first inputs. */
const settle = (body: Region, start: readonly boolean[], states: number, batching: Batching): boolean[] => {
  const outputs = outputsOf(body, placeholdersFor(body, start, batching.count), batching);
  const after = start.map((batched, i) => batched || (i < states && outputs[i].batched));
  return after.every((batched, i) => batched === start[i]) ? after : settle(body, after, states, batching);
};

/** Carries get the leading axis where they come to depend on the draw; sequences keep their own axis in front of it. */
export const batchScan = (node: Node<"scan">, operands: readonly Lifted[], batching: Batching): Lifted[] => {
  const { body, carries, slices } = node.attributes;
  const flags = settle(
    body,
    operands.map(({ batched }) => batched),
    carries,
    batching,
  );
  const inputs = placeholdersFor(body, flags, batching.count);
  // Views of shared nodes that are made inside stay inside.
  const outputs = outputsOf(body, inputs, batching).map((output, i) =>
    i < carries && flags[i] ? each(batching.across(output)) : output,
  );
  const given = operands.map((operand, i) => {
    if (i < carries) return flags[i] ? batching.across(operand) : operand.node;
    return operand.batched && i < carries + slices ? moveAxis(operand.node, 0, 1) : operand.node;
  });
  const region = { inputs: nodesOf(inputs), outputs: nodesOf(outputs) };
  return scan(given, { ...node.attributes, body: region }).map((part, i) => {
    if (!outputs[i].batched) return shared(part);
    return each(i < carries ? part : moveAxis(part, 1, 0));
  });
};

/** The condition is the same for all draws: so is the number of turns. */
const together = (
  node: Node<"loop">,
  operands: readonly Lifted[],
  flags: readonly boolean[],
  batching: Batching,
): Lifted[] => {
  const { condition, body, states, most } = node.attributes;
  const [asked, turned] = [condition, body].map((region) => placeholdersFor(region, flags, batching.count));
  const after = outputsOf(body, turned, batching).map((x, i) => (flags[i] ? batching.across(x) : x.node));
  return loop(
    operands.map((x, i) => (flags[i] ? batching.across(x) : x.node)),
    {
      condition: { inputs: nodesOf(asked), outputs: nodesOf(outputsOf(condition, asked, batching)) },
      body: { inputs: nodesOf(turned), outputs: after },
      states,
      most,
    },
  ).map((part, i) => (flags[i] ? each(part) : shared(part)));
};

/** Each draw turns while its own condition holds, which is one more state: the loop goes on while it holds for any. */
const separately = (
  node: Node<"loop">,
  operands: readonly Lifted[],
  flags: readonly boolean[],
  batching: Batching,
): Lifted[] => {
  const { condition, body, states, most } = node.attributes;
  const { across, count } = batching;
  const given = operands.map((x, i) => (flags[i] ? each(across(x)) : x));
  const holds = (values: readonly Lifted[]): Node => across(outputsOf(condition, values, batching)[0]);

  const asked = withFlag(placeholdersFor(condition, flags, count), states, count);
  const turned = withFlag(placeholdersFor(body, flags, count), states, count);
  const active = turned[states].node;
  const old = turned.filter((_, i) => i !== states);
  const after = outputsOf(body, old, batching).map((x, i) => choose(active, across(x), old[i].node));
  const still = and(active, holds([...after.map(each), ...old.slice(states)]));

  return loop([...nodesOf(given.slice(0, states)), holds(given), ...nodesOf(given.slice(states))], {
    condition: { inputs: nodesOf(asked), outputs: [reduce("any", asked[states].node, [0])] },
    body: { inputs: nodesOf(turned), outputs: [...after, still] },
    states: states + 1,
    most,
  })
    .slice(0, states)
    .map(each);
};

/** Inputs with one more state, a bool for each draw, after the first `states`. */
const withFlag = (inputs: readonly Lifted[], states: number, count: number): Lifted[] =>
  [...inputs.slice(0, states), each(placeholder(states, "bool", [count])), ...inputs.slice(states)].map(
    ({ node, batched }, i) => ({ node: placeholder(i, node.type, node.shape), batched }),
  );

/** By a condition for each draw. */
const choose = (condition: Node, yes: Node, no: Node): Node =>
  select(reshape(condition, [...condition.shape, ...yes.shape.slice(1).map(() => 1)]), yes, no);

export const batchLoop = (node: Node<"loop">, operands: readonly Lifted[], batching: Batching): Lifted[] => {
  const { condition, body, states } = node.attributes;
  const flags = settle(
    body,
    operands.map(({ batched }) => batched),
    states,
    batching,
  );
  const [asked] = outputsOf(condition, placeholdersFor(condition, flags, batching.count), batching);
  if (!asked.batched) return together(node, operands, flags, batching);
  const all = settle(
    body,
    flags.map((batched, i) => batched || i < states),
    states,
    batching,
  );
  return separately(node, operands, all, batching);
};
