import { type Expr, forLoop, i32, ifElse, load, memoryFill, op, type Stmt } from "../assembler.ts";
import { type Context, type View, widthOf } from "../context.ts";
import { addressOf, loadElement, plus, product, storeElement, sum } from "./access.ts";
import { joinAxes, type Walker } from "./walk.ts";

/** So many updates for each element of the result, at the least. */
const updates = 8;

interface Rows {
  readonly outer: readonly number[];
  /** The numbers that are added, and where to. */
  readonly picked: Walker;
  readonly indices: Walker;
}

/**
 * Many numbers added up at few places, by turns in the result and in a second copy of it, which is added to it at the end: neighbours
 * that have the same place, as those of sorted groups, need not wait for one another. Undefined of what is no single row of reals.
 */
export const scatterInTurn = (
  context: Context,
  out: View,
  length: number,
  { outer, picked, indices }: Rows,
): readonly Stmt[] | undefined => {
  const { body, precision } = context;
  const { lengths, strides } = joinAxes(outer, [picked.strides, indices.strides]);
  const count = lengths[0];
  if (out.type !== "real" || lengths.length !== 1 || count < updates * length) return undefined;
  const width = widthOf("real", precision);
  const copy = context.scratch(length * width);
  const [from, at, index, i] = Array.from({ length: 4 }, () => body.local("i32"));
  const [[step], [indexStep]] = strides;
  const add = (base: Expr, offset: number, value: Expr): Stmt => {
    const to = sum(base, product(index, i32(width)));
    const both = op(`${precision}.add`, loadElement("real", precision, to, offset), value);
    return storeElement("real", precision, to, both, offset);
  };
  const take = (base: Expr, offset: number): readonly Stmt[] => [
    index.set(load("i32", at)),
    ifElse(op("i32.lt_u", index, i32(length)), [add(base, offset, loadElement("real", precision, from))]),
    from.set(plus(from, step)),
    at.set(plus(at, indexStep)),
  ];
  const own = take(out.base ?? i32(0), out.offset);
  const other = take(i32(0), copy);
  return [
    memoryFill(addressOf(out), i32(0), i32(length * width)),
    memoryFill(i32(copy), i32(0), i32(length * width)),
    from.set(picked.address),
    at.set(indices.address),
    forLoop(i, i32(0), i32(Math.floor(count / 2)), 1, [...own, ...other]),
    ...(count % 2 === 1 ? own : []),
    forLoop(index, i32(0), i32(length), 1, [
      add(out.base ?? i32(0), out.offset, loadElement("real", precision, product(index, i32(width)), copy)),
    ]),
  ];
};
