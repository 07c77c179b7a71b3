/** Ops that pass a value on, or stop its gradient, and those without one. */
import { fail } from "../../core/check.ts";
import { sameShape, showShape } from "../../core/shape.ts";
import { select } from "../graph/build.ts";
import { comparisonOps, type logicalOps, type Op } from "../graph/ops.ts";
import { flat, type Rule, type Rules, slopes } from "./rule.ts";

const custom: Rule<"custom"> = ({ inputs, attributes, label }, [g], { wanted }) => {
  const operands = inputs.slice(1);
  if (!g || !wanted.includes(true, 1)) return [];
  const given = attributes.reverse(g, operands);
  return [
    undefined,
    ...operands.map(({ shape }, i) => {
      const slope = given[i];
      if (slope && !(slope.type === "real" && sameShape(slope.shape, shape)))
        fail(
          `withGradient${label && ` in ${label}`}: expected a gradient of shape ${showShape(shape)} for operand ${i + 1}, got ${slope.type} of shape ${showShape(slope.shape)}`,
        );
      return slope;
    }),
  ];
};

type MarkOp =
  | "input"
  | "constant"
  | "alias"
  | "stop"
  | "custom"
  | "cast"
  | "select"
  | "not"
  | "special"
  | (typeof comparisonOps)[number]
  | (typeof logicalOps)[number];

const through: Rule<Op> = slopes((g) => g);

const flatRules = <K extends readonly Op[]>(ops: K): { readonly [O in K[number]]: typeof flat } =>
  Object.fromEntries(ops.map((op) => [op, flat])) as { readonly [O in K[number]]: typeof flat };

export const markRules: Rules<MarkOp> = {
  ...flatRules(comparisonOps),
  and: flat,
  or: flat,
  not: flat,
  // What has a gradient stands inside a `custom` (ops/rare.ts).
  special: flat,
  input: flat,
  constant: flat,
  stop: flat,
  alias: through,
  // From real to real: ints and bools have no gradient, and the sweep asks for none.
  cast: through,
  custom,
  // Selected, not multiplied: the branch not taken gets 0 even of a gradient that is no number.
  select: slopes(
    () => undefined,
    (g, { inputs: [condition] }) => select(condition, g, 0),
    (g, { inputs: [condition] }) => select(condition, 0, g),
  ),
};
