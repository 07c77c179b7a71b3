/** Loops over the axes of tensors that are walked together. */
import type { Shape } from "../../../core/tensor.ts";
import { doLoop, type Expr, type FunctionBody, i32, type Local, type Stmt, seq } from "../assembler.ts";
import { below, plus } from "./access.ts";

/** One tensor of a walk: where it begins, and the bytes from one element to the next along each axis. */
export interface Walker {
  readonly address: Expr;
  readonly strides: readonly number[];
}

interface Axes {
  readonly lengths: readonly number[];
  /** strides[walker][axis]. */
  readonly strides: readonly (readonly number[])[];
}

/** The same walk with as few axes as it takes: those of length 1 left out, and neighbours joined where every walker goes straight on. */
export const joinAxes = (shape: Shape, strides: readonly (readonly number[])[]): Axes => {
  const lengths: number[] = [];
  const joined: number[][] = strides.map(() => []);
  for (const [axis, length] of shape.entries()) {
    if (length === 1) continue;
    const last = lengths.length - 1;
    const straight = last >= 0 && strides.every((own, w) => joined[w][last] === own[axis] * length);
    if (straight) lengths[last] *= length;
    else lengths.push(length);
    for (const [w, own] of strides.entries()) joined[w][straight ? last : last + 1] = own[axis];
  }
  return { lengths, strides: joined };
};

const stepInto = (body: FunctionBody, parents: readonly Expr[], moves: readonly boolean[]): readonly (Local | Expr)[] =>
  parents.map((parent, w) => (moves[w] ? body.local("i32") : parent));

/**
 * Runs `inner` at every index of `shape`, row by row, with the address that each walker has reached. Nothing for an empty shape.
 */
export const walk = (
  body: FunctionBody,
  shape: Shape,
  walkers: readonly Walker[],
  inner: (addresses: readonly Expr[]) => readonly Stmt[],
): readonly Stmt[] => {
  if (shape.includes(0)) return [];
  const { lengths, strides } = joinAxes(
    shape,
    walkers.map((walker) => walker.strides),
  );
  const level = (axis: number, parents: readonly Expr[]): readonly Stmt[] => {
    if (axis === lengths.length) return inner(parents);
    const moves = strides.map((own) => own[axis] !== 0);
    const addresses = stepInto(body, parents, moves);
    const i = body.local("i32");
    const moving = addresses.flatMap((address, w) => (moves[w] ? [{ local: address as Local, w }] : []));
    return [
      ...moving.map(({ local, w }) => local.set(parents[w])),
      i.set(i32(0)),
      doLoop(
        [
          ...level(axis + 1, addresses),
          ...moving.map(({ local, w }) => local.set(plus(local, strides[w][axis]))),
          i.set(plus(i, 1)),
        ],
        below(i, i32(lengths[axis])),
      ),
    ];
  };
  return [
    seq(
      level(
        0,
        walkers.map(({ address }) => address),
      ),
    ),
  ];
};
