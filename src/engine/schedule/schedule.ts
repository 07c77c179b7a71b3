import { sameShape, sizeOf } from "../../core/shape.ts";
import type { Shape } from "../../core/tensor.ts";
import type { Node } from "../graph/ops.ts";
import { type Access, type Accesses, accesses, behindIdentity } from "./access.ts";
import { isPointwise, isReduction, walked } from "./elements.ts";
import { homesOf } from "./homes.ts";

/** Nodes that one loop nest computes, element by element. */
export interface LoopStep {
  readonly kind: "loop";
  /** The axes that the loops walk, without those of length 1. */
  readonly shape: Shape;
  readonly nodes: readonly Node[];
}

/** One node that has code of its own: a matrix product, a draw, a region. */
export interface KernelStep {
  readonly kind: "kernel";
  readonly node: Node;
}

export type Step = LoopStep | KernelStep;

/** A program as steps in an order that works. */
export interface Schedule {
  readonly steps: readonly Step[];
  /** The steps with which the functions begin that the program is cut into, and the number of steps. */
  readonly functions: readonly number[];
  readonly accesses: Accesses;
  /** What steps compute, by the number of the step. */
  readonly stepOf: ReadonlyMap<Node, number>;
  /** The nodes whose value is read through memory: by another step that is not a loop over scalars, or as a result. */
  readonly stored: ReadonlySet<Node>;
  /** What computes an operand's elements; undefined for placeholders and constants. */
  producer(operand: Node): Node | undefined;
}

/** An operand as a step sees it: `node` is computed in the same loop, at the same element; else it is read from memory. */
export const fusedOperand = (node: Node, operand: Node): Node | undefined => {
  const source = behindIdentity(operand);
  const fits = isPointwise(source) && sameShape(walked(source), walked(node));
  return fits ? source : undefined;
};

/** Everything that steps compute: not placeholders, constants, views and the parts of regions. */
const isRoot = (node: Node, all: Accesses): boolean =>
  node.op !== "input" && node.op !== "constant" && node.op !== "part" && all.get(node)?.root === node;

/** Whether loops compute a node; a reshape is computed only where no strides can do it. */
export const isLoop = (node: Node): boolean => isPointwise(node) || isReduction(node) || node.op === "reshape";

/** What computes the elements that an operand reads: its root, or the piece of a concatenation that it is. */
const producers = (computed: ReadonlySet<Node>): Schedule["producer"] => {
  const known = new Map<Node, Node | undefined>();
  const find = (operand: Node): Node | undefined => {
    if (computed.has(operand)) return operand;
    if (operand.op === "input" || operand.op === "constant") return undefined;
    if (!known.has(operand)) known.set(operand, find(operand.inputs[0]));
    return known.get(operand);
  };
  return find;
};

/**
 * The earliest stage of every computed node. A node shares the stage of an operand that stands at the same element of the same loop,
 * and comes after every other operand: nodes of one stage and one loop shape can be computed together.
 */
const earliest = (nodes: readonly Node[], producers: (node: Node) => readonly Dependence[]): Map<Node, number> => {
  const stages = new Map<Node, number>();
  for (const node of nodes) {
    let stage = 0;
    for (const { on, fused } of producers(node)) stage = Math.max(stage, (stages.get(on) as number) + (fused ? 0 : 1));
    stages.set(node, stage);
  }
  return stages;
};

interface Dependence {
  readonly on: Node;
  /** In the same loop, where the stages agree. */
  readonly fused: boolean;
}

/**
 * Moves a node into the loop of its first reader where that saves keeping it in memory: where nothing else of its own loop reads
 * it, and what it is made of in that loop goes along.
 */
const sink = (
  nodes: readonly Node[],
  stages: Map<Node, number>,
  dependences: ReadonlyMap<Node, readonly Dependence[]>,
): void => {
  const readers = new Map<Node, { by: Node; fused: boolean }[]>();
  for (const node of nodes)
    for (const { on, fused } of dependences.get(node) as readonly Dependence[]) {
      const list = readers.get(on);
      if (list) list.push({ by: node, fused });
      else readers.set(on, [{ by: node, fused }]);
    }
  for (let i = nodes.length - 1; i >= 0; i--) {
    const node = nodes[i];
    const by = readers.get(node);
    if (!by || !isPointwise(node) || sizeOf(node.shape) === 1) continue;
    const own = stages.get(node) as number;
    let limit = Number.POSITIVE_INFINITY;
    let target = Number.POSITIVE_INFINITY;
    for (const { by: reader, fused } of by) {
      const stage = stages.get(reader) as number;
      limit = Math.min(limit, fused ? stage : stage - 1);
      if (fused) target = Math.min(target, stage);
    }
    if (target > limit || target <= own) continue;
    const alone = (dependences.get(node) as readonly Dependence[]).every(
      ({ on, fused }) =>
        !fused || stages.get(on) !== own || readers.get(on)?.every(({ by: reader }) => reader === node),
    );
    if (alone) stages.set(node, target);
  }
};

const stepsOf = (nodes: readonly Node[], stages: ReadonlyMap<Node, number>): Step[] => {
  const staged: { stage: number; step: KernelStep | { kind: "loop"; shape: Shape; nodes: Node[] } }[] = [];
  const loops = new Map<string, Node[]>();
  for (const node of nodes) {
    const stage = stages.get(node) as number;
    if (!isLoop(node)) {
      staged.push({ stage, step: { kind: "kernel", node } });
      continue;
    }
    const shape = walked(node);
    const name = `${stage}:${shape.join(",")}`;
    const together = loops.get(name);
    if (together) together.push(node);
    else {
      const list = [node];
      loops.set(name, list);
      staged.push({ stage, step: { kind: "loop", shape, nodes: list } });
    }
  }
  return staged.sort((a, b) => a.stage - b.stage).map(({ step }) => step);
};

/**
 * Orders a program into loops and kernels.
 * @param nodes what the outputs reach, operands first. @param outputs results, each of which must end in memory.
 */
export const schedule = (nodes: readonly Node[], outputs: readonly Node[]): Schedule => {
  const homes = homesOf(nodes, outputs, isLoop);
  const all = accesses(nodes, homes);
  const homed = (node: Node): boolean => isPointwise(node) || isReduction(node);
  const computed = new Set(nodes.filter((node) => isRoot(node, all) || homed(node)));
  const order = nodes.filter((node) => computed.has(node));
  const producer = producers(computed);
  const dependences = new Map<Node, readonly Dependence[]>();
  for (const node of order) {
    const list: Dependence[] = [];
    for (const operand of node.inputs) {
      const on = producer(operand);
      if (on) list.push({ on, fused: isLoop(node) && fusedOperand(node, operand) === on });
    }
    dependences.set(node, list);
  }
  const stages = earliest(order, (node) => dependences.get(node) as readonly Dependence[]);
  sink(order, stages, dependences);
  const steps = stepsOf(order, stages);
  const stepOf = new Map<Node, number>();
  steps.forEach((step, i) => {
    for (const node of step.kind === "loop" ? step.nodes : [step.node]) stepOf.set(node, i);
  });
  const stored = new Set<Node>();
  for (const node of order)
    for (const { on } of dependences.get(node) as readonly Dependence[])
      if (!isLoop(on) || (stepOf.get(on) !== stepOf.get(node) && !(sizeOf(on.shape) === 1 && isLoop(node))))
        stored.add(on);
  for (const output of outputs) {
    const on = producer(output);
    if (on) stored.add(on);
  }
  for (const node of homes.keys()) stored.add(node);
  return {
    steps,
    functions: [0, steps.length],
    accesses: all,
    stepOf,
    stored,
    producer,
  };
};

/** The number of the function that computes a node. */
export const functionOf = ({ functions, stepOf }: Schedule, node: Node): number => {
  const step = stepOf.get(node) as number;
  let at = 0;
  while (step >= functions[at + 1]) at++;
  return at;
};

/** How a step gets at an operand: computed beside it in the loop, a scalar computed before, or read from memory. */
export type Operand =
  | { readonly kind: "fused"; readonly node: Node }
  | { readonly kind: "scalar"; readonly node: Node }
  | { readonly kind: "memory"; readonly access: Access };

/** @param node computed by a loop. */
export const operandOf = (schedule: Schedule, node: Node, operand: Node): Operand => {
  const { stepOf, accesses: all, producer: by } = schedule;
  const source = by(operand);
  if (source && isLoop(source)) {
    if (fusedOperand(node, operand) === source && stepOf.get(source) === stepOf.get(node))
      return { kind: "fused", node: source };
    if (sizeOf(source.shape) === 1 && functionOf(schedule, source) === functionOf(schedule, node))
      return { kind: "scalar", node: source };
  }
  return { kind: "memory", access: all.get(operand) as Access };
};

/** What a step reads from memory. */
export const readsOf = (schedule: Schedule, step: Step): Access[] => {
  if (step.kind === "kernel") return step.node.inputs.map((input) => schedule.accesses.get(input) as Access);
  return step.nodes.flatMap((node) =>
    node.inputs.flatMap((input) => {
      const operand = operandOf(schedule, node, input);
      return operand.kind === "memory" && operand.access.root.op !== "constant" ? [operand.access] : [];
    }),
  );
};
