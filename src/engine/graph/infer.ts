import { fail } from "../../core/check.ts";
import { sameShape, showShape, sizeOf } from "../../core/shape.ts";
import { specialFunctions } from "../../core/special/rare.ts";
import type { Shape } from "../../core/tensor.ts";
import {
  type Attributes,
  binaryOps,
  comparisonOps,
  logicalOps,
  type Node,
  type Op,
  reductionOps,
  specialBinaryOps,
  type Type,
  unaryOps,
} from "./ops.ts";

interface Result {
  readonly type: Type;
  readonly shape: Shape;
}
type Rule<O extends Op> = (inputs: readonly Node[], attributes: Attributes[O], op: O) => Result;

const show = ({ type, shape }: Node): string => `${type}${showShape(shape)}`;
const refuse = (op: Op, inputs: readonly Node[], why: string): never =>
  fail(`${op}: ${why}, got ${inputs.map(show).join(", ") || "nothing"}`);

/** Operands of given types and all of one shape. */
const alike = (op: Op, inputs: readonly Node[], ...types: readonly Type[]): Shape => {
  const fits = inputs.length === types.length && inputs.every(({ type }, i) => type === types[i]);
  if (!fits || !inputs.every(({ shape }) => sameShape(shape, inputs[0].shape)))
    refuse(op, inputs, `expected ${types.join(", ")} of one shape`);
  return inputs[0].shape;
};

const table = <K extends readonly Op[], R>(ops: K, rule: R): { [O in K[number]]: R } =>
  Object.fromEntries(ops.map((op) => [op, rule])) as { [O in K[number]]: R };

const unary = (inputs: readonly Node[], _: unknown, op: Op): Result => ({
  type: "real",
  shape: alike(op, inputs, "real"),
});
const numeric = (inputs: readonly Node[], _: unknown, op: Op): Result => {
  const type = inputs[0]?.type === "int" ? "int" : "real";
  return { type, shape: alike(op, inputs, type, type) };
};
const reals = (inputs: readonly Node[], _: unknown, op: Op): Result => ({
  type: "real",
  shape: alike(op, inputs, "real", "real"),
});
const comparison = (inputs: readonly Node[], _: unknown, op: Op): Result => {
  const type = inputs[0]?.type ?? "real";
  return { type: "bool", shape: alike(op, inputs, type, type) };
};
const logical = (inputs: readonly Node[], _: unknown, op: Op): Result => ({
  type: "bool",
  shape: alike(op, inputs, "bool", "bool"),
});

const same: Rule<"alias" | "stop"> = ([x]) => ({ type: x.type, shape: x.shape });

const without = (shape: Shape, axes: readonly number[]): Shape => shape.filter((_, axis) => !axes.includes(axis));

const checkAxes = (op: Op, inputs: readonly Node[], axes: readonly number[]): void => {
  const rank = inputs[0].shape.length;
  if (axes.some((axis) => !(axis >= 0 && axis < rank)) || new Set(axes).size !== axes.length)
    refuse(op, inputs, `expected axes of its operand, not ${showShape(axes)}`);
};

const reduction = (inputs: readonly Node[], { axes }: { axes: readonly number[] }, op: Op): Result => {
  checkAxes(op, inputs, axes);
  const wanted = op === "any" || op === "all";
  if (inputs.length !== 1 || (inputs[0].type === "bool") !== wanted)
    refuse(op, inputs, `expected one operand of ${wanted ? "bools" : "numbers"}`);
  return { type: inputs[0].type, shape: without(inputs[0].shape, axes) };
};

const along = (inputs: readonly Node[], { axis }: { axis: number }, op: Op): Result => {
  checkAxes(op, inputs, [axis]);
  return { type: inputs[0].type, shape: inputs[0].shape };
};
const indexAlong = (inputs: readonly Node[], { axis }: { axis: number }, op: Op): Result => {
  checkAxes(op, inputs, [axis]);
  return { type: "int", shape: without(inputs[0].shape, [axis]) };
};

const keyBatch = (op: Op, inputs: readonly Node[]): Shape => {
  const [key] = inputs;
  if (key?.type !== "int" || key.shape[key.shape.length - 1] !== 2)
    refuse(op, inputs, "expected a key int[..., 2] first");
  return key.shape.slice(0, -1);
};
const random: Rule<"uniform" | "normal"> = (inputs, { shape }, op) => ({
  type: "real",
  shape: [...keyBatch(op, inputs), ...shape],
});
const draw = (inputs: readonly Node[], _: unknown, op: Op): Result => {
  const batch = keyBatch(op, inputs);
  const [, first, ...rest] = inputs;
  if (
    !first ||
    !sameShape(first.shape.slice(0, batch.length), batch) ||
    ![first, ...rest].every((x) => x.type === "real")
  )
    refuse(op, inputs, "expected real parameters that begin with the key's batch axes");
  if (!rest.every(({ shape }) => sameShape(shape, first.shape))) refuse(op, inputs, "expected parameters of one shape");
  return { type: "real", shape: first.shape };
};

const matmul: Rule<"matmul"> = (inputs) => {
  const [a, b] = inputs;
  const [batchA, batchB] = [a, b].map(({ shape }) => shape.slice(0, -2));
  const fits = a.shape.length >= 2 && b.shape.length >= 2 && sameShape(batchA, batchB);
  if (!fits || a.shape[a.shape.length - 1] !== b.shape[b.shape.length - 2])
    refuse("matmul", inputs, "expected [...batch, m, k] and [...batch, k, n]");
  return { type: "real", shape: [...batchA, a.shape[a.shape.length - 2], b.shape[b.shape.length - 1]] };
};

const gather: Rule<"gather"> = (inputs, { axis, batch }) => {
  const [x, indices] = inputs;
  if (
    indices?.type !== "int" ||
    axis < batch ||
    axis >= x.shape.length ||
    !sameShape(x.shape.slice(0, batch), indices.shape.slice(0, batch))
  )
    refuse(
      "gather",
      inputs,
      `expected x and int indices that share ${batch} leading axes, and axis ${axis} after them`,
    );
  return {
    type: x.type,
    shape: [...x.shape.slice(0, axis), ...indices.shape.slice(batch), ...x.shape.slice(axis + 1)],
  };
};
const scatterAdd: Rule<"scatterAdd"> = (inputs, { axis, batch, length }) => {
  const [x, indices] = inputs;
  const rest = indices.shape.slice(batch);
  if (
    !sameShape(x.shape.slice(0, batch), indices.shape.slice(0, batch)) ||
    !sameShape(x.shape.slice(axis, axis + rest.length), rest)
  )
    refuse("scatterAdd", inputs, "expected updates whose axes hold those of the indices");
  return { type: x.type, shape: [...x.shape.slice(0, axis), length, ...x.shape.slice(axis + rest.length)] };
};

const scanParts = (node: Node<"scan">): readonly Result[] => {
  const { body, carries, length } = node.attributes;
  return body.outputs.map(({ type, shape }, i) => ({ type, shape: i < carries ? shape : [length, ...shape] }));
};
const part: Rule<"part"> = ([x], { index }) => {
  if (x.op === "scan") return scanParts(x as Node<"scan">)[index];
  const { type, shape } = (x as Node<"loop">).attributes.body.outputs[index];
  return { type, shape };
};

const checkRegion = (op: Op, inputs: readonly Node[], wanted: readonly Result[], given: readonly Node[]): void => {
  const fits =
    wanted.length === given.length &&
    wanted.every(({ type, shape }, i) => type === given[i].type && sameShape(shape, given[i].shape));
  if (!fits) refuse(op, inputs, `the region takes or gives ${given.map(show).join(", ") || "nothing"}`);
};

const rules: { readonly [O in Op]: Rule<O> } = {
  ...table(unaryOps, unary),
  polygamma: unary,
  special: (inputs, { name }) => ({
    type: "real",
    shape: alike("special", inputs, ...specialFunctions[name].takes.map(() => "real" as const)),
  }),
  ...table(binaryOps, numeric),
  ...table(specialBinaryOps, reals),
  ...table(comparisonOps, comparison),
  ...table(logicalOps, logical),
  ...table(reductionOps, reduction),
  not: (inputs) => ({ type: "bool", shape: alike("not", inputs, "bool") }),
  select: (inputs) => {
    const type = inputs[1]?.type ?? "real";
    return { type, shape: alike("select", inputs, "bool", type, type) };
  },
  input: () => fail("input: made by placeholder()"),
  constant: () => fail("constant: made by constant()"),
  cast: ([x], { to }) => ({ type: to, shape: x.shape }),
  alias: same,
  stop: same,
  custom: ([x]) => ({ type: x.type, shape: x.shape }),
  reshape: (inputs, { shape }) => {
    if (sizeOf(shape) !== sizeOf(inputs[0].shape)) refuse("reshape", inputs, `expected ${sizeOf(shape)} elements`);
    return { type: inputs[0].type, shape };
  },
  transpose: (inputs, { order }) => {
    checkAxes("transpose", inputs, order);
    if (order.length !== inputs[0].shape.length) refuse("transpose", inputs, `expected ${order.length} axes`);
    return { type: inputs[0].type, shape: order.map((axis) => inputs[0].shape[axis]) };
  },
  broadcast: (inputs, { shape }) => {
    const own = inputs[0].shape;
    if (own.length !== shape.length || !own.every((n, i) => n === shape[i] || n === 1))
      refuse("broadcast", inputs, `expected axes of length 1 or those of ${showShape(shape)}`);
    return { type: inputs[0].type, shape };
  },
  slice: (inputs, { begin, strides, shape }) => {
    const fits = inputs[0].shape.every(
      (n, i) =>
        shape[i] === 0 ||
        (begin[i] >= 0 && begin[i] < n && begin[i] + (shape[i] - 1) * strides[i] < n && strides[i] > 0),
    );
    if (!fits || shape.length !== inputs[0].shape.length)
      refuse("slice", inputs, `no such part ${showShape(shape)} from ${showShape(begin)}`);
    return { type: inputs[0].type, shape };
  },
  reverse: (inputs, { axes }) => {
    checkAxes("reverse", inputs, axes);
    return { type: inputs[0].type, shape: inputs[0].shape };
  },
  pad: ([x], { before, after }) => ({ type: x.type, shape: x.shape.map((n, i) => before[i] + n + after[i]) }),
  concat: (inputs, { axis }) => {
    checkAxes("concat", inputs, [axis]);
    const rest = without(inputs[0].shape, [axis]);
    if (!inputs.every((x) => x.type === inputs[0].type && sameShape(without(x.shape, [axis]), rest)))
      refuse("concat", inputs, `expected operands alike but for axis ${axis}`);
    const length = inputs.reduce((sum, { shape }) => sum + shape[axis], 0);
    return { type: inputs[0].type, shape: inputs[0].shape.map((n, i) => (i === axis ? length : n)) };
  },
  gather,
  scatterAdd,
  argMax: indexAlong,
  argMin: indexAlong,
  cumsum: along,
  cumprod: along,
  matmul,
  cholesky: (inputs) => {
    const { shape } = inputs[0];
    if (shape.length < 2 || shape[shape.length - 1] !== shape[shape.length - 2])
      refuse("cholesky", inputs, "expected [..., n, n]");
    return { type: "real", shape };
  },
  lu: (inputs) => {
    const { shape } = inputs[0];
    const n = shape[shape.length - 1];
    if (shape.length < 2 || n !== shape[shape.length - 2]) refuse("lu", inputs, "expected [..., n, n]");
    return { type: "real", shape: [...shape.slice(0, -1), n + 1] };
  },
  triangularSolve: (inputs) => {
    const [t, b] = inputs;
    const fits = t.shape.length === b.shape.length && sameShape(t.shape.slice(0, -1), b.shape.slice(0, -1));
    if (!fits) refuse("triangularSolve", inputs, "expected [...batch, n, n] and [...batch, n, k]");
    return { type: "real", shape: b.shape };
  },
  split: (inputs, { count }) => ({ type: "int", shape: [...keyBatch("split", inputs), count, 2] }),
  fold: (inputs) => ({ type: "int", shape: [...keyBatch("fold", inputs), 2] }),
  uniform: random,
  normal: random,
  gammaDraw: draw,
  logGammaDraw: draw,
  poissonDraw: draw,
  binomialDraw: draw,
  scan: (inputs, { body, carries, slices, length }) => {
    const wanted = inputs.map(({ type, shape }, i) => ({
      type,
      shape: i >= carries && i < carries + slices ? shape.slice(1) : shape,
    }));
    checkRegion("scan", inputs, wanted, body.inputs);
    checkRegion("scan", inputs, wanted.slice(0, carries), body.outputs.slice(0, carries));
    if (inputs.slice(carries, carries + slices).some(({ shape }) => shape[0] !== length))
      refuse("scan", inputs, `expected sequences of ${length}`);
    return { type: "real", shape: [] };
  },
  loop: (inputs, { condition, body, states }) => {
    checkRegion("loop", inputs, inputs, body.inputs);
    checkRegion("loop", inputs, inputs, condition.inputs);
    checkRegion("loop", inputs, inputs.slice(0, states), body.outputs);
    checkRegion("loop", inputs, [{ type: "bool", shape: [] }], condition.outputs);
    return { type: "real", shape: [] };
  },
  part,
};

/** Type and shape of what an op makes of its operands. */
export const infer = <O extends Op>(op: O, inputs: readonly Node[], attributes: Attributes[O]): Result =>
  rules[op](inputs, attributes, op);
