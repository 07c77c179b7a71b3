import { sizeOf } from "../../../core/shape.ts";
import type { Stmt } from "../assembler.ts";
import { type Context, type View, widthOf } from "../context.ts";
import { elementConstant, storeElement } from "./access.ts";
import { copy, walkerOf } from "./copy.ts";
import { walk } from "./walk.ts";

/** The operand inside, a value all round. */
export const pad = (
  context: Context,
  out: View,
  [x]: readonly View[],
  { before, value }: { readonly before: readonly number[]; readonly value: number },
): readonly Stmt[] => {
  const { body, precision } = context;
  const width = widthOf(out.type, precision);
  const { address, strides } = walkerOf(out, precision);
  const filled = walk(body, out.shape, [{ address, strides }], ([at]) => [
    storeElement(out.type, precision, at, elementConstant(out.type, precision, value)),
  ]);
  const inner = {
    ...out,
    shape: x.shape,
    offset: before.reduce((at, n, axis) => at + n * out.strides[axis] * width, out.offset),
  };
  return sizeOf(x.shape) === 0 ? filled : [...filled, ...copy(context, inner, x)];
};
