/** Code for a loop step: a nest of loops in which every element of several nodes is computed, side by side. */
import type { LoopStep } from "../../schedule/schedule.ts";
import { forLoop, i32, type Local, op, type Stmt } from "../assembler.ts";
import { widthOf } from "../context.ts";
import { accumulatorsOf } from "./accumulate.ts";
import { bodyWriter } from "./body.ts";
import type { Emission } from "./emission.ts";
import { type Frame, frameOf } from "./frame.ts";
import { rowsOf, spreading } from "./rows.ts";
import type { At } from "./streams.ts";

/** A short loop is written out: so many vectors, so much code at the most. */
const mostVectors = 8;
const mostCode = 240;

/** A loop that sums is unrolled so that its sums do not wait for one another: for so much code, from so many vectors on. */
const unrolledCode = 48;
const unrolledVectors = 16;

const isWrittenOut = ({ dims, step }: Frame, vectors: number): boolean =>
  dims.length === 1 && vectors <= mostVectors && vectors * step.nodes.length <= mostCode;

/** Bodies of the innermost loop that are written one after another. */
const bodiesOf = ({ reductions, step, vectorises }: Frame, vectors: number): number => {
  if (!vectorises || vectors < unrolledVectors || !reductions.some(({ inner }) => inner > 0)) return 1;
  return Math.max(1, Math.min(4, Math.floor(unrolledCode / step.nodes.length)));
};

/** Writes the loops of a step. */
export const emitLoop = (emission: Emission, step: LoopStep): Stmt[] => {
  const { context } = emission;
  const { body, precision } = context;
  const frame = frameOf(emission, step);
  const { dims, vectorises } = frame;
  const depth = dims.length;
  const counters = Array.from({ length: Math.max(0, depth - 1) }, () => body.local("i32"));
  const rows = rowsOf(context, frame, counters);
  const { spread, stmts: spreads } = spreading(context);
  const write = bodyWriter(emission, frame, rows, spread);

  const length = dims[depth - 1] ?? 1;
  const lanes = precision === "f64" ? 2 : 4;
  const width = widthOf("real", precision);
  const vectors = vectorises ? Math.floor(length / lanes) : 0;
  const bodies = bodiesOf(frame, vectors);
  const sums = accumulatorsOf(emission, frame, rows, counters, bodies);
  const bodyAt = (at: At, vector: boolean, number = 0): Stmt[] =>
    write({ at, vector, accumulate: (node, x, place, wide) => sums.take(node, x, place, wide, number) });

  const vectorLoop = (from: number, to: number, together: number): Stmt[] => {
    if (from >= to) return [];
    const counter = body.local("i32");
    const inside = Array.from({ length: together }, (_, i) => [
      ...(i === 0 ? [] : [counter.set(op("i32.add", counter, i32(16)))]),
      ...bodyAt({ counter }, true, i),
    ]).flat();
    return [forLoop(counter, i32(from * 16), i32(to * 16), 16, inside)];
  };

  const singles = (from: number): Stmt[] => {
    const count = length - from;
    if (count <= lanes) return Array.from({ length: count }, (_, i) => bodyAt({ index: from + i }, false)).flat();
    const counter: Local = body.local("i32");
    return [forLoop(counter, i32(from * width), i32(length * width), width, bodyAt({ counter }, false))];
  };

  const innermost = (): Stmt[] => {
    if (depth === 0) return bodyAt({ index: 0 }, false);
    const whole = vectors - (vectors % bodies);
    const wide = isWrittenOut(frame, vectors)
      ? Array.from({ length: vectors }, (_, i) => bodyAt({ index: i * lanes }, true)).flat()
      : [...vectorLoop(0, whole, bodies), ...vectorLoop(whole, vectors, 1)];
    return [...wide, ...singles(vectors * lanes)];
  };

  const level = (d: number): Stmt[] => {
    const inside =
      d >= depth - 1 ? [...rows.start, ...innermost()] : [forLoop(counters[d], i32(0), i32(dims[d]), 1, level(d + 1))];
    return [...sums.begin(d), ...inside, ...sums.finish(d)];
  };
  const nest = level(0);
  return [...sums.cleared(), ...spreads, ...nest];
};
