/** The body of the innermost loop: every node of a step at one element, or at one vector of them. */
import { sizeOf } from "../../../core/shape.ts";
import type { Node, Type } from "../../graph/ops.ts";
import { isPointwise, isReduction } from "../../schedule/elements.ts";
import type { Expr, FunctionBody, Local, Stmt, ValueType } from "../assembler.ts";
import type { Context } from "../context.ts";
import { type Lanes, scalarLanes, vectorLanes } from "../elements.ts";
import type { Emission } from "./emission.ts";
import type { Frame, Source } from "./frame.ts";
import type { Rows } from "./rows.ts";
import { type At, readScalar, readVector, writeScalar, writeVector } from "./streams.ts";

/** Expressions nested deeper than this are put in a local. */
const deepest = 12;

interface Value {
  readonly value: Expr;
  readonly depth: number;
}

export interface BodyOptions {
  readonly at: At;
  readonly vector: boolean;
  /** Takes an element into a reduction. */
  accumulate(node: Node, x: Expr, at: At, vector: boolean): readonly Stmt[];
}

/** What a value of a type is held in. */
export const heldIn = ({ context }: Emission, type: Type, vector: boolean): ValueType =>
  vector ? "v128" : type === "real" ? context.precision : "i32";

const known = new WeakMap<FunctionBody, readonly Lanes[]>();

/** The rules of a function for one element and for vectors of them, made once. */
const lanesOf = (context: Context): readonly Lanes[] => {
  const made = known.get(context.body) ?? [scalarLanes(context), vectorLanes(context)];
  known.set(context.body, made);
  return made;
};

const usesOf = ({ sources }: Frame): Map<Node, number> => {
  const uses = new Map<Node, number>();
  for (const list of sources.values())
    for (const source of list) if (source.kind === "node") uses.set(source.node, (uses.get(source.node) ?? 0) + 1);
  return uses;
};

/** Writes the body, as often as it is needed at different places. */
export const bodyWriter = (
  emission: Emission,
  frame: Frame,
  { rows, still }: Rows,
  spread: (local: Local, type: Type) => Local,
): ((options: BodyOptions) => Stmt[]) => {
  const { context, scalars } = emission;
  const { step, sources, results } = frame;
  const uses = usesOf(frame);
  const modes = lanesOf(context).map((lanes) => ({
    lanes,
    locals: new Map<Node, Local>(),
    reads: new Map<number, Local>(),
  }));
  const localFor = <K>(known: Map<K, Local>, key: K, type: Type, vector: boolean): Local => {
    const local = known.get(key) ?? context.body.local(heldIn(emission, type, vector));
    known.set(key, local);
    return local;
  };
  const single = sizeOf(step.shape) === 1;

  return ({ at, vector, accumulate }) => {
    const { lanes, locals, reads } = modes[vector ? 1 : 0];
    const made = new Map<Node, Value>();
    const read = new Map<number, Expr>();
    const stmts: Stmt[] = [];
    const atEnd: Stmt[] = [];

    const readOf = (i: number): Expr => {
      const constant = still.get(i);
      if (constant) return vector ? (constant.vector as Local) : constant.scalar;
      const found = read.get(i);
      if (found) return found;
      const { type } = rows[i].stream;
      const local = localFor(reads, i, type, vector);
      stmts.push(local.set((vector ? readVector : readScalar)(context, rows[i], at)));
      read.set(i, local);
      return local;
    };
    const valueOf = (source: Source): Value => {
      switch (source.kind) {
        case "node":
          return made.get(source.node) as Value;
        case "local":
          return { value: vector ? spread(source.local, source.type) : source.local, depth: 0 };
        case "constant": {
          const type = vector && source.type === "int" ? "real" : source.type;
          return { value: lanes.constant(source.value, type), depth: 0 };
        }
        default:
          return { value: readOf(source.stream), depth: 0 };
      }
    };

    for (const node of step.nodes) {
      const operands = (sources.get(node) as readonly Source[]).map(valueOf);
      const values = operands.map(({ value }) => value);
      if (isReduction(node)) {
        atEnd.push(...accumulate(node, values[0], at, vector));
        continue;
      }
      const value = isPointwise(node) ? lanes.compute(node, values) : values[0];
      const depth = 1 + Math.max(0, ...operands.map((operand) => operand.depth));
      const result = results.get(node);
      if (result === undefined && (uses.get(node) ?? 0) <= 1 && depth <= deepest && !single) {
        made.set(node, { value, depth });
        continue;
      }
      const local = localFor(locals, node, node.type, vector);
      stmts.push(local.set(value));
      made.set(node, { value: local, depth: 0 });
      if (single) scalars.set(node, local);
      if (result !== undefined) atEnd.push((vector ? writeVector : writeScalar)(context, rows[result], at, local));
    }
    // All reading comes before all writing: a result may take the place of an operand.
    return [...stmts, ...atEnd];
  };
};
