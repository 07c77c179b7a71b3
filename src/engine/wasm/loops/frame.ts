import { sizeOf } from "../../../core/shape.ts";
import type { Node, Type } from "../../graph/ops.ts";
import { type Access, rowMajor } from "../../schedule/access.ts";
import { isPointwise, isReduction } from "../../schedule/elements.ts";
import { type LoopStep, operandOf } from "../../schedule/schedule.ts";
import type { Local } from "../assembler.ts";
import { widthOf } from "../context.ts";
import type { Emission } from "./emission.ts";
import { collapse } from "./nest.ts";
import type { Stream } from "./streams.ts";

/** An operand of a node: another node of the loop, a local, a constant, or stream number `stream`. */
export type Source =
  | { readonly kind: "node"; readonly node: Node }
  | { readonly kind: "local"; readonly local: Local; readonly type: Type }
  | { readonly kind: "constant"; readonly value: number; readonly type: Type }
  | { readonly kind: "stream"; readonly stream: number };

export interface Reduction {
  readonly node: Node;
  /** Where its result goes; undefined where only a local holds it. */
  readonly stream: number | undefined;
  /** Innermost axes that are all reduced: over them it is held in registers. */
  readonly inner: number;
  /** Whether outer axes are reduced too: the result is gathered in memory. */
  readonly outer: boolean;
}

/** A loop step laid out: which axes are walked, what is read and written where. */
export interface Frame {
  readonly step: LoopStep;
  /** Lengths of the loops, outermost first. */
  readonly dims: readonly number[];
  readonly streams: readonly Stream[];
  readonly sources: ReadonlyMap<Node, readonly Source[]>;
  /** The streams that nodes are written to. */
  readonly results: ReadonlyMap<Node, number>;
  readonly reductions: readonly Reduction[];
  /** Whether the innermost loop goes by vectors. */
  readonly vectorises: boolean;
}

const along = (shape: readonly number[], strides: readonly number[]): number[] =>
  strides.filter((_, axis) => shape[axis] !== 1);

/** Strides of a reduction's result along the axes that its loop walks: 0 where it reduces. */
const resultStrides = (node: Node): number[] => {
  const { axes } = node.attributes as { readonly axes: readonly number[] };
  const { shape } = node.inputs[0];
  const own = rowMajor(node.shape);
  let kept = 0;
  const strides = shape.map((_, axis) => (axes.includes(axis) ? 0 : own[kept++]));
  return along(shape, strides);
};

/** Streams of a step, each once. */
const streamTable = ({ context, place }: Emission) => {
  const streams: Stream[] = [];
  const known = new Map<string, number>();
  const bases: Local[] = [];
  const find = ({ root, offset: begin }: Access, strides: readonly number[]): number => {
    const { base, offset: start } = place(root);
    if (base && !bases.includes(base)) bases.push(base);
    const offset = start + begin * widthOf(root.type, context.precision);
    const name = `${root.type}/${offset}/${base ? bases.indexOf(base) : ""}/${strides.join(",")}`;
    const found = known.get(name);
    if (found !== undefined) return found;
    known.set(name, streams.length);
    streams.push({ type: root.type, strides, offset, base });
    return streams.length - 1;
  };
  return { streams, find };
};

/** Ints are computed one by one; vectors take them in as reals only. */
const isForVectors = (node: Node, sources: readonly Source[]): boolean =>
  node.type !== "int" &&
  node.inputs.every(({ type }) => type !== "int" || (node.op === "cast" && node.type === "real")) &&
  sources.every((source) => source.kind !== "node" || source.node.type !== "int");

/** Lays a step out. */
export const frameOf = (emission: Emission, step: LoopStep): Frame => {
  const { context, schedule, scalars } = emission;
  const { streams, find } = streamTable(emission);

  const sourceOf = (node: Node, operand: Node): Source => {
    const found = operandOf(schedule, node, operand);
    if (found.kind === "fused") return { kind: "node", node: found.node };
    const local = found.kind === "scalar" ? scalars.get(found.node) : undefined;
    if (local) return { kind: "local", local, type: operand.type };
    const access = schedule.accesses.get(operand) as Access;
    const { root } = access;
    if (root.op === "constant" && sizeOf(root.shape) === 1)
      return { kind: "constant", value: (root as Node<"constant">).attributes.values[0], type: root.type };
    return { kind: "stream", stream: find(access, along(operand.shape, access.strides)) };
  };

  const sources = new Map(step.nodes.map((node) => [node, node.inputs.map((operand) => sourceOf(node, operand))]));
  const results = new Map<Node, number>();
  const reduced: { node: Node; stream: number | undefined; strides: readonly number[] }[] = [];
  for (const node of step.nodes) {
    const access = schedule.accesses.get(node) as Access;
    const stored = schedule.stored.has(node);
    if (isReduction(node)) {
      const strides = resultStrides(node);
      reduced.push({ node, stream: stored ? find(access, strides) : undefined, strides });
    } else if (stored) {
      const strides = isPointwise(node) ? along(node.shape, access.strides) : rowMajor(step.shape);
      results.set(node, find(access, strides));
    }
  }

  const nest = collapse(
    step.shape,
    [...streams, ...reduced].map(({ strides }) => strides),
  );
  const { dims } = nest;
  const last = dims.length - 1;
  const walked = streams.map((stream, i) => ({ ...stream, strides: nest.strides[i] }));
  const reductions = reduced.map(({ node, stream }, i): Reduction => {
    const strides = nest.strides[streams.length + i];
    let inner = 0;
    while (inner <= last && strides[last - inner] === 0) inner++;
    return { node, stream, inner, outer: strides.slice(0, dims.length - inner).includes(0) };
  });
  const isDense = (stream: number): boolean => walked[stream].strides[last] === 1;
  const vectorises =
    last >= 0 &&
    dims[last] >= (context.precision === "f64" ? 2 : 4) &&
    step.nodes.every((node) => isForVectors(node, sources.get(node) as Source[])) &&
    [...results.values()].every(isDense) &&
    reductions.every(({ stream, inner }) => inner > 0 || (stream !== undefined && isDense(stream)));
  return { step, dims, streams: walked, sources, results, reductions, vectorises };
};
