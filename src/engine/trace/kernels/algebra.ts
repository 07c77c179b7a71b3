/** Matrix products, sums of products, normalisation. */
import * as tf from "#tfjs";
import { broadcast, range, showShape, sizeOf } from "../../../core/shape.ts";
import type { Shape } from "../../../core/tensor.ts";
import {
  add,
  cast,
  div,
  matmul,
  mul,
  reshape,
  spread,
  sub,
  sum,
  swapped,
  toReal,
  transpose,
  unary,
} from "../../graph/build.ts";
import type { Node } from "../../graph/node.ts";
import { cannotTrace } from "../cannotTrace.ts";
import { type Lowerings, lower, lowerList } from "../lowering.ts";
import { activations, widest } from "./elementwise.ts";

/** A product of reals; of ints too, which become reals on the way. */
const asReals = (operands: readonly Node[], f: (operands: readonly Node[]) => Node): Node => {
  const type = widest(operands);
  return cast(f(operands.map(toReal)), type === "bool" ? "int" : type);
};

const product = (a: Node, b: Node): Node => {
  const [m, k] = a.shape.slice(-2);
  const n = b.shape[b.shape.length - 1];
  const batch =
    broadcast(a.shape.slice(0, -2), b.shape.slice(0, -2)) ??
    cannotTrace(`matMul: shapes ${showShape(a.shape)} and ${showShape(b.shape)} do not fit`);
  return matmul(spread(a, [...batch, m, k]), spread(b, [...batch, k, n]));
};

const matMul = (a: Node, b: Node, { transposeA, transposeB }: tf.BatchMatMulAttrs): Node =>
  asReals([a, b], ([x, y]) => product(transposeA ? swapped(x) : x, transposeB ? swapped(y) : y));

/** An operand of a sum of products, its axes named. */
interface Term {
  readonly x: Node;
  readonly names: readonly number[];
}

/** With the axes in another order. */
const ordered = ({ x, names }: Term, order: readonly number[]): Term => ({
  x: transpose(
    x,
    order.map((name) => names.indexOf(name)),
  ),
  names: order,
});

const without = ({ x, names }: Term, gone: (name: number) => boolean): Term => ({
  x: sum(
    x,
    range(names.length).filter((axis) => gone(names[axis])),
  ),
  names: names.filter((name) => !gone(name)),
});

const lengthsOf = ({ x, names }: Term, wanted: readonly number[]): Shape =>
  wanted.map((name) => x.shape[names.indexOf(name)]);

/** Σ over the names that are not in `out` of the product of two terms: one matrix product, or a plain one where nothing is summed. */
const contract = (first: Term, second: Term, out: ReadonlySet<number>): Term => {
  const a = without(first, (name) => !out.has(name) && !second.names.includes(name));
  const b = without(second, (name) => !out.has(name) && !first.names.includes(name));
  const shared = a.names.filter((name) => b.names.includes(name));
  const batch = shared.filter((name) => out.has(name));
  const summed = shared.filter((name) => !out.has(name));
  const left = a.names.filter((name) => !shared.includes(name));
  const right = b.names.filter((name) => !shared.includes(name));
  const [batchShape, leftShape, rightShape] = [lengthsOf(a, batch), lengthsOf(a, left), lengthsOf(b, right)];
  const [m, k, n] = [leftShape, lengthsOf(a, summed), rightShape].map(sizeOf);
  const rows = reshape(ordered(a, [...batch, ...left, ...summed]).x, [...batchShape, m, k]);
  const columns = reshape(ordered(b, [...batch, ...summed, ...right]).x, [...batchShape, k, n]);
  const both = summed.length === 0 ? mul(rows, columns) : matmul(rows, columns);
  return { x: reshape(both, [...batchShape, ...leftShape, ...rightShape]), names: [...batch, ...left, ...right] };
};

const einsum = (operands: readonly Node[], equation: string): Node => {
  const { allDims, summedDims, idDims } = tf.backend_util.decodeEinsumEquation(equation, operands.length);
  tf.backend_util.checkEinsumDimSizes(allDims.length, idDims, [...operands] as unknown as tf.Tensor[]);
  const order = range(allDims.length - summedDims.length);
  const out = new Set(order);
  const terms = operands.map((x, i): Term => ({ x, names: idDims[i] }));
  const made = terms.length === 1 ? without(terms[0], (name) => !out.has(name)) : contract(terms[0], terms[1], out);
  return ordered(made, order).x;
};

/** Ioffe & Szegedy 2015, "Batch normalization", with given moments. */
const batchNorm = (inputs: Readonly<Record<string, Node>>, epsilon: number): Node => {
  const { x, mean, variance, scale, offset } = inputs;
  const centred = sub(x, mean);
  const normal = div(scale ? mul(centred, scale) : centred, unary("sqrt", add(variance, epsilon)));
  return offset ? add(normal, offset) : normal;
};

interface Fused {
  readonly activation: string;
  readonly leakyreluAlpha?: number;
}

/** What fused kernels do after their product. */
export const finish = (
  x: Node,
  { bias, preluActivationWeights: slope }: Readonly<Record<string, Node>>,
  { activation, leakyreluAlpha: alpha }: Fused,
): Node => {
  const known = Object.hasOwn(activations, activation);
  const activate = known ? activations[activation] : cannotTrace(`there is the activation "${activation}"`);
  return activate(bias ? add(x, bias) : x, { slope, alpha });
};

export const algebra: Lowerings = {
  BatchMatMul: lower<tf.BatchMatMulAttrs>(({ a, b }, attributes) => matMul(a, b, attributes)),
  _FusedMatMul: lower<tf._FusedMatMulAttrs>((inputs, attributes) =>
    finish(matMul(inputs.a, inputs.b, attributes), inputs, attributes),
  ),
  Einsum: lowerList<tf.EinsumAttrs>((operands, { equation }) => asReals(operands, (reals) => einsum(reals, equation))),
  FusedBatchNorm: lower<tf.FusedBatchNormAttrs>((inputs, { varianceEpsilon }) =>
    batchNorm(inputs, varianceEpsilon ?? 0.001),
  ),
};
