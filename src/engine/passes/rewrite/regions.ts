/** Bodies of scans and loops are simplified among the nodes around them: what does not change from turn to turn moves out. */
import { spread } from "../../graph/build.ts";
import { type Node, placeholder } from "../../graph/node.ts";
import type { Region } from "../../graph/ops.ts";
import { inline, loop, scan } from "../../graph/region.ts";
import { dependents } from "../../graph/traverse.ts";
import { batch } from "../batch.ts";
import { prepare } from "../prepare.ts";
import { oldest, reachSince } from "../walk.ts";
import { close } from "./close.ts";
import { numberOf, type Rewriter } from "./look.ts";

const placeholdersFor = (nodes: readonly Node[]): Node<"input">[] =>
  nodes.map(({ type, shape }, i) => placeholder(i, type, shape));

/** What the inputs of a region stand for: placeholders where they change, or outer nodes. */
interface Inputs {
  readonly states: readonly Node[];
  readonly rest: readonly Node[];
  /** The oldest placeholder. */
  readonly first: number;
}

const open = (region: Region, { states, rest, first }: Inputs, { settle }: Rewriter): Node[] =>
  settle(prepare(inline(region, [...states, ...rest]), first));

interface Turn {
  /** Placeholders, or the first values of states that never change. */
  readonly states: readonly Node[];
  readonly outputs: readonly Node[];
}

/** Writes a body out, again where a state turns out to keep its first value. */
const turn = (body: Region, operands: readonly Node[], inputs: Inputs, rewriter: Rewriter): Turn => {
  const { states } = inputs;
  const outputs = open(body, inputs, rewriter);
  const after = states.map((state, i) => (outputs[i] === state || outputs[i] === operands[i] ? operands[i] : state));
  const settled = after.every((state, i) => state === states[i]);
  return settled ? { states, outputs } : turn(body, operands, { ...inputs, states: after }, rewriter);
};

/** Those of a list at which another list changes. */
const where = <T>(list: readonly T[], flags: readonly boolean[]): T[] => list.filter((_, i) => flags[i]);

/** What each part of a scan becomes. */
export const rewriteScan = ({ inputs, attributes }: Node<"scan">, rewriter: Rewriter): Node[] => {
  const { body, carries, slices, length, backwards } = attributes;
  const own = placeholdersFor(body.inputs.slice(0, carries + slices));
  const elements = own.slice(carries);
  const sequences = inputs.slice(carries, carries + slices);
  const rest = [...elements, ...inputs.slice(carries + slices)];
  const given = { states: own.slice(0, carries), rest, first: oldest(own) };
  const { states, outputs } = turn(body, inputs, given, rewriter);

  const moves = states.map((state, i) => state !== inputs[i]);
  const moving = where(states, moves);
  const emitted = outputs.slice(carries);
  if (moving.length === 0)
    return [
      ...inputs.slice(0, carries),
      ...batch({ inputs: elements, operands: sequences, outputs: emitted, count: length }),
    ];

  const inner = dependents(reachSince(outputs, given.first), own);
  const made = emitted.map((output) => inner.has(output) && !elements.includes(output as Node<"input">));
  const { regions, outside } = close([...moving, ...elements], [[...where(outputs, moves), ...where(emitted, made)]]);
  const parts = rewriter.keep(
    scan([...where(inputs, moves), ...sequences, ...outside], {
      body: regions[0],
      carries: moving.length,
      slices,
      length,
      backwards,
    }),
  );
  /** What is emitted without a turn: the elements taken, or one value throughout. */
  const sequenceOf = (output: Node): Node => {
    const at = elements.indexOf(output as Node<"input">);
    return at >= 0 ? sequences[at] : spread(output, [length, ...output.shape]);
  };
  let next = 0;
  return [
    ...moves.map((does, i) => (does ? parts[next++] : inputs[i])),
    ...emitted.map((output, i) => (made[i] ? parts[next++] : sequenceOf(output))),
  ];
};

/** What each part of a loop becomes. */
export const rewriteLoop = ({ inputs, attributes }: Node<"loop">, rewriter: Rewriter): Node[] => {
  const { condition, body, most } = attributes;
  const own = placeholdersFor(inputs.slice(0, attributes.states));
  const given = { states: own, rest: inputs.slice(own.length), first: oldest(own) };
  const { states, outputs } = turn(body, inputs, given, rewriter);
  const goes = open(condition, { ...given, states }, rewriter);

  const moves = states.map((state, i) => state !== inputs[i]);
  const moving = where(states, moves);
  if (moving.length === 0 || numberOf(goes[0]) === 0) return inputs.slice(0, own.length);
  const { regions, outside } = close(moving, [goes, where(outputs, moves)]);
  const parts = rewriter.keep(
    loop([...where(inputs, moves), ...outside], {
      condition: regions[0],
      body: regions[1],
      states: moving.length,
      most,
    }),
  );
  let next = 0;
  return moves.map((does, i) => (does ? parts[next++] : inputs[i]));
};
