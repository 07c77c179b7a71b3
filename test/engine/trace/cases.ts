/** Calls of tfjs, by the kernel that each is there for. */
import * as tf from "#tfjs";
import type { Tensor } from "../../../src/core/tensor.ts";
import type { HostArray } from "../../../src/engine/interpret/array.ts";
import { deviance, stirlingGap } from "../../../src/ops/deviance.ts";
import { logIncompleteGamma } from "../../../src/ops/incompleteGamma.ts";
import { cholesky, triangularSolve } from "../../../src/ops/linalg.ts";
import { log1pSquare } from "../../../src/ops/log1pSquare.ts";
import { luFactors } from "../../../src/ops/lu.ts";
import * as noise from "../../../src/ops/random.ts";
import * as sampling from "../../../src/ops/sampling.ts";
import * as special from "../../../src/ops/special.ts";
import { stopGradient } from "../../../src/ops/stopGradient.ts";
import { bool, int, real, wave } from "./both.ts";

export interface Case {
  readonly f: (inputs: Tensor[]) => unknown;
  readonly inputs: readonly HostArray[];
  /** tfjs's own kernel is this coarse. */
  readonly tolerance?: number;
}

type Cases = Readonly<Record<string, Case | readonly Case[]>>;

const edges = [
  Number.NEGATIVE_INFINITY,
  -40,
  -2.5,
  -1,
  -0.5,
  0,
  0.5,
  1,
  1.5,
  2.5,
  40,
  Number.POSITIVE_INFINITY,
  Number.NaN,
];
const line = real([edges.length], edges);
const positive = real([5], [0.3, 1, 1.7, 4, 12]);
const key = int([2], [12345, -6789]);
const pairs = real(
  [2, edges.length ** 2],
  [...edges.flatMap((a) => edges.map(() => a)), ...edges.flatMap(() => edges)],
);

const unary = (f: (x: Tensor) => Tensor, tolerance?: number): Case => ({ f: ([x]) => f(x), inputs: [line], tolerance });
const whole = (f: (x: Tensor) => Tensor): Case => ({ f: ([x]) => f(x), inputs: [int([5], [-7, -1, 0, 3, 46341])] });
const binary = (f: (a: Tensor, b: Tensor) => Tensor): Case[] => [
  { f: ([x]) => f(x.gather(tf.scalar(0, "int32")), x.gather(tf.scalar(1, "int32"))), inputs: [pairs] },
  { f: ([a, b]) => f(a, b), inputs: [wave(3, 1, 4), wave(2, 1)] },
];
const wholePair = (f: (a: Tensor, b: Tensor) => Tensor): Case => ({
  f: ([a, b]) => f(a, b),
  inputs: [int([6], [-7, 7, -7, 7, 2147483647, 5]), int([6], [2, -2, -3, 3, 2, 5])],
});
const logical = (f: (a: Tensor, b: Tensor) => Tensor): Case => ({
  f: ([a, b]) => f(a, b),
  inputs: [bool([4], [0, 0, 1, 1]), bool([4], [0, 1, 0, 1])],
});
const on = (inputs: readonly HostArray[], f: (...inputs: Tensor[]) => unknown, tolerance?: number): Case => ({
  f: (given) => f(...given),
  inputs,
  tolerance,
});
const withNaN = real([2, 3], [1, Number.NaN, 3, Number.NEGATIVE_INFINITY, 2, 0]);
const image = wave(2, 5, 6, 3);
const definite = real([2, 2, 2], [4, 1, 1, 3, 2, -0.5, -0.5, 1]);

const conv = (
  options: Partial<Record<"strides" | "dilations", number>>,
  pad: "same" | "valid" | number,
  outputs = 4,
): Case =>
  on([image, wave(3, 2, 3, outputs)], (x, w) =>
    tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, options.strides ?? 1, pad, "NHWC", options.dilations ?? 1),
  );

export const cases: Cases = {
  Exp: unary(tf.exp),
  Expm1: unary(tf.expm1),
  Log: unary(tf.log),
  Log1p: unary(tf.log1p),
  Sqrt: unary(tf.sqrt),
  Sign: [unary(tf.sign), whole(tf.sign)],
  Sin: unary(tf.sin),
  Cos: unary(tf.cos),
  Tan: unary(tf.tan),
  Asin: unary(tf.asin),
  Acos: unary(tf.acos),
  Atan: unary(tf.atan),
  Sinh: unary(tf.sinh),
  Cosh: unary(tf.cosh),
  Tanh: unary(tf.tanh),
  Asinh: unary(tf.asinh),
  Acosh: unary(tf.acosh),
  Atanh: unary(tf.atanh),
  Sigmoid: unary(tf.sigmoid),
  Softplus: unary(tf.softplus, 1e-6),
  Erf: unary(tf.erf, 2e-7),
  Floor: unary(tf.floor),
  Ceil: unary(tf.ceil),
  Round: unary(tf.round),
  Neg: [unary(tf.neg), whole(tf.neg)],
  Abs: [unary(tf.abs), whole(tf.abs)],
  Square: [unary(tf.square), on([int([3], [-3, 0, 46341])], (x) => x.square())],
  Reciprocal: unary(tf.reciprocal),
  Rsqrt: unary(tf.rsqrt),
  Relu: [unary(tf.relu), whole(tf.relu)],
  Relu6: unary(tf.relu6),
  LeakyRelu: unary((x) => tf.leakyRelu(x, 0.3)),
  Prelu: on([wave(3, 4), wave(4)], (x, a) => tf.prelu(x, a)),
  Elu: unary(tf.elu),
  EluGrad: on([wave(6), wave(6)], (dy, y) => tf.engine().runKernel("EluGrad", { dy, y })),
  Selu: unary(tf.selu),
  Step: unary((x) => tf.step(x, 0.25)),
  ClipByValue: unary((x) => tf.clipByValue(x, -0.7, 1.1)),
  IsNan: unary(tf.isNaN),
  IsInf: unary(tf.isInf),
  IsFinite: unary(tf.isFinite),

  Add: [...binary(tf.add), wholePair(tf.add)],
  AddN: on([wave(3), wave(3), wave(3)], (...xs) => tf.addN(xs)),
  Sub: [...binary(tf.sub), wholePair(tf.sub)],
  Multiply: [...binary(tf.mul), wholePair(tf.mul), logical(tf.mul)],
  RealDiv: [...binary(tf.div), on([int([2], [7, -7]), real([], [2])], (a, b) => tf.div(a, b))],
  FloorDiv: [wholePair(tf.div), on([wave(8), wave(1)], (a, b) => tf.floorDiv(a, b))],
  Mod: [...binary(tf.mod), wholePair(tf.mod)],
  Pow: [...binary(tf.pow), on([int([3], [2, -3, 0]), int([3], [10, 3, 0])], (a, b) => tf.pow(a, b))],
  Maximum: [...binary(tf.maximum), wholePair(tf.maximum), logical(tf.maximum)],
  Minimum: [...binary(tf.minimum), wholePair(tf.minimum), logical(tf.minimum)],
  SquaredDifference: [
    ...binary(tf.squaredDifference),
    on([int([2], [-7, 40000]), int([2], [2, 1])], (a, b) => tf.squaredDifference(a, b)),
  ],
  Atan2: binary(tf.atan2),
  Equal: [...binary(tf.equal), wholePair(tf.equal), logical(tf.equal)],
  NotEqual: binary(tf.notEqual),
  Less: [...binary(tf.less), wholePair(tf.less)],
  LessEqual: binary(tf.lessEqual),
  Greater: binary(tf.greater),
  GreaterEqual: binary(tf.greaterEqual),
  LogicalAnd: logical(tf.logicalAnd),
  LogicalOr: logical(tf.logicalOr),
  LogicalNot: [logical((a) => tf.logicalNot(a)), logical(tf.logicalXor)],
  Select: [
    on([wave(2, 3), wave(3)], (a, b) => tf.where(a.greater(b), a, tf.scalar(9))),
    on([bool([2], [0, 1]), int([2], [1, 2]), wave(2)], (c, a, b) => tf.where(c, a, b)),
  ],
  Cast: [
    on([real([7], [-2.7, -0.5, 0, 0.5, 2.7, Number.NaN, 3e9])], (x) => [x.cast("int32"), x.cast("bool")]),
    on([int([3], [-2, 0, 5])], (x) => [x.cast("float32"), x.cast("bool")]),
    on([bool([2], [0, 1])], (x) => [x.cast("float32"), x.cast("int32")]),
  ],

  Sum: [
    on([wave(3, 4, 2)], (x) => [x.sum(), x.sum(1), x.sum([0, 2], true), x.sum(-1)]),
    on([bool([2, 2], [1, 0, 1, 1])], (x) => x.sum(0)),
    on([int([2, 2], [2147483647, 1, 4, 5])], (x) => x.sum(0)),
    on([wave(0, 3)], (x) => x.sum(0)),
  ],
  Prod: on([wave(3, 4)], (x) => [x.prod(), x.prod(0), x.prod(1, true)]),
  Any: on([bool([2, 3], [0, 0, 0, 1, 0, 0])], (x) => [x.any(), x.any(1), x.any(0, true)]),
  All: on([bool([2, 3], [1, 1, 1, 1, 0, 0])], (x) => [x.all(), x.all(1), x.all(0, true)]),
  Max: [on([withNaN], (x) => [x.max(), x.max(0), x.max(1, true)]), on([int([3], [3, -1, 2])], (x) => x.max())],
  Min: [on([withNaN], (x) => [x.min(), x.min(0), x.min(1, true)]), on([int([3], [3, -1, 2])], (x) => x.min())],
  Mean: on([wave(3, 4)], (x) => [x.mean(), x.mean(0), x.mean(1, true), tf.moments(x, 0).variance]),
  ArgMax: on([real([2, 4], [1, 3, 3, 0, -1, -2, -1, -3])], (x) => [x.argMax(), x.argMax(1)]),
  ArgMin: on([real([2, 4], [1, 0, 3, 0, -1, -2, -3, -3])], (x) => [x.argMin(), x.argMin(1)]),
  Cumsum: on([wave(3, 4), int([3], [1, 2, 3])], (x, n) => [
    x.cumsum(1),
    x.cumsum(0, true),
    x.cumsum(1, false, true),
    x.cumsum(1, true, true),
    n.cumsum(),
  ]),
  Cumprod: on([wave(3, 4)], (x) => [
    x.cumprod(1),
    x.cumprod(0, true),
    x.cumprod(1, false, true),
    x.cumprod(1, true, true),
  ]),
  Softmax: [
    on([real([2, 3], [1000, 1001, 999, -1, 2, Number.NEGATIVE_INFINITY])], (x) => x.softmax()),
    on([wave(3, 4)], (x) => x.logSumExp(1)),
  ],
  LogSoftmax: on([real([2, 3], [1000, 1001, 999, -1, 2, 0.5])], (x) => tf.logSoftmax(x)),

  Identity: on([wave(3)], (x) => x.clone()),
  Reshape: on([wave(3, 4)], (x) => [x.reshape([2, -1]), x.flatten(), x.slice([0, 0], [1, 4]).squeeze()]),
  ExpandDims: on([wave(3)], (x) => [x.expandDims(), x.expandDims(-1), x.expandDims(1)]),
  Transpose: on([wave(2, 3, 4)], (x) => [x.transpose(), x.transpose([1, 0, 2])]),
  Tile: on([wave(2, 3)], (x) => [x.tile([2, 3]), x.tile([1, 2]), tf.broadcastTo(x.slice([0, 0], [1, 3]), [4, 2, 3])]),
  Slice: on([wave(4, 5)], (x) => [x.slice([1, 2], [2, -1]), x.slice(2), x.slice([1, 0], [0, 5])]),
  StridedSlice: on([wave(5, 6)], (x) => [
    tf.stridedSlice(x, [1, 5], [5, 0], [2, -2]),
    tf.stridedSlice(x, [-1, 0], [-4, 6], [-1, 1]),
    tf.stridedSlice(x, [2, 1], [3, 5], [1, 1], 0, 0, 0, 0, 1),
  ]),
  PadV2: on([wave(2, 3), int([2], [1, 2]), bool([2], [1, 0])], (x, n, b) => [
    x.pad([
      [1, 2],
      [0, 1],
    ]),
    x.pad(
      [
        [1, 0],
        [2, 2],
      ],
      Number.NEGATIVE_INFINITY,
    ),
    n.pad([[1, 1]]),
    b.pad([[1, 1]]),
  ]),
  MirrorPad: on([wave(3, 4)], (x) => [
    tf.mirrorPad(
      x,
      [
        [1, 2],
        [3, 0],
      ],
      "reflect",
    ),
    tf.mirrorPad(
      x,
      [
        [1, 2],
        [3, 0],
      ],
      "symmetric",
    ),
  ]),
  Concat: on([wave(2, 3), wave(2, 1), wave(2, 0)], (a, b, none) => [
    tf.concat([a, b], 1),
    tf.concat([a, none, b], -1),
    tf.concat([none, none], 1),
  ]),
  Pack: on([wave(2, 3), wave(2, 3)], (a, b) => [tf.stack([a, b]), tf.stack([a, b], 1), tf.stack([a, b], -1)]),
  Unpack: on([wave(2, 3)], (x) => [tf.unstack(x), tf.unstack(x, 1)]),
  SplitV: on([wave(4, 6)], (x) => [tf.split(x, 3, 1), tf.split(x, [1, 3]), tf.split(x, [2, -1, 1], 1)]),
  SpaceToBatchND: on([wave(2, 4, 5, 3)], (x) => [
    tf.spaceToBatchND(
      x,
      [2, 3],
      [
        [0, 0],
        [0, 1],
      ],
    ),
    tf.spaceToBatchND(x, [2], [[1, 1]]),
  ]),
  BatchToSpaceND: on([wave(12, 2, 2, 3)], (x) => [
    tf.batchToSpaceND(
      x,
      [2, 3],
      [
        [1, 0],
        [0, 2],
      ],
    ),
    tf.batchToSpaceND(x, [2], [[0, 1]]),
  ]),
  Reverse: on([wave(2, 3)], (x) => [x.reverse(), x.reverse(1), x.reverse([0])]),
  Fill: on([wave(2)], (x) => [tf.fill([2, 2], 0.1), tf.fill([2], 3, "int32"), x.mul(tf.fill([2], -0))]),
  ZerosLike: on([wave(2, 3)], (x) => [tf.zerosLike(x), tf.zeros([2, 2]), tf.zeros([2], "bool")]),
  OnesLike: on([int([2], [3, 4])], (x) => [tf.onesLike(x), tf.ones([3], "int32")]),
  Range: on([], () => [tf.range(0, 5), tf.range(5, 0, -2), tf.range(0, 4, 1, "int32"), tf.range(3, 0), tf.range(1, 1)]),
  LinSpace: on([], () => tf.linspace(0, 1, 7)),

  GatherV2: [
    on([wave(4, 3), int([2, 2], [3, 0, 1, 3])], (x, i) => [
      x.gather(i),
      x.gather(tf.tensor1d([2, 0], "int32"), 1),
      tf.gather(x, i.slice(0, 1), 0),
    ]),
    on([wave(2, 3, 4), int([2, 2], [2, 0, 1, 1])], (x, i) => [tf.gather(x, i, 1, 1), tf.gather(x, i, 2, 1)]),
  ],
  GatherNd: on([wave(3, 4, 2), int([2, 2], [0, 3, 2, 1])], (x, i) => tf.gatherND(x, i)),
  ScatterNd: on([int([3, 1], [2, 0, 2]), wave(3, 2)], (i, x) => tf.scatterND(i, x, [4, 2])),
  UnsortedSegmentSum: on([wave(4, 2), int([4], [2, 0, 2, 1])], (x, i) => tf.unsortedSegmentSum(x, i as tf.Tensor1D, 4)),
  OneHot: on([int([4], [0, 2, -1, 5])], (i) => [tf.oneHot(i, 3), tf.oneHot(i, 3, 2.5, -1, "float32")]),
  Diag: on([wave(3)], (x) => [tf.diag(x), tf.eye(3)]),

  BatchMatMul: [
    on([wave(3, 4), wave(4, 2)], (a, b) => [tf.matMul(a, b), tf.matMul(b, a, true, true), tf.dot(a, b)]),
    on([wave(2, 3, 4), wave(1, 4, 2)], (a, b) => tf.matMul(a, b)),
    on([int([2, 2], [1, 2, 3, 4]), int([2, 2], [5, 6, 7, 8])], (a, b) => tf.matMul(a, b)),
  ],
  _FusedMatMul: on([wave(3, 4), wave(4, 2), wave(2)], (a, b, bias) => [
    tf.fused.matMul({ a, b, bias, activation: "relu" }),
    tf.fused.matMul({ a, b, activation: "sigmoid" }),
    tf.fused.matMul({ a, b, bias, activation: "leakyrelu", leakyreluAlpha: 0.1 }),
  ]),
  Einsum: [
    on([wave(2, 3, 4), wave(4, 2, 5)], (a, b) => [
      tf.einsum("ijk,kil->jli", a, b),
      tf.einsum("ijk,kil->", a, b),
      tf.einsum("ijk,kil->lijk", a, b),
    ]),
    on([wave(3, 4)], (a) => [tf.einsum("ij->ji", a), tf.einsum("ij->j", a)]),
    on([wave(5), wave(5)], (a, b) => [tf.einsum("i,i->", a, b), tf.einsum("i,i->i", a, b), tf.einsum("i,j->ij", a, b)]),
  ],
  FusedBatchNorm: on([wave(2, 3, 4), positive], (x, v) => {
    const four = v.slice(0, 4) as tf.Tensor1D;
    return [tf.batchNorm(x, four, four), tf.batchNorm(x, four, four, four.neg() as tf.Tensor1D, four, 0.1)];
  }),

  Conv2D: [
    conv({}, "same"),
    conv({ strides: 2 }, "same"),
    conv({ strides: 2 }, "valid"),
    conv({ dilations: 2 }, "same"),
    conv({}, 1),
    // Fewer channels come out than go in: another formula, but where it strides.
    conv({}, "same", 2),
    conv({}, "valid", 1),
    conv({}, 1, 2),
    conv({ dilations: 2 }, "same", 2),
    conv({ strides: 2 }, "same", 2),
    on([wave(2, 3, 5, 6), wave(3, 2, 3, 4)], (x, w) =>
      tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 1, "same", "NCHW"),
    ),
    on([wave(2, 7, 3), wave(3, 3, 2)], (x, w) => tf.conv1d(x as tf.Tensor3D, w as tf.Tensor3D, 2, "same")),
  ],
  Conv2DBackpropInput: on([wave(2, 3, 3, 4), wave(3, 2, 3, 4)], (y, w) =>
    tf.conv2dTranspose(y as tf.Tensor4D, w as tf.Tensor4D, [2, 5, 6, 3], 2, "same"),
  ),
  Conv2DBackpropFilter: on([image, wave(2, 5, 6, 4)], (x, dy) =>
    tf.engine().runKernel("Conv2DBackpropFilter", { x, dy }, {
      strides: 1,
      pad: "same",
      dataFormat: "NHWC",
      filterShape: [3, 2, 3, 4],
    } as unknown as tf.NamedAttrMap),
  ),
  FusedConv2D: on([image, wave(3, 2, 3, 4), wave(4)], (x, filter, bias) =>
    tf.fused.conv2d({
      x: x as tf.Tensor4D,
      filter: filter as tf.Tensor4D,
      bias,
      strides: 1,
      pad: "same",
      activation: "relu",
    }),
  ),
  DepthwiseConv2dNative: on([image, wave(3, 2, 3, 2)], (x, w) => [
    tf.depthwiseConv2d(x as tf.Tensor4D, w as tf.Tensor4D, 1, "same"),
    tf.depthwiseConv2d(x as tf.Tensor4D, w as tf.Tensor4D, 2, "valid"),
  ]),
  FusedDepthwiseConv2D: on([image, wave(3, 2, 3, 2), wave(6)], (x, filter, bias) =>
    tf.fused.depthwiseConv2d({
      x: x as tf.Tensor4D,
      filter: filter as tf.Tensor4D,
      bias,
      strides: 1,
      pad: "same",
      activation: "relu6",
    }),
  ),
  MaxPool: on([image], (x) => [
    tf.maxPool(x as tf.Tensor4D, 2, 2, "valid"),
    tf.maxPool(x as tf.Tensor4D, 3, 2, "same"),
    tf.maxPool(x as tf.Tensor4D, [2, 3], 1, 1),
  ]),
  AvgPool: on([image], (x) => [
    tf.avgPool(x as tf.Tensor4D, 2, 2, "valid"),
    tf.avgPool(x as tf.Tensor4D, 3, 2, "same"),
    tf.avgPool(x as tf.Tensor4D, [2, 3], 1, 1),
  ]),

  FluvialExp: unary(special.exp),
  FluvialSigmoid: unary(special.sigmoid),
  FluvialTanh: unary(special.tanh),
  FluvialSoftplus: unary(special.softplus),
  FluvialLog1mexp: unary(special.log1mexp),
  FluvialLog1pSquare: unary(log1pSquare),
  FluvialErf: unary(special.erf),
  FluvialErfc: unary(special.erfc),
  FluvialErfinv: unary(special.erfinv),
  FluvialNormalCdf: unary(special.normalCdf),
  FluvialNormalLogCdf: unary(special.normalLogCdf),
  FluvialInverseMills: unary(special.inverseMills),
  FluvialNormalQuantile: unary(special.normalQuantile),
  FluvialDigamma: unary(special.digamma),
  FluvialLgamma: unary(special.lgamma),
  FluvialPolygamma: on([positive], (x) => special.polygamma(2, x)),
  FluvialStirlingGap: on([positive], (x) => stirlingGap(x)),
  FluvialSpecial: on([positive, real([], [2.5])], (a, x) => logIncompleteGamma(a, x)),
  FluvialGammaShapeSlope: on([positive], (a) => sampling.gammaShapeSlope(a, a)),
  FluvialLogBeta: on([positive, real([], [2.5])], (a, b) => special.logBeta(a, b)),
  FluvialDeviance: on([positive, real([], [2.5])], (a, b) => deviance(a, b)),
  FluvialStopGradient: on([wave(3)], (x) => stopGradient(x)),
  FluvialCholesky: on([definite], (a) => cholesky(a)),
  FluvialLu: on([wave(2, 3, 3)], (a) => luFactors(a)),
  FluvialTriangularSolve: on([definite, wave(2, 2, 3)], (a, b) => [
    triangularSolve(a, b),
    triangularSolve(a, b, { transpose: true }),
    triangularSolve(a, b, { lower: false }),
  ]),
  FluvialUniform: on([key], (k) => noise.uniform(k as never, [2, 3])),
  FluvialNormal: on([key], (k) => noise.normal(k as never, [7])),
  FluvialSplit: on([key], (k) => [noise.splitMany(k as never, 3), noise.split(k as never, 2)]),
  FluvialFold: on([key, int([], [7])], (k, i) => noise.fold(k as never, i as tf.Scalar)),
  FluvialGamma: on([key, positive], (k, a) => sampling.gamma(k as never, a)),
  FluvialLogGamma: on([key, real([3], [1e-4, 0.5, 3])], (k, a) => sampling.logGamma(k as never, a)),
  FluvialPoisson: on([key, positive], (k, a) => sampling.poisson(k as never, a)),
  FluvialBinomial: on([key, real([3], [5, 50, 200])], (k, n) => sampling.binomial(k as never, n, tf.scalar(0.3))),
};
