/** Convolutions and pools: padding, one strided slice for each place of the filter, then a matrix product or a reduction. */
import * as tf from "#tfjs";
import { range } from "../../../core/shape.ts";
import { reverse } from "../../differentiate/reverse.ts";
import {
  add,
  concat,
  div,
  full,
  matmul,
  maximum,
  mul,
  pad,
  reshape,
  slice,
  sliceAlong,
  toReal,
  transpose,
} from "../../graph/build.ts";
import { constant, type Node, placeholder } from "../../graph/node.ts";
import { type Lowerings, lower } from "../lowering.ts";
import { finish } from "./algebra.ts";

type Info = tf.backend_util.Conv2DInfo;
type Attributes = Pick<tf.Conv2DAttrs, "strides" | "pad" | "dimRoundingMode"> & {
  readonly dilations?: tf.Conv2DAttrs["dilations"];
  readonly dataFormat?: tf.Conv2DAttrs["dataFormat"];
};
type Image = [number, number, number, number];

/** How far an axis must be padded at its end for `count` windows. */
const after = (n: number, before: number, count: number, stride: number, width: number): number =>
  Math.max(0, (count - 1) * stride + width - before - n);

/** x with as much around it as windows reach beyond its edges. */
const surrounded = (x: Node, info: Info, value: number): Node => {
  const { padInfo, outHeight, outWidth, strideHeight, strideWidth } = info;
  const [, height, width] = x.shape;
  const bottom = after(height, padInfo.top, outHeight, strideHeight, info.effectiveFilterHeight);
  const right = after(width, padInfo.left, outWidth, strideWidth, info.effectiveFilterWidth);
  return pad(x, [0, padInfo.top, padInfo.left, 0], [0, bottom, right, 0], value);
};

/** What one place of the filter sees from every window: of a surrounded [b, h, w, c], [b, outHeight, outWidth, c]. */
const viewFrom = (surroundedX: Node, info: Info, place: number): Node => {
  const { outHeight, outWidth, strideHeight, strideWidth, filterWidth } = info;
  const row = Math.floor(place / filterWidth) * info.dilationHeight;
  const column = (place % filterWidth) * info.dilationWidth;
  const [batch, , , channels] = surroundedX.shape;
  return slice(
    surroundedX,
    [0, row, column, 0],
    [batch, outHeight, outWidth, channels],
    [1, strideHeight, strideWidth, 1],
  );
};

const placesOf = (info: Info): number[] => range(info.filterHeight * info.filterWidth);

/** For each place of the filter, row by row, what it sees from every window: x [b, h, w, c] → [b, outHeight, outWidth, c]. */
const views = (x: Node, info: Info, padding: number): Node[] => {
  const wide = surrounded(x, info, padding);
  return placesOf(info).map((place) => viewFrom(wide, info, place));
};

const describe = (x: Node, filter: Node, attributes: Attributes, depthwise: boolean): Info =>
  tf.backend_util.computeConv2DInfo(
    [...x.shape] as Image,
    [...filter.shape] as Image,
    attributes.strides,
    attributes.dilations ?? 1,
    attributes.pad,
    attributes.dimRoundingMode,
    depthwise,
  );

/** Every window's pixels in one row, times the filter: moves as many numbers a pixel as the filter has inputs. */
const byWindows = (x: Node, filter: Node, info: Info): Node => {
  const patches = concat(views(x, info, 0), 3);
  const { batchSize, outHeight, outWidth, outChannels } = info;
  const depth = patches.shape[3];
  const rows = reshape(patches, [batchSize * outHeight * outWidth, depth]);
  return reshape(matmul(rows, reshape(filter, [depth, outChannels])), [batchSize, outHeight, outWidth, outChannels]);
};

/** Every pixel times each place of the filter, then the sum of these, each moved to its place: moves less where outputs are fewer. */
const byPlaces = (x: Node, filter: Node, info: Info): Node => {
  const [batch, height, width, inputs] = x.shape;
  const { outChannels } = info;
  const places = placesOf(info);
  const weights = transpose(reshape(filter, [places.length, inputs, outChannels]), [1, 0, 2]);
  const rows = reshape(x, [batch * height * width, inputs]);
  const products = reshape(matmul(rows, reshape(weights, [inputs, places.length * outChannels])), [
    batch,
    height,
    width,
    places.length * outChannels,
  ]);
  return places
    .map((place) => surrounded(sliceAlong(products, 3, place * outChannels, outChannels), info, 0))
    .map((moved, place) => viewFrom(moved, info, place))
    .reduce(add);
};

/** x [b, h, w, c], filter [h, w, c, n] → [b, outHeight, outWidth, n]. */
const convolve = (x: Node, filter: Node, info: Info): Node => {
  const everyPixel = info.strideHeight === 1 && info.strideWidth === 1;
  return (everyPixel && info.outChannels < x.shape[3] ? byPlaces : byWindows)(x, filter, info);
};

const channelsLast = [0, 2, 3, 1];
const channelsFirst = [0, 3, 1, 2];

/** A formula for channels last, where they may stand first. */
const inFormat = (format: string | undefined, x: Node, f: (x: Node) => Node): Node =>
  format === "NCHW" ? transpose(f(transpose(x, channelsLast)), channelsFirst) : f(x);

const conv2d = (x: Node, filter: Node, attributes: Attributes): Node =>
  inFormat(attributes.dataFormat, toReal(x), (image) =>
    convolve(image, toReal(filter), describe(image, filter, attributes, false)),
  );

/** x [b, h, w, c], filter [h, w, c, m] → [b, outHeight, outWidth, c · m]. */
const depthwise = (x: Node, filter: Node, attributes: Attributes): Node =>
  inFormat(attributes.dataFormat, x, (image) => {
    const info = describe(image, filter, attributes, true);
    const [height, width, channels, each] = filter.shape;
    const weights = reshape(filter, [height * width, channels, each]);
    const terms = views(image, info, 0).map((view, place) =>
      mul(
        reshape(view, [...view.shape, 1]),
        reshape(slice(weights, [place, 0, 0], [1, channels, each]), [channels, each]),
      ),
    );
    return reshape(terms.reduce(add), [info.batchSize, info.outHeight, info.outWidth, channels * each]);
  });

const poolInfo = (x: Node, { filterSize, strides, pad: padding, dimRoundingMode }: tf.MaxPoolAttrs): Info =>
  tf.backend_util.computePool2DInfo([...x.shape] as Image, filterSize, strides, 1, padding, dimRoundingMode);

const maxPool = (x: Node, attributes: tf.MaxPoolAttrs): Node =>
  views(x, poolInfo(x, attributes), Number.NEGATIVE_INFINITY).reduce(maximum);

/** How many places along an axis each window has inside the image. */
const inside = (n: number, before: number, count: number, stride: number, width: number): number[] =>
  range(count).map((i) => {
    const begin = i * stride - before;
    return Math.min(n, begin + width) - Math.max(0, begin);
  });

const avgPool = (x: Node, attributes: tf.AvgPoolAttrs): Node => {
  const info = poolInfo(x, attributes);
  const { padInfo, outHeight, outWidth } = info;
  const rows = inside(x.shape[1], padInfo.top, outHeight, info.strideHeight, info.filterHeight);
  const columns = inside(x.shape[2], padInfo.left, outWidth, info.strideWidth, info.filterWidth);
  const counts = rows.flatMap((row) => columns.map((column) => row * column));
  return div(views(x, info, 0).reduce(add), constant(Float64Array.from(counts), [outHeight, outWidth, 1]));
};

/** The gradient of a function that is linear in what has this shape: its value there does not matter. */
const transposed = (shape: readonly number[], f: (x: Node) => Node, dy: Node): Node => {
  const x = placeholder(0, "real", shape);
  return reverse([f(x)], [dy], [x])[0] ?? full(0, shape);
};

export const convolution: Lowerings = {
  Conv2D: lower<tf.Conv2DAttrs>(({ x, filter }, attributes) => conv2d(x, filter, attributes)),
  Conv2DBackpropInput: lower<tf.Conv2DBackpropInputAttrs>(({ dy, filter }, attributes) =>
    transposed(attributes.inputShape, (x) => conv2d(x, filter, attributes), dy),
  ),
  Conv2DBackpropFilter: lower<tf.Conv2DBackpropFilterAttrs>(({ x, dy }, attributes) =>
    transposed(attributes.filterShape, (filter) => conv2d(x, filter, attributes), dy),
  ),
  FusedConv2D: lower<tf.FusedConv2DAttrs>((inputs, attributes) =>
    inFormat(attributes.dataFormat, inputs.x, (x) =>
      finish(conv2d(x, inputs.filter, { ...attributes, dataFormat: "NHWC" }), inputs, attributes),
    ),
  ),
  DepthwiseConv2dNative: lower<tf.DepthwiseConv2dNativeAttrs>(({ x, filter }, attributes) =>
    depthwise(x, filter, attributes),
  ),
  FusedDepthwiseConv2D: lower<tf.FusedDepthwiseConv2DAttrs>((inputs, attributes) =>
    inFormat(attributes.dataFormat, inputs.x, (x) =>
      finish(depthwise(x, inputs.filter, { ...attributes, dataFormat: "NHWC" }), inputs, attributes),
    ),
  ),
  MaxPool: lower<tf.MaxPoolAttrs>(({ x }, attributes) => maxPool(x, attributes)),
  AvgPool: lower<tf.AvgPoolAttrs>(({ x }, attributes) => avgPool(x, attributes)),
};
