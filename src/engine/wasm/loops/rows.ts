/** What is set before the innermost loop begins: pointers to its rows, and operands that do not change along it. */
import type { Type } from "../../graph/ops.ts";
import type { Local, Stmt } from "../assembler.ts";
import { type Context, widthOf } from "../context.ts";
import type { Frame } from "./frame.ts";
import { pointerOf, type Row, readScalar, splat } from "./streams.ts";

/** A value that stays, as a scalar and in every lane of a vector. */
export interface Still {
  readonly scalar: Local;
  readonly vector: Local | undefined;
}

export interface Rows {
  readonly rows: readonly Row[];
  /** By the number of the stream. */
  readonly still: ReadonlyMap<number, Still>;
  readonly start: readonly Stmt[];
}

/** @param counters of the outer loops. */
export const rowsOf = (
  context: Context,
  { dims, streams, sources, vectorises }: Frame,
  counters: readonly Local[],
): Rows => {
  const { body, precision } = context;
  const pointers = new Map<string, Local>();
  const bases: Local[] = [];
  const start: Stmt[] = [];
  const rows = streams.map((stream): Row => {
    const pointer = pointerOf(context, stream, counters);
    if (!pointer || counters.length === 0) return { stream, pointer };
    if (stream.base && !bases.includes(stream.base)) bases.push(stream.base);
    const steps = stream.strides.slice(0, -1).map((stride) => stride * widthOf(stream.type, precision));
    const name = `${stream.base ? bases.indexOf(stream.base) : ""}/${steps.join(",")}`;
    const known = pointers.get(name);
    if (known) return { stream, pointer: known };
    const local = body.local("i32");
    pointers.set(name, local);
    start.push(local.set(pointer));
    return { stream, pointer: local };
  });
  const still = new Map<number, Still>();
  const read = new Set(
    [...sources.values()].flat().flatMap((source) => (source.kind === "stream" ? [source.stream] : [])),
  );
  for (const i of read) {
    const { stream } = rows[i];
    if (dims.length === 0 || stream.strides[dims.length - 1] !== 0) continue;
    const scalar = body.local(stream.type === "real" ? precision : "i32");
    start.push(scalar.set(readScalar(context, rows[i], { index: 0 })));
    const vector = vectorises ? body.local("v128") : undefined;
    if (vector) start.push(vector.set(splat(context, scalar, stream.type)));
    still.set(i, { scalar, vector });
  }
  return { rows, still, start };
};

/** Scalars of the function in every lane of a vector, each set once before the loops. */
export const spreading = (context: Context): { spread(local: Local, type: Type): Local; readonly stmts: Stmt[] } => {
  const made = new Map<Local, Local>();
  const stmts: Stmt[] = [];
  return {
    stmts,
    spread: (local, type) => {
      const known = made.get(local);
      if (known) return known;
      const vector = context.body.local("v128");
      made.set(local, vector);
      stmts.push(vector.set(splat(context, local, type)));
      return vector;
    },
  };
};
