/** The same elements in another order or form: gradients go back the way the elements came. */
import { range, sameShape } from "../../core/shape.ts";
import { pad, reshape, slice, sliceAlong, sumTo, transpose } from "../graph/build.ts";
import { make, type Node } from "../graph/node.ts";
import { type Rule, type Rules, slopes } from "./rule.ts";

/** order[inverse[i]] = i. */
export const inverseOrder = (order: readonly number[]): number[] => {
  const inverse: number[] = Array(order.length);
  for (const [i, axis] of order.entries()) inverse[axis] = i;
  return inverse;
};

/** Along each axis, stride − 1 zeros after every element. */
const spaced = (x: Node, strides: readonly number[]): Node => {
  if (strides.every((stride) => stride === 1)) return x;
  const apart = reshape(
    x,
    x.shape.flatMap((n) => [n, 1]),
  );
  const none = apart.shape.map(() => 0);
  const filled = pad(
    apart,
    none,
    strides.flatMap((stride) => [0, stride - 1]),
  );
  return reshape(
    filled,
    x.shape.map((n, i) => n * strides[i]),
  );
};

const sliceRule: Rule<"slice"> = slopes((g, { inputs: [x], attributes: { begin, strides } }) => {
  const from = begin.map((at, i) => Math.min(at, x.shape[i]));
  const wide = spaced(g, strides);
  const fitting = wide.shape.map((n, i) => Math.min(n, x.shape[i] - from[i]));
  const part = slice(
    wide,
    fitting.map(() => 0),
    fitting,
  );
  return pad(
    part,
    from,
    fitting.map((n, i) => x.shape[i] - from[i] - n),
  );
});

const concatRule: Rule<"concat"> = ({ inputs, attributes: { axis } }, [g], { wanted }) => {
  let end = 0;
  return inputs.map(({ shape }, i) => {
    end += shape[axis];
    return g && wanted[i] ? sliceAlong(g, axis, end - shape[axis], shape[axis]) : undefined;
  });
};

export const viewRules: Rules<"reshape" | "transpose" | "broadcast" | "slice" | "reverse" | "pad" | "concat"> = {
  reshape: slopes((g, { inputs: [x] }) => reshape(g, x.shape)),
  transpose: slopes((g, { attributes: { order } }) => transpose(g, inverseOrder(order))),
  broadcast: slopes((g, { inputs: [x] }) => sumTo(g, x.shape)),
  slice: sliceRule,
  reverse: slopes((g, { attributes }) => make("reverse", [g], attributes)),
  pad: slopes((g, { inputs: [x], attributes: { before } }) =>
    sameShape(g.shape, x.shape) ? g : slice(g, before, x.shape),
  ),
  concat: concatRule,
};

/** x with `axes` moved behind the others and made one; and the way back. */
export const gatheredLast = (x: Node, axes: readonly number[]): { rows: Node; back(rows: Node): Node } => {
  const order = [...range(x.shape.length).filter((axis) => !axes.includes(axis)), ...axes];
  const moved = transpose(x, order);
  const rest = moved.shape.slice(0, x.shape.length - axes.length);
  const length = axes.reduce((product, axis) => product * x.shape[axis], 1);
  return {
    rows: reshape(moved, [...rest, length]),
    back: (rows) => transpose(reshape(rows, moved.shape), inverseOrder(order)),
  };
};
