/** Chains of views become one view; what repeats goes outwards, so that ops meet the small thing that is repeated. */
import { range, sameShape, sizeOf } from "../../../core/shape.ts";
import type { Shape } from "../../../core/tensor.ts";
import { concat, full, pad, reshape, slice, sliceAlong, spread, transpose } from "../../graph/build.ts";
import { constant, is, make, type Node } from "../../graph/node.ts";
import { groupsOf, numberOf, type Rule, spreadAxes } from "./look.ts";

const spreadTo = (x: Node, shape: Shape): Node => (sameShape(x.shape, shape) ? x : make("broadcast", [x], { shape }));

export const reshapeSame: Rule<"reshape"> = ({ shape, inputs: [x] }) => (sameShape(shape, x.shape) ? x : undefined);
export const reshapeReshape: Rule<"reshape"> = ({ shape, inputs: [x] }) =>
  is(x, "reshape") ? reshape(x.inputs[0], shape) : undefined;
export const reshapeConstant: Rule<"reshape"> = ({ shape, inputs: [x] }) =>
  is(x, "constant") ? constant(x.attributes.values, shape, x.type) : undefined;

/** Where repeated axes do not mix with others. */
export const reshapeBroadcast: Rule<"reshape"> = ({ shape, inputs: [x] }) => {
  if (!is(x, "broadcast")) return undefined;
  const [small] = x.inputs;
  const repeated = spreadAxes(x);
  const own = [...shape];
  for (const { from, to } of groupsOf(x.shape, shape) ?? [{ from: [-1, -2], to: [] }]) {
    const kinds = new Set(from.filter((axis) => x.shape[axis] !== 1).map((axis) => repeated[axis]));
    if (kinds.size > 1) return undefined;
    if (kinds.has(true)) for (const axis of to) own[axis] = 1;
  }
  return sizeOf(own) === sizeOf(small.shape) ? spreadTo(reshape(small, own), shape) : undefined;
};

export const transposeTranspose: Rule<"transpose"> = ({ attributes: { order }, inputs: [x] }) =>
  is(x, "transpose")
    ? transpose(
        x.inputs[0],
        order.map((axis) => x.attributes.order[axis]),
      )
    : undefined;

/** Only axes of length 1 change their place, or none at all. */
export const transposeTrivial: Rule<"transpose"> = ({ shape, attributes: { order }, inputs: [x] }) => {
  const long = order.filter((axis) => x.shape[axis] !== 1);
  return long.every((axis, i) => i === 0 || axis > long[i - 1]) ? reshape(x, shape) : undefined;
};
export const transposeBroadcast: Rule<"transpose"> = ({ shape, attributes: { order }, inputs: [x] }) =>
  is(x, "broadcast") ? spreadTo(transpose(x.inputs[0], order), shape) : undefined;

export const broadcastSame: Rule<"broadcast"> = ({ shape, inputs: [x] }) => (sameShape(shape, x.shape) ? x : undefined);
export const broadcastBroadcast: Rule<"broadcast"> = ({ shape, inputs: [x] }) =>
  is(x, "broadcast") ? spreadTo(x.inputs[0], shape) : undefined;

/** A constant with the same number everywhere. */
export const constantUniform: Rule<"constant"> = ({ type, shape, attributes: { values } }) =>
  values.length > 1 && values.every((value) => Object.is(value, values[0])) ? full(values[0], shape, type) : undefined;

export const sliceSame: Rule<"slice"> = ({ shape, inputs: [x] }) => (sameShape(shape, x.shape) ? x : undefined);
export const sliceSlice: Rule<"slice"> = ({ shape, attributes: { begin, strides }, inputs: [x] }) =>
  is(x, "slice")
    ? slice(
        x.inputs[0],
        begin.map((at, axis) => x.attributes.begin[axis] + at * x.attributes.strides[axis]),
        shape,
        strides.map((step, axis) => step * x.attributes.strides[axis]),
      )
    : undefined;
export const sliceBroadcast: Rule<"slice"> = ({ shape, attributes: { begin, strides }, inputs: [x] }) => {
  if (!is(x, "broadcast") || sizeOf(shape) === 0) return undefined;
  const repeated = spreadAxes(x);
  const small = slice(
    x.inputs[0],
    begin.map((at, axis) => (repeated[axis] ? 0 : at)),
    shape.map((n, axis) => (repeated[axis] ? 1 : n)),
    strides.map((step, axis) => (repeated[axis] ? 1 : step)),
  );
  return spreadTo(small, shape);
};

/** A slice that lies in one part of a concatenation, or inside what is padded. */
export const sliceConcat: Rule<"slice"> = ({ shape, attributes: { begin, strides }, inputs: [x] }) => {
  if (!is(x, "concat") || sizeOf(shape) === 0) return undefined;
  const { axis } = x.attributes;
  const last = begin[axis] + (shape[axis] - 1) * strides[axis];
  let offset = 0;
  for (const part of x.inputs) {
    const end = offset + part.shape[axis];
    if (begin[axis] >= offset && last < end) {
      const own = begin.map((at, i) => (i === axis ? at - offset : at));
      return slice(part, own, shape, [...strides]);
    }
    offset = end;
  }
  return undefined;
};
export const slicePad: Rule<"slice"> = ({ shape, attributes: { begin, strides }, inputs: [x] }) => {
  if (!is(x, "pad") || sizeOf(shape) === 0) return undefined;
  const [inner] = x.inputs;
  const own = begin.map((at, axis) => at - x.attributes.before[axis]);
  const inside = own.every((at, i) => at >= 0 && at + (shape[i] - 1) * strides[i] < inner.shape[i]);
  return inside ? slice(inner, own, shape, [...strides]) : undefined;
};

export const reverseTrivial: Rule<"reverse"> = ({ attributes: { axes }, inputs: [x] }) => {
  const repeated = spreadAxes(x);
  const moved = axes.filter((axis) => x.shape[axis] !== 1 && !repeated[axis]);
  if (moved.length === 0) return x;
  return moved.length < axes.length ? make("reverse", [x], { axes: moved }) : undefined;
};

const sum = (a: readonly number[], b: readonly number[]): number[] => a.map((x, i) => x + b[i]);
export const padPad: Rule<"pad"> = ({ attributes: { before, after, value }, inputs: [x] }) => {
  if ([...before, ...after].every((n) => n === 0)) return x;
  if (!is(x, "pad") || !Object.is(x.attributes.value, value)) return undefined;
  return pad(x.inputs[0], sum(before, x.attributes.before), sum(after, x.attributes.after), value);
};

/** Without empty parts and nested concatenations. */
export const concatFlat: Rule<"concat"> = ({ inputs, attributes: { axis } }) => {
  const nested = (x: Node): x is Node<"concat"> => is(x, "concat") && x.attributes.axis === axis;
  if (inputs.length > 1 && !inputs.some((x) => nested(x) || x.shape[axis] === 0)) return undefined;
  const parts = inputs.flatMap((x) => (nested(x) ? x.inputs : x)).filter((x) => x.shape[axis] > 0);
  return parts.length === 0 ? inputs[0] : concat(parts, axis);
};

/** Begin and length along an axis where a part is all of a tensor but along that axis. */
const stretch = (x: Node, axis: number): { readonly of: Node; readonly begin: number } | undefined => {
  if (!is(x, "slice")) return undefined;
  const { begin, strides } = x.attributes;
  const [of] = x.inputs;
  const whole = range(of.shape.length).every((i) => i === axis || x.shape[i] === of.shape[i]);
  return whole && strides[axis] === 1 ? { of, begin: begin[axis] } : undefined;
};

/** Neighbours that are neighbouring slices of one tensor, or the same number. */
const joined = (a: Node, b: Node, axis: number): Node | undefined => {
  const [x, y] = [stretch(a, axis), stretch(b, axis)];
  const length = a.shape[axis] + b.shape[axis];
  if (x && y && x.of === y.of && x.begin + a.shape[axis] === y.begin) return sliceAlong(x.of, axis, x.begin, length);
  const [p, q] = [numberOf(a), numberOf(b)];
  if (p === undefined || !Object.is(p, q)) return undefined;
  return full(
    p,
    a.shape.map((n, i) => (i === axis ? length : n)),
    a.type,
  );
};
export const concatNeighbours: Rule<"concat"> = ({ inputs, attributes: { axis } }) => {
  const parts: Node[] = [];
  for (const x of inputs) {
    const both = parts.length > 0 ? joined(parts[parts.length - 1], x, axis) : undefined;
    if (both) parts[parts.length - 1] = both;
    else parts.push(x);
  }
  return parts.length < inputs.length ? concat(parts, axis) : undefined;
};

/** An elementwise op whose operands all repeat along some axes is done once and repeated. */
export const elementwiseSmall: Rule = ({ op, shape, inputs, attributes }) => {
  if (!inputs.every((x) => is(x, "broadcast"))) return undefined;
  const repeated = inputs.map(spreadAxes);
  const common = shape.map((_, axis) => repeated.every((axes) => axes[axis]));
  if (!common.includes(true)) return undefined;
  const small = shape.map((n, axis) => (common[axis] ? 1 : n));
  const operands = inputs.map((x) => spread(x.inputs[0], small));
  return spreadTo(make(op, operands, attributes), shape);
};

const long = (shape: Shape): Shape => shape.filter((n) => n !== 1);

/** Axes of length 1 are put in and taken out after elementwise ops, so that chains of them meet. */
export const elementwiseReshape: Rule = ({ op, shape, inputs, attributes }) => {
  const first = inputs.find((x) => is(x, "reshape"));
  if (!first) return undefined;
  const under = first.inputs[0].shape;
  const fits = inputs.every(
    (x) => (is(x, "reshape") && sameShape(x.inputs[0].shape, under)) || numberOf(x) !== undefined,
  );
  if (!fits || !sameShape(long(under), long(shape))) return undefined;
  const operands = inputs.map((x) => (is(x, "reshape") ? x.inputs[0] : full(numberOf(x) as number, under, x.type)));
  return reshape(make(op, operands, attributes), shape);
};
