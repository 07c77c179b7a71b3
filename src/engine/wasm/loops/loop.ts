/** Code for a loop step: a nest of loops in which every element of several nodes is computed, side by side. */
import { sizeOf } from "../../../core/shape.ts";
import type { Node, ReductionOp } from "../../graph/ops.ts";
import type { Place } from "../../memory/plan.ts";
import { type Access, rowMajor } from "../../schedule/access.ts";
import { isPointwise, isReduction } from "../../schedule/elements.ts";
import { type LoopStep, operandOf, type Schedule } from "../../schedule/schedule.ts";
import { type Expr, forLoop, i32, type Local, memoryFill, op, type Stmt, type ValueType } from "../assembler.ts";
import { type Context, widthOf } from "../context.ts";
import { type Lanes, scalarLanes, vectorLanes } from "../elements.ts";
import { collapse } from "./nest.ts";
import { combineScalars, combineVectors, identityOf, identityScalar, identityVector, lanesOf } from "./reduction.ts";
import {
  type At,
  pointerOf,
  type Row,
  readScalar,
  readVector,
  type Stream,
  splat,
  writeScalar,
  writeVector,
} from "./streams.ts";

/** Scratch memory as a stack: what a statement takes is free again after it. */
export interface Scratch {
  take(bytes: number): number;
  mark(): number;
  release(to: number): void;
}

/** What code is being written for. */
export interface Emission {
  readonly context: Context;
  readonly stack: Scratch;
  readonly schedule: Schedule;
  place(root: Node): Place;
  /** Nodes of one element whose value a local of this function holds. */
  readonly scalars: Map<Node, Local>;
}

/** An operand of a node: another node of the loop, a local, a constant, or stream number `stream`. */
type Source =
  | { readonly kind: "node"; readonly node: Node }
  | { readonly kind: "local"; readonly local: Local; readonly type: Node["type"] }
  | { readonly kind: "constant"; readonly value: number; readonly type: Node["type"] }
  | { readonly kind: "stream"; readonly stream: number };

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

/** Vectors that are written out one after another, rather than in a loop. */
const mostUnrolled = 8;
const mostCode = 240;

interface Reduction {
  readonly node: Node;
  /** Where its result goes; undefined where only a local holds it. */
  readonly stream: number | undefined;
  /** Innermost axes that are all reduced: over them it is held in registers. */
  readonly inner: number;
  /** Whether outer axes are reduced too: the result is gathered in memory. */
  readonly outer: boolean;
}

/** Writes the loop of a step. */
export const emitLoop = (emission: Emission, step: LoopStep): Stmt[] => {
  const { context, schedule, scalars } = emission;
  const { precision, body } = context;
  const streams: Stream[] = [];
  const known = new Map<string, number>();
  const bases: Local[] = [];

  const streamOf = (access: Access, strides: readonly number[]): number => {
    const place = emission.place(access.root);
    if (place.base && !bases.includes(place.base)) bases.push(place.base);
    const offset = place.offset + access.offset * widthOf(access.root.type, precision);
    const name = `${access.root.type}/${offset}/${place.base ? bases.indexOf(place.base) : ""}/${strides.join(",")}`;
    const found = known.get(name);
    if (found !== undefined) return found;
    known.set(name, streams.length);
    streams.push({ type: access.root.type, strides, offset, base: place.base });
    return streams.length - 1;
  };

  const sourceOf = (node: Node, operand: Node): Source => {
    const found = operandOf(schedule, node, operand);
    if (found.kind === "fused") return { kind: "node", node: found.node };
    if (found.kind === "scalar") {
      const local = scalars.get(found.node);
      if (local) return { kind: "local", local, type: found.node.type };
    }
    const access = schedule.accesses.get(operand) as Access;
    const { root } = access;
    if (root.op === "constant" && sizeOf(root.shape) === 1)
      return { kind: "constant", value: (root as Node<"constant">).attributes.values[0], type: root.type };
    return { kind: "stream", stream: streamOf(access, along(operand.shape, access.strides)) };
  };

  const sources = new Map(step.nodes.map((node) => [node, node.inputs.map((operand) => sourceOf(node, operand))]));
  const results = new Map<Node, number>();
  const reductions: { node: Node; stream: number | undefined; strides: readonly number[] }[] = [];
  for (const node of step.nodes) {
    const access = schedule.accesses.get(node) as Access;
    const stored = schedule.stored.has(node);
    if (isReduction(node)) {
      const strides = resultStrides(node);
      reductions.push({ node, stream: stored ? streamOf(access, strides) : undefined, strides });
    } else if (stored) {
      const strides = isPointwise(node) ? along(node.shape, access.strides) : rowMajor(step.shape);
      results.set(node, streamOf(access, strides));
    }
  }

  const nest = collapse(step.shape, [
    ...streams.map(({ strides }) => strides),
    ...reductions.map(({ strides }) => strides),
  ]);
  const { dims } = nest;
  const depth = dims.length;
  const walkedStreams = streams.map((stream, i) => ({ ...stream, strides: nest.strides[i] }));
  const reduced: Reduction[] = reductions.map(({ node, stream }, i) => {
    const strides = nest.strides[streams.length + i];
    let inner = 0;
    while (inner < depth && strides[depth - 1 - inner] === 0) inner++;
    return { node, stream, inner, outer: strides.slice(0, depth - inner).includes(0) };
  });

  const counters = Array.from({ length: Math.max(0, depth - 1) }, () => body.local("i32"));
  const innerLength = dims[depth - 1] ?? 1;
  const lanes = precision === "f64" ? 2 : 4;

  const vectorises =
    depth > 0 &&
    innerLength >= lanes &&
    step.nodes.every(
      (node) =>
        node.type !== "int" &&
        node.inputs.every(({ type }) => type !== "int" || (node.op === "cast" && node.type === "real")) &&
        (sources.get(node) as Source[]).every((source) => source.kind !== "node" || source.node.type !== "int"),
    ) &&
    [...results.values()].every((i) => walkedStreams[i].strides[depth - 1] === 1) &&
    reduced.every(
      ({ stream, inner }) => inner > 0 || (stream !== undefined && walkedStreams[stream].strides[depth - 1] === 1),
    );

  const modes: { readonly lanes: Lanes; readonly locals: Map<Node, Local> }[] = [
    { lanes: scalarLanes(context), locals: new Map() },
    { lanes: vectorLanes(context), locals: new Map() },
  ];
  const typeOf = (node: Node, vector: boolean): ValueType =>
    vector ? "v128" : node.type === "real" ? precision : "i32";

  // Rows: pointers set by the outer loops, and operands that do not change along the innermost one.
  const pointers = new Map<string, Local>();
  const rows: Row[] = [];
  const rowStart: Stmt[] = [];
  for (const stream of walkedStreams) {
    const pointer = pointerOf(context, stream, counters);
    const name = `${stream.base ? bases.indexOf(stream.base) : ""}/${stream.strides
      .slice(0, -1)
      .map((s) => s * widthOf(stream.type, precision))
      .join(",")}`;
    if (!pointer || counters.length === 0) rows.push({ stream, pointer });
    else {
      let local = pointers.get(name);
      if (!local) {
        local = body.local("i32");
        pointers.set(name, local);
        rowStart.push(local.set(pointer));
      }
      rows.push({ stream, pointer: local });
    }
  }
  const operandStreams = new Set([...sources.values()].flat().flatMap((s) => (s.kind === "stream" ? [s.stream] : [])));
  const still = new Map<number, { scalar: Local; vector?: Local }>();
  for (const i of operandStreams) {
    const { stream } = rows[i];
    if (depth === 0 || stream.strides[depth - 1] !== 0) continue;
    const scalar = body.local(stream.type === "real" ? precision : "i32");
    rowStart.push(scalar.set(readScalar(context, rows[i], { index: 0 })));
    const vector = vectorises ? body.local("v128") : undefined;
    if (vector) rowStart.push(vector.set(splat(context, scalar, stream.type)));
    still.set(i, { scalar, vector });
  }
  const spreadLocals = new Map<Local, Local>();
  const before: Stmt[] = [];
  const spread = (local: Local, type: Node["type"]): Local => {
    const found = spreadLocals.get(local);
    if (found) return found;
    const made = body.local("v128");
    before.push(made.set(splat(context, local, type)));
    spreadLocals.set(local, made);
    return made;
  };

  const uses = new Map<Node, number>();
  for (const list of sources.values())
    for (const source of list) if (source.kind === "node") uses.set(source.node, (uses.get(source.node) ?? 0) + 1);

  const accumulators = new Map<Node, { scalar: Local; vector?: Local }>();
  for (const { node, inner } of reduced)
    if (inner > 0)
      accumulators.set(node, {
        scalar: body.local(typeOf(node, false)),
        vector: vectorises ? body.local("v128") : undefined,
      });

  /** The body of the innermost loop at one place. */
  const bodyAt = (at: At, vector: boolean): Stmt[] => {
    const { lanes: how, locals } = modes[vector ? 1 : 0];
    const made = new Map<Node, { value: Expr; depth: number }>();
    const read = new Map<number, Expr>();
    const stmts: Stmt[] = [];
    const readOf = (i: number): Expr => {
      const constant = still.get(i);
      if (constant) return vector ? (constant.vector as Local) : constant.scalar;
      const found = read.get(i);
      if (found) return found;
      const local = body.local(vector ? "v128" : rows[i].stream.type === "real" ? precision : "i32");
      stmts.push(local.set((vector ? readVector : readScalar)(context, rows[i], at)));
      read.set(i, local);
      return local;
    };
    const valueOf = (source: Source): { value: Expr; depth: number } => {
      switch (source.kind) {
        case "node":
          return made.get(source.node) as { value: Expr; depth: number };
        case "local":
          return { value: vector ? spread(source.local, source.type) : source.local, depth: 0 };
        case "constant":
          return {
            value: how.constant(source.value, vector && source.type === "int" ? "real" : source.type),
            depth: 0,
          };
        default:
          return { value: readOf(source.stream), depth: 0 };
      }
    };
    const atEnd: Stmt[] = [];
    for (const node of step.nodes) {
      const operands = (sources.get(node) as Source[]).map(valueOf);
      const values = operands.map(({ value }) => value);
      if (isReduction(node)) {
        atEnd.push(...accumulate(node, values[0], at, vector));
        continue;
      }
      const value = isPointwise(node) ? how.compute(node, values) : values[0];
      const level = 1 + Math.max(0, ...operands.map(({ depth: d }) => d));
      const result = results.get(node);
      const keep = result !== undefined || (uses.get(node) ?? 0) > 1 || level > 12 || sizeOf(step.shape) === 1;
      if (!keep) {
        made.set(node, { value, depth: level });
        continue;
      }
      let local = locals.get(node);
      if (!local) {
        local = body.local(typeOf(node, vector));
        locals.set(node, local);
      }
      stmts.push(local.set(value));
      made.set(node, { value: local, depth: 0 });
      if (sizeOf(node.shape) === 1 && sizeOf(step.shape) === 1) scalars.set(node, local);
      if (result !== undefined) atEnd.push((vector ? writeVector : writeScalar)(context, rows[result], at, local));
    }
    return [...stmts, ...atEnd];
  };

  const accumulate = (node: Node, x: Expr, at: At, vector: boolean): Stmt[] => {
    const held = accumulators.get(node);
    if (held && vector) return [(held.vector as Local).set(combineVectors(context, node, held.vector as Local, x))];
    if (held) return [held.scalar.set(combineScalars(context, node, held.scalar, x))];
    const { stream, outer } = reduced.find((r) => r.node === node) as Reduction;
    if (stream === undefined) {
      const local = body.local(typeOf(node, false));
      scalars.set(node, local);
      return [local.set(x)];
    }
    const row = rows[stream];
    if (vector)
      return [
        writeVector(context, row, at, outer ? combineVectors(context, node, readVector(context, row, at), x) : x),
      ];
    const old = body.local(typeOf(node, false));
    return [
      old.set(outer ? readScalar(context, row, at) : x),
      writeScalar(context, row, at, outer ? combineScalars(context, node, old, x) : old),
    ];
  };

  const innermost = (): Stmt[] => {
    if (depth === 0) return bodyAt({ index: 0 }, false);
    const whole = vectorises ? Math.floor(innerLength / lanes) : 0;
    const single = innerLength - whole * lanes;
    const realWidth = widthOf("real", precision);
    const unrolled = depth === 1 && whole <= mostUnrolled && whole * step.nodes.length <= mostCode;
    const stmts: Stmt[] = [];
    if (unrolled) for (let i = 0; i < whole; i++) stmts.push(...bodyAt({ index: i * lanes }, true));
    else if (whole > 0) {
      const counter = body.local("i32");
      stmts.push(forLoop(counter, i32(0), i32(whole * 16), 16, bodyAt({ counter }, true)));
    }
    if (single <= lanes) for (let i = whole * lanes; i < innerLength; i++) stmts.push(...bodyAt({ index: i }, false));
    else {
      const counter = body.local("i32");
      const from = whole * lanes * realWidth;
      stmts.push(forLoop(counter, i32(from), i32(innerLength * realWidth), realWidth, bodyAt({ counter }, false)));
    }
    return stmts;
  };

  const begin = ({ node }: Reduction): Stmt[] => {
    const held = accumulators.get(node) as { scalar: Local; vector?: Local };
    return [
      held.scalar.set(identityScalar(context, node)),
      ...(held.vector ? [held.vector.set(identityVector(context, node))] : []),
    ];
  };

  const finish = ({ node, stream, inner, outer }: Reduction): Stmt[] => {
    const held = accumulators.get(node) as { scalar: Local; vector?: Local };
    const stmts: Stmt[] = [];
    if (held.vector)
      for (const x of lanesOf(context, node, held.vector))
        stmts.push(held.scalar.set(combineScalars(context, node, held.scalar, x)));
    if (stream === undefined || sizeOf(node.shape) === 1) scalars.set(node, held.scalar);
    if (stream === undefined) return stmts;
    const whole = walkedStreams[stream];
    const kept = { ...whole, strides: [...whole.strides.slice(0, depth - inner), 0] };
    const row: Row = { stream: kept, pointer: pointerOf(context, kept, counters.slice(0, depth - inner)) };
    if (outer) {
      const old = body.local(typeOf(node, false));
      stmts.push(old.set(readScalar(context, row, { index: 0 })));
      stmts.push(writeScalar(context, row, { index: 0 }, combineScalars(context, node, old, held.scalar)));
    } else stmts.push(writeScalar(context, row, { index: 0 }, held.scalar));
    return stmts;
  };

  const level = (d: number): Stmt[] => {
    const here = reduced.filter(({ inner }) => inner > 0 && depth - inner === d);
    const within =
      d >= depth - 1 ? [...rowStart, ...innermost()] : [forLoop(counters[d], i32(0), i32(dims[d]), 1, level(d + 1))];
    return [...here.flatMap(begin), ...within, ...here.flatMap(finish)];
  };

  const cleared = reduced.flatMap(({ node, stream, outer }) =>
    stream !== undefined && (outer || sizeOf(step.shape) === 0) ? fill(context, node, walkedStreams[stream]) : [],
  );
  const nested = level(0);
  return [...cleared, ...before, ...nested];
};

/** Sets every element of a reduction's result to what it starts from. */
const fill = (context: Context, node: Node, { offset, base }: Stream): Stmt[] => {
  const count = sizeOf(node.shape);
  if (count === 0) return [];
  const width = widthOf(node.type, context.precision);
  const start = identityOf(node.op as ReductionOp, node.type);
  const address = base ? op("i32.add", base, i32(offset)) : i32(offset);
  if (start === 0) return [memoryFill(address, i32(0), i32(count * width))];
  const counter = context.body.local("i32");
  const row: Row = { stream: { type: node.type, strides: [1], offset, base }, pointer: base };
  const realWidth = widthOf("real", context.precision);
  return [
    forLoop(counter, i32(0), i32(count * realWidth), realWidth, [
      writeScalar(context, row, { counter }, identityScalar(context, node)),
    ]),
  ];
};
