import type { Precision } from "../../core/double.ts";
import type { Shape } from "../../core/tensor.ts";
import type { Graph, Node, Region, Type } from "../graph/ops.ts";
import { reach } from "../graph/traverse.ts";
import { aligned } from "../memory/arena.ts";
import { planMemory } from "../memory/plan.ts";
import { hoist } from "../passes/hoist.ts";
import type { Access } from "../schedule/access.ts";
import { inFunctions } from "../schedule/functions.ts";
import { schedule } from "../schedule/schedule.ts";
import { type Func, type FunctionBody, type ModuleBuilder, moduleBuilder, run, type Stmt } from "./assembler.ts";
import { widthOf } from "./context.ts";
import type { Emission, Scratch } from "./loops/emission.ts";
import { type MathLibrary, mathLibrary } from "./math/library.ts";
import type { Place, Wanted } from "./places.ts";
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
  /** Whether input number i seldom changes: what depends on such inputs alone is computed by "setup". */
  readonly fixed?: (index: number) => boolean;
  readonly extend?: (extension: Extension) => void;
}

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

interface Assembly {
  readonly module: ModuleBuilder;
  readonly math: MathLibrary;
  readonly precision: Precision;
  readonly relaxed: boolean;
}

interface Part {
  readonly name: string;
  readonly graph: Graph;
  /** Where arguments and constants stand. */
  readonly placed: ReadonlyMap<Node, Place>;
  readonly outputs: readonly Slot[];
  /** The first so many outputs replace the first so many inputs. */
  readonly states: number;
  readonly exported: boolean;
}

/** Writes a graph as a function () → () that works in the memory from `start` on; gives it, and where that memory ends. */
const emitFunction = (
  { module, math, precision, relaxed }: Assembly,
  { name, graph, placed, outputs, states, exported }: Part,
  start: number,
): { readonly func: Func; readonly end: number } => {
  const own = inFunctions(schedule(reach([...graph.inputs, ...graph.outputs]), graph.outputs));
  const at = own.functions;
  const wanted = graph.outputs.map(
    (node, i): Wanted => ({ node, place: outputs[i], replaces: i < states ? graph.inputs[i] : undefined }),
  );
  const plan = planMemory(own, graph.outputs, placed, wanted, bytesOf({ precision }));
  const places = plan.places(start);
  const stack = scratchStack(start + plan.bytes);
  const emissionIn = (body: FunctionBody): Emission => ({
    context: { module, body, math, precision, relaxed, scratch: (bytes) => stack.take(bytes) },
    stack,
    schedule: own,
    place: (root) => places.get(root) as Place,
    scalars: new Map(),
  });
  const results = (emission: Emission): Stmt[] => {
    const left = wanted.flatMap((want, i) => {
      if (plan.inPlace.has(want)) return [];
      const access = own.accesses.get(want.node) as Access;
      const from = viewOf(emission.context, access, emission.place(access.root));
      if (access.root === want.replaces && isRowMajor(from) && from.offset === want.place.offset) return [];
      const to = bufferView(want.node, want.place);
      return [{ to, from, clashes: i < states && access.root.op === "input", state: i < states }];
    });
    // Results that are not state are copied first: what they read may be state.
    return moves(emission, [...left.filter(({ state }) => !state), ...left.filter(({ state }) => state)]);
  };
  const pieces = at
    .slice(0, -1)
    .map((from, i) =>
      module.func(`${name}${i}`, [], undefined, (body) => emitSteps(emissionIn(body), from, at[i + 1])),
    );
  const func = module.func(
    name,
    [],
    undefined,
    (body) => [...pieces.map((piece) => run(piece)), ...results(emissionIn(body))],
    { exported },
  );
  return { func, end: stack.end() };
};

/**
 * Writes a program as a WebAssembly module with the functions "setup", to be run when an input that is called fixed has changed, and
 * "step".
 */
export const emitProgram = (graph: Graph, options: EmitOptions): Emitted => {
  const { precision, relaxed, states = 0, fixed = () => false } = options;
  const { setup, main } = hoist(graph, fixed);
  const size = bytesOf({ precision });
  let top = 16;
  const reserve = (bytes: number): number => {
    const offset = top;
    top += aligned(bytes);
    return offset;
  };
  const slotOf = ({ type, shape }: Node, offset = reserve(size({ type, shape }))): Slot => ({ type, shape, offset });
  const inputs = main.inputs.map((input) => slotOf(input));
  const outputs = main.outputs.map((output, i) => (i < states ? inputs[i] : slotOf(output)));
  const hoisted = inputs.slice(graph.inputs.length);
  const placed = new Map<Node, Place>(main.inputs.map((input, i) => [input, inputs[i]]));
  const constants = constantsOf(reach([...setup.outputs, ...main.outputs])).map((node) => {
    const slot = slotOf(node);
    placed.set(node, slot);
    return { slot, values: node.attributes.values };
  });
  const module = moduleBuilder();
  const assembly = { module, math: mathLibrary(module, precision, { relaxed }), precision, relaxed };
  const part = { placed, states: 0, exported: true };
  const before = emitFunction(assembly, { ...part, name: "setup", graph: setup, outputs: hoisted }, top);
  const after = emitFunction(assembly, { ...part, name: "step", graph: main, outputs, states }, top);
  top = Math.max(before.end, after.end);
  const arguments_ = inputs.slice(0, graph.inputs.length);
  options.extend?.({ module, math: assembly.math, step: after.func, inputs: arguments_, outputs, reserve });
  const pages = Math.ceil(top / pageBytes);
  module.memory(pages);
  return { bytes: module.bytes(), pages, inputs: arguments_, outputs, constants };
};

/** Bytes of one element of a slot. */
export const slotWidth = ({ type }: Slot, precision: Precision): number => widthOf(type, precision);
