/** Reductions of a loop step: held in registers over the innermost axes, gathered in memory over others. */
import { sizeOf } from "../../../core/shape.ts";
import type { Node, ReductionOp } from "../../graph/ops.ts";
import { type Expr, forLoop, i32, type Local, memoryFill, op, type Stmt } from "../assembler.ts";
import { type Context, widthOf } from "../context.ts";
import { heldIn } from "./body.ts";
import type { Emission } from "./emission.ts";
import type { Frame, Reduction } from "./frame.ts";
import { combineScalars, combineVectors, identityOf, identityScalar, identityVector, lanesOf } from "./reduction.ts";
import type { Rows } from "./rows.ts";
import {
  type At,
  pointerOf,
  type Row,
  readScalar,
  readVector,
  type Stream,
  writeScalar,
  writeVector,
} from "./streams.ts";

interface Held {
  readonly scalar: Local;
  /** One for each body of an unrolled loop: sums that do not wait for one another. */
  readonly vectors: readonly Local[];
}

export interface Accumulators {
  /** Before all loops. */
  cleared(): Stmt[];
  /** Where the loops over the axes begin that reductions hold in registers. */
  begin(depth: number): Stmt[];
  finish(depth: number): Stmt[];
  take(node: Node, x: Expr, at: At, vector: boolean, body: number): readonly Stmt[];
}

/** @param bodies of the innermost loop that are written one after another. */
export const accumulatorsOf = (
  emission: Emission,
  { step, dims, streams, reductions, vectorises }: Frame,
  { rows }: Rows,
  counters: readonly Local[],
  bodies: number,
): Accumulators => {
  const { context, scalars } = emission;
  const { body } = context;
  const depth = dims.length;
  const held = new Map<Node, Held>();
  for (const { node, inner } of reductions)
    if (inner > 0)
      held.set(node, {
        scalar: body.local(heldIn(emission, node.type, false)),
        vectors: vectorises ? Array.from({ length: bodies }, () => body.local("v128")) : [],
      });

  const inMemory = ({ node, stream, outer }: Reduction, x: Expr, at: At, vector: boolean): Stmt[] => {
    if (stream === undefined) {
      const local = body.local(heldIn(emission, node.type, false));
      scalars.set(node, local);
      return [local.set(x)];
    }
    const row = rows[stream];
    if (vector)
      return [
        writeVector(context, row, at, outer ? combineVectors(context, node, readVector(context, row, at), x) : x),
      ];
    const old = body.local(heldIn(emission, node.type, false));
    return [
      old.set(outer ? readScalar(context, row, at) : x),
      writeScalar(context, row, at, outer ? combineScalars(context, node, old, x) : old),
    ];
  };

  const begin = ({ node }: Reduction): Stmt[] => {
    const { scalar, vectors } = held.get(node) as Held;
    return [
      scalar.set(identityScalar(context, node)),
      ...vectors.map((vector) => vector.set(identityVector(context, node))),
    ];
  };

  const finish = ({ node, stream, inner, outer }: Reduction): Stmt[] => {
    const { scalar, vectors } = held.get(node) as Held;
    const stmts: Stmt[] = [];
    const [first, ...others] = vectors;
    for (const other of others) stmts.push(first.set(combineVectors(context, node, first, other)));
    if (first)
      for (const x of lanesOf(context, node, first)) stmts.push(scalar.set(combineScalars(context, node, scalar, x)));
    if (stream === undefined || sizeOf(node.shape) === 1) scalars.set(node, scalar);
    if (stream === undefined) return stmts;
    const whole = streams[stream];
    const kept = { ...whole, strides: [...whole.strides.slice(0, depth - inner), 0] };
    const row: Row = { stream: kept, pointer: pointerOf(context, kept, counters.slice(0, depth - inner)) };
    if (!outer) return [...stmts, writeScalar(context, row, { index: 0 }, scalar)];
    const old = body.local(heldIn(emission, node.type, false));
    return [
      ...stmts,
      old.set(readScalar(context, row, { index: 0 })),
      writeScalar(context, row, { index: 0 }, combineScalars(context, node, old, scalar)),
    ];
  };

  const here = (d: number): readonly Reduction[] => reductions.filter(({ inner }) => inner > 0 && depth - inner === d);
  return {
    cleared: () =>
      reductions.flatMap(({ node, stream, outer }) =>
        stream !== undefined && (outer || sizeOf(step.shape) === 0) ? fill(context, node, streams[stream]) : [],
      ),
    begin: (d) => here(d).flatMap(begin),
    finish: (d) => here(d).flatMap(finish),
    take: (node, x, at, vector, number) => {
      const registers = held.get(node);
      if (!registers) return inMemory(reductions.find((r) => r.node === node) as Reduction, x, at, vector);
      if (!vector) return [registers.scalar.set(combineScalars(context, node, registers.scalar, x))];
      const local = registers.vectors[number];
      return [local.set(combineVectors(context, node, local, x))];
    },
  };
};

/** Sets every element of a reduction's result to what it starts from. */
const fill = (context: Context, node: Node, { offset, base }: Stream): Stmt[] => {
  const count = sizeOf(node.shape);
  if (count === 0) return [];
  const start = identityOf(node.op as ReductionOp, node.type);
  const address = base ? op("i32.add", base, i32(offset)) : i32(offset);
  if (start === 0) return [memoryFill(address, i32(0), i32(count * widthOf(node.type, context.precision)))];
  const counter = context.body.local("i32");
  const row: Row = { stream: { type: node.type, strides: [1], offset, base }, pointer: base };
  const width = widthOf("real", context.precision);
  return [
    forLoop(counter, i32(0), i32(count * width), width, [
      writeScalar(context, row, { counter }, identityScalar(context, node)),
    ]),
  ];
};
