import { i32, memoryFill, type Stmt } from "../assembler.ts";
import { type Context, type View, widthOf } from "../context.ts";
import { addressOf, elementConstant, plus, storeElement } from "./access.ts";
import { copyRegion, walkerOf } from "./copy.ts";
import { walk } from "./walk.ts";

/** Every element of a tensor without gaps. */
const fill = ({ body, precision }: Context, out: View, value: number): readonly Stmt[] => {
  const size = out.shape.reduce((a, b) => a * b, 1);
  const width = widthOf(out.type, precision);
  if (Object.is(value, 0)) return [memoryFill(addressOf(out), i32(0), i32(size * width))];
  const element = elementConstant(out.type, precision, value);
  return walk(body, [size], [{ address: addressOf(out), strides: [width] }], ([at]) => [
    storeElement(out.type, precision, at, element),
  ]);
};

/** x amid elements of one value. */
export const pad = (
  context: Context,
  out: View,
  [x]: readonly View[],
  { before, value }: { readonly before: readonly number[]; readonly value: number },
): readonly Stmt[] => {
  const { body, precision } = context;
  const { address, strides } = walkerOf(out, precision);
  const first = before.reduce((sum, count, axis) => sum + count * strides[axis], 0);
  const inner = { address: plus(address, first), strides };
  return [
    ...fill(context, out, value),
    ...copyRegion(body, out.type, precision, x.shape, inner, walkerOf(x, precision)),
  ];
};
