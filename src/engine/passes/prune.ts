import { is, type Node, placeholder } from "../graph/node.ts";
import type { Region } from "../graph/ops.ts";
import { loop, scan } from "../graph/region.ts";
import { reach, substitute } from "../graph/traverse.ts";
import { reachSince, rebuild } from "./walk.ts";

type Whole = Node<"scan"> | Node<"loop">;

/** What is left of a scan or loop: numbers of its parts, and of its operands. */
interface Kept {
  readonly parts: readonly number[];
  readonly inputs: readonly number[];
}

const isWhole = (node: Node): node is Whole => node.op === "scan" || node.op === "loop";
const statesOf = (node: Whole): number => (is(node, "scan") ? node.attributes.carries : node.attributes.states);

/** Numbers of the region's inputs that some of its outputs need. */
const usedBy = ({ inputs }: Region, outputs: readonly Node[]): Set<number> => {
  const used = new Set(reach(outputs));
  return new Set(inputs.flatMap((input, i) => (used.has(input) ? [i] : [])));
};

/** The wanted parts, and the states that they, or the condition, come to depend on. */
const keep = (node: Whole, wanted: ReadonlySet<number>): Kept => {
  const { body } = node.attributes;
  const states = statesOf(node);
  const always = is(node, "loop") ? usedBy(node.attributes.condition, node.attributes.condition.outputs) : [];
  let parts = new Set([...wanted, ...[...always].filter((i) => i < states)]);
  for (;;) {
    const used = usedBy(
      body,
      [...parts].map((i) => body.outputs[i]),
    );
    const more = new Set([...parts, ...[...used].filter((i) => i < states)]);
    if (more.size === parts.size)
      return { parts: sorted(parts), inputs: sorted([...[...parts].filter((i) => i < states), ...used, ...always]) };
    parts = more;
  }
};

const sorted = (numbers: Iterable<number>): number[] => [...new Set(numbers)].sort((a, b) => a - b);

/** A region with some of its inputs and outputs. */
const part = ({ inputs, outputs }: Region, taken: readonly number[], given: readonly number[]): Region => {
  const fresh = taken.map((at, i) => placeholder(i, inputs[at].type, inputs[at].shape));
  return {
    inputs: fresh,
    outputs: substitute(
      given.map((at) => outputs[at]),
      new Map(taken.map((at, i) => [inputs[at], fresh[i]])),
    ),
  };
};

/** The scan or loop again with what is kept of it, and its parts. */
const smaller = (node: Whole, { parts, inputs }: Kept, now: (earlier: Node) => Node): readonly Node[] => {
  const operands = inputs.map((i) => now(node.inputs[i]));
  const states = inputs.filter((i) => i < statesOf(node)).length;
  const body = part(node.attributes.body, inputs, parts);
  if (is(node, "loop"))
    return loop(operands, {
      ...node.attributes,
      condition: part(node.attributes.condition, inputs, [0]),
      body,
      states,
    });
  const { carries, slices } = (node as Node<"scan">).attributes;
  const sequences = inputs.filter((i) => i >= carries && i < carries + slices).length;
  return scan(operands, { ...(node as Node<"scan">).attributes, body, carries: states, slices: sequences });
};

/** Which parts of each scan and loop are wanted, from the outputs backwards. */
const wantedParts = (nodes: readonly Node[], outputs: readonly Node[]): Map<Whole, Kept> => {
  const live = new Set(outputs);
  const wanted = new Map<Node, Set<number>>();
  const kept = new Map<Whole, Kept>();
  for (const node of [...nodes].reverse()) {
    if (!live.has(node)) continue;
    if (is(node, "part")) {
      const [whole] = node.inputs;
      wanted.set(whole, (wanted.get(whole) ?? new Set()).add(node.attributes.index));
    }
    if (isWhole(node)) {
      const own = keep(node, wanted.get(node) ?? new Set());
      kept.set(node, own);
      for (const i of own.inputs) live.add(node.inputs[i]);
    } else for (const input of node.inputs) live.add(input);
  }
  return kept;
};

/** Drops states, sequences and operands of scans and loops that nothing needs. Nodes older than `first` stay as they are. */
export const prune = (outputs: readonly Node[], first: number): Node[] => {
  const nodes = reachSince(outputs, first);
  const kept = wantedParts(nodes, outputs);
  const made = new Map<Node, readonly Node[]>();
  return rebuild(outputs, first, (node, now) => {
    if (!is(node, "part")) return undefined;
    const whole = node.inputs[0] as Whole;
    const own = kept.get(whole);
    if (
      !own ||
      (own.inputs.length === whole.inputs.length && own.parts.length === whole.attributes.body.outputs.length)
    )
      return undefined;
    const parts = made.get(whole) ?? smaller(whole, own, now);
    made.set(whole, parts);
    return parts[own.parts.indexOf(node.attributes.index)];
  });
};
