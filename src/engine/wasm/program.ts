import type { Precision } from "../../core/double.ts";
import { sizeOf } from "../../core/shape.ts";
import type { Shape } from "../../core/tensor.ts";
import type { Graph, Node, Region, Type } from "../graph/ops.ts";
import { reach } from "../graph/traverse.ts";
import { aligned } from "../memory/arena.ts";
import { type Place, planMemory, type Wanted } from "../memory/plan.ts";
import type { Access } from "../schedule/access.ts";
import { isLoop, type Schedule, schedule } from "../schedule/schedule.ts";
import { type Func, type ModuleBuilder, moduleBuilder, run } from "./assembler.ts";
import { widthOf } from "./context.ts";
import type { Emission, Scratch } from "./loops/loop.ts";
import { type MathLibrary, mathLibrary } from "./math/library.ts";
import { bytesOf, moves } from "./regions.ts";
import { emitSteps } from "./steps.ts";
import { bufferView, isRowMajor, viewOf } from "./views.ts";

/** Where a tensor stands in a program's memory, row by row. */
export interface Slot {
  readonly offset: number;
  readonly type: Type;
  readonly shape: Shape;
}

/** A program as a module: everything but its instance. */
export interface Emitted {
  readonly bytes: Uint8Array;
  /** Of 64 KiB each; its memory never grows. */
  readonly pages: number;
  readonly inputs: readonly Slot[];
  readonly outputs: readonly Slot[];
  /** To be written before the first run. */
  readonly constants: readonly { readonly slot: Slot; readonly values: Float64Array }[];
}

/** What further functions of a module are made from. */
export interface Extension {
  readonly module: ModuleBuilder;
  readonly math: MathLibrary;
  /** () → (): reads the inputs, writes the outputs. */
  readonly step: Func;
  readonly inputs: readonly Slot[];
  readonly outputs: readonly Slot[];
  /** The offset of memory of one's own. */
  reserve(bytes: number): number;
}

export interface EmitOptions {
  readonly precision: Precision;
  readonly relaxed: boolean;
  /** The first so many outputs take the places of the first so many inputs. */
  readonly states?: number;
  readonly extend?: (extension: Extension) => void;
}

/** Nodes in one function of the module; what engines compile well. */
const nodesInFunction = 400;

const pageBytes = 65536;

/** All constants, those of regions included. Loops write scalars into their code, but kernels and copies read them from memory. */
const constantsOf = (nodes: readonly Node[]): Node<"constant">[] =>
  nodes.flatMap((node) => {
    if (node.op === "constant") return [node as Node<"constant">];
    const regions = Object.values(node.attributes).filter(
      (value): value is Region => typeof value === "object" && value !== null && "outputs" in value,
    );
    return regions.flatMap(({ outputs }) => constantsOf(reach(outputs)));
  });

const scratchStack = (start: number): Scratch & { end(): number } => {
  let top = start;
  let end = start;
  return {
    take: (bytes) => {
      const offset = top;
      top += aligned(bytes);
      end = Math.max(end, top);
      return offset;
    },
    mark: () => top,
    release: (to) => {
      top = to;
    },
    end: () => end,
  };
};

/** Where each function of a long program begins: [0, 37, 80, number of steps]. */
const cuts = ({ steps }: Schedule): number[] => {
  const at = [0];
  let nodes = 0;
  steps.forEach((step, i) => {
    nodes += step.kind === "loop" ? step.nodes.length : 8;
    if (nodes < nodesInFunction) return;
    at.push(i + 1);
    nodes = 0;
  });
  if (at[at.length - 1] !== steps.length) at.push(steps.length);
  return at;
};

/** Scalars that another function reads must lie in memory. */
const withCrossings = (own: Schedule, at: readonly number[]): Schedule => {
  if (at.length <= 2) return own;
  const part = (node: Node): number => {
    const step = own.stepOf.get(node) as number;
    return at.findIndex((_, i) => step < at[i + 1]);
  };
  const stored = new Set(own.stored);
  for (const [node] of own.stepOf)
    for (const operand of node.inputs) {
      const by = own.producer(operand);
      if (by && isLoop(by) && sizeOf(by.shape) === 1 && part(by) !== part(node)) stored.add(by);
    }
  return { ...own, stored };
};

/** Writes a program as a WebAssembly module with the function "step". */
export const emitProgram = (graph: Graph, options: EmitOptions): Emitted => {
  const { precision, relaxed, states = 0 } = options;
  const nodes = reach([...graph.inputs, ...graph.outputs]);
  const plain = schedule(nodes, graph.outputs);
  const at = cuts(plain);
  const own = withCrossings(plain, at);
  const size = bytesOf({ precision });
  let top = 16;
  const reserve = (bytes: number): number => {
    const offset = top;
    top += aligned(bytes);
    return offset;
  };
  const slotOf = ({ type, shape }: Node, offset: number): Slot => ({ type, shape, offset });
  const inputs = graph.inputs.map((input) => slotOf(input, reserve(size(input))));
  const outputs = graph.outputs.map((output, i) => (i < states ? inputs[i] : slotOf(output, reserve(size(output)))));
  const placed = new Map<Node, Place>(graph.inputs.map((input, i) => [input, inputs[i]]));
  const constants = constantsOf(nodes).map((node) => {
    const offset = reserve(size(node));
    placed.set(node, { offset });
    return { slot: slotOf(node, offset), values: node.attributes.values };
  });
  const wanted = graph.outputs.map(
    (node, i): Wanted => ({ node, place: outputs[i], replaces: i < states ? graph.inputs[i] : undefined }),
  );
  const plan = planMemory(own, graph.outputs, placed, wanted, size);
  const places = plan.places(top);
  const stack = scratchStack(top + plan.bytes);
  const module = moduleBuilder();
  const math = mathLibrary(module, precision, { relaxed });

  const emissionIn = (body: Parameters<Parameters<ModuleBuilder["func"]>[3]>[0]): Emission => ({
    context: { module, body, math, precision, relaxed, scratch: (bytes) => stack.take(bytes) },
    stack,
    schedule: own,
    place: (root) => places.get(root) as Place,
    scalars: new Map(),
  });
  const results = (emission: Emission) => {
    const left = wanted.flatMap((want, i) => {
      if (plan.inPlace.has(want)) return [];
      const access = own.accesses.get(want.node) as Access;
      const from = viewOf(emission.context, access, emission.place(access.root));
      if (access.root === want.replaces && isRowMajor(from) && from.offset === want.place.offset) return [];
      const to = bufferView(want.node, want.place);
      return [{ to, from, clashes: i < states && access.root.op === "input" }];
    });
    // Results that are not state are copied first: what they read may be state.
    const isState = (offset: number): boolean => outputs.slice(0, states).some((slot) => slot.offset === offset);
    return moves(emission, [
      ...left.filter(({ to }) => !isState(to.offset)),
      ...left.filter(({ to }) => isState(to.offset)),
    ]);
  };
  const pieces = at
    .slice(0, -1)
    .map((from, i) => module.func(`piece${i}`, [], undefined, (body) => emitSteps(emissionIn(body), from, at[i + 1])));
  const step = module.func(
    "step",
    [],
    undefined,
    (body) => [...pieces.map((piece) => run(piece)), ...results(emissionIn(body))],
    { exported: true },
  );
  top = stack.end();
  options.extend?.({ module, math, step, inputs, outputs, reserve });
  const pages = Math.ceil(top / pageBytes);
  module.memory(pages);
  return { bytes: module.bytes(), pages, inputs, outputs, constants };
};

/** Bytes of one element of a slot. */
export const slotWidth = ({ type }: Slot, precision: Precision): number => widthOf(type, precision);
