/** The reverse of a scan: a scan the other way, over the same elements and the states before each turn. */
import { range } from "../../core/shape.ts";
import { add, full } from "../graph/build.ts";
import { type Node, placeholder } from "../graph/node.ts";
import { closeRegion, inline, scan } from "../graph/region.ts";
import { reach } from "../graph/traverse.ts";
import type { Cotangents, Rule, Sweep } from "./rule.ts";

type Scan = Node<"scan">;
type Input = Node<"input">;

const zeros = ({ shape }: Node): Node => full(0, shape);
const filled = (x: Node | undefined, like: Node): Node => x ?? zeros(like);
/** A body's inputs are placeholders. */
const bodyInputs = (node: Scan): readonly Input[] => node.attributes.body.inputs as readonly Input[];

/** A set of carries, grown until no turn adds to it. */
const settled = (start: readonly number[], more: (now: readonly number[]) => readonly number[]): readonly number[] => {
  let now = start;
  for (;;) {
    const next = more(now);
    if (next.length === now.length) return now;
    now = next;
  }
};

/** The carries whose gradient is asked for and not zero: they depend on wanted operands, and wanted results on them. */
const liveCarries = (node: Scan, gradients: Cotangents, { wanted, active }: Sweep): readonly number[] => {
  const { body, carries } = node.attributes;
  const all = range(carries);
  const forward = (now: readonly number[]): readonly number[] => {
    const seeds = body.inputs.filter((_, i) => (i < carries ? now.includes(i) : wanted[i]));
    const found = active(body.outputs, seeds);
    return all.filter((i) => now.includes(i) || found.has(body.outputs[i]));
  };
  const moved = settled(
    all.filter((i) => wanted[i]),
    forward,
  );
  const asked = (now: readonly number[]): readonly number[] => {
    const used = new Set(reach(body.outputs.filter((_, i) => (i < carries ? now.includes(i) : gradients[i]))));
    return all.filter((i) => now.includes(i) || used.has(body.inputs[i]));
  };
  const heard = settled(
    all.filter((i) => gradients[i]),
    asked,
  );
  return moved.filter((i) => heard.includes(i));
};

/** The sequences of states before each turn: parts of the same scan with more results. */
const statesBefore = (node: Scan, which: readonly number[]): readonly Node[] => {
  if (which.length === 0) return [];
  const { body } = node.attributes;
  const outputs = [...body.outputs, ...which.map((i) => body.inputs[i])];
  const longer = { ...node.attributes, body: { inputs: body.inputs, outputs } };
  return scan(node.inputs, longer).slice(body.outputs.length);
};

/** A gradient, and which body input it belongs to. */
interface Found {
  readonly at: number;
  readonly slope: Node;
}

/** One turn backwards, in terms of the body's inputs and of placeholders for the gradients with respect to its results. */
interface Turn {
  readonly live: readonly number[];
  /** Placeholders: with respect to the next states that are live. */
  readonly states: readonly Input[];
  /** And to the new sequences that have a gradient. */
  readonly emitted: readonly { readonly placeholder: Input; readonly sequence: Node }[];
  readonly slopes: Cotangents;
}

const turnBack = (node: Scan, gradients: Cotangents, sweep: Sweep): Turn => {
  const { body, carries } = node.attributes;
  const live = liveCarries(node, gradients, sweep);
  const states = live.map((i) => placeholder(i, "real", body.inputs[i].shape));
  const emitted = body.outputs.flatMap((output, i) => {
    const sequence = i < carries ? undefined : gradients[i];
    return sequence ? [{ output, sequence, placeholder: placeholder(i, "real", output.shape) }] : [];
  });
  const outputs = [...live.map((i) => body.outputs[i]), ...emitted.map(({ output }) => output)];
  const cotangents = [...states, ...emitted.map(({ placeholder }) => placeholder)];
  const wrt = body.inputs.map((_, i) => (i < carries ? live.includes(i) : sweep.wanted[i]));
  const asked = range(body.inputs.length).filter((i) => wrt[i]);
  const found = sweep.reverse(
    outputs,
    cotangents,
    asked.map((i) => body.inputs[i]),
  );
  const slopes: (Node | undefined)[] = body.inputs.map(() => undefined);
  for (const [k, i] of asked.entries()) slopes[i] = found[k];
  return { live, states, emitted, slopes };
};

/**
 * Carried backwards: the gradients with respect to the states, and sums of those with respect to what the body closes over. Given out:
 * those with respect to the elements of the sequences. Values of the forward turn are computed again from the state before it;
 * what depends on nothing but closed-over values is computed once, outside.
 */
export const scanRule: Rule<"scan"> = (node, gradients, sweep) => {
  const { body, carries, slices, length, backwards } = node.attributes;
  const inputs = bodyInputs(node);
  const { live, states, emitted, slopes } = turnBack(node, gradients, sweep);
  const found = slopes.flatMap((slope, at): Found[] => (slope ? [{ at, slope }] : []));
  const elements = found.filter(({ at }) => at >= carries && at < carries + slices);
  const closed = found.filter(({ at }) => at >= carries + slices);
  const sums = closed.map(({ at }) => placeholder(at, "real", inputs[at].shape));

  const outputs = [
    ...live.map((i) => filled(slopes[i], inputs[i])),
    ...closed.map(({ slope }, k) => add(sums[k], slope)),
    ...elements.map(({ slope }) => slope),
  ];
  const used = new Set(reach(outputs));
  const before = range(carries).filter((i) => used.has(inputs[i]));
  const over = range(slices)
    .map((i) => carries + i)
    .filter((i) => used.has(inputs[i]));
  const sequences = [
    ...emitted,
    ...statesBefore(node, before).map((sequence, k) => ({ placeholder: inputs[before[k]], sequence })),
    ...over.map((i) => ({ placeholder: inputs[i], sequence: node.inputs[i] })),
  ];
  const { region, outside } = closeRegion(
    [...states, ...sums, ...sequences.map(({ placeholder }) => placeholder)],
    outputs,
  );
  const start = [
    ...live.map((i) => filled(gradients[i], inputs[i])),
    ...sums.map(zeros),
    ...sequences.map(({ sequence }) => sequence),
    ...inline({ inputs: body.inputs, outputs: outside }, node.inputs),
  ];
  const results = scan(start, {
    body: region,
    carries: live.length + sums.length,
    slices: sequences.length,
    length,
    backwards: !backwards,
  });

  const operands: (Node | undefined)[] = node.inputs.map(() => undefined);
  for (const [k, at] of [...live, ...closed.map(({ at }) => at), ...elements.map(({ at }) => at)].entries())
    operands[at] = results[k];
  return operands;
};
