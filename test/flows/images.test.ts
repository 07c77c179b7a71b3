import { describe, expect, it } from "vitest";
import * as tf from "#tfjs";
import { inDouble } from "../../src/core/double.ts";
import { hostKey } from "../../src/core/key.ts";
import { range } from "../../src/core/shape.ts";
import { fromHost, hostValues, type Tensor } from "../../src/core/tensor.ts";
import { leaves } from "../../src/core/tree.ts";
import { compiledEngine } from "../../src/engine/compiled.ts";
import type { Flow } from "../../src/flows/flow.ts";
import { glow } from "../../src/flows/glow.ts";
import { channelCoupling, checkerboardCoupling } from "../../src/flows/parts/convCoupling.ts";
import { alternating } from "../../src/flows/parts/halves.ts";
import { perPixel } from "../../src/flows/parts/image.ts";
import { linearLayer } from "../../src/flows/parts/linear.ts";
import { realNvp } from "../../src/flows/realNvp.ts";
import { convNetwork } from "../../src/nn/conv.ts";
import { gradient } from "../../src/ops/gradient.ts";
import { key, normal } from "../../src/ops/random.ts";
import { affineMonotone } from "../../src/transforms/monotone/affine.ts";
import { squeezeMap } from "../../src/transforms/squeeze.ts";
import { moved } from "../guides/table.ts";
import { apart, known, layersOf, tensorOf } from "./couplingKnown.ts";
import { jacobianOf } from "./jacobian.ts";

const exactly = (f: () => void): void => inDouble(() => tf.tidy(f));
const far = <P>(flow: Flow<P>, spread = 0.5, seed = 1): P => moved(flow.init(key(hostKey(seed))), spread, seed + 1);

describe("a squeeze", () => {
  it("is numpy's, there and back", () =>
    exactly(() => {
      const { image, value } = known.squeeze;
      const x = tf.range(0, 48).as1D();
      const map = squeezeMap(image);
      expect([...hostValues(map.forward(x).value)]).toEqual(value.values);
      expect([...hostValues(map.inverse(map.forward(x).value).value)]).toEqual(range(48));
      expect(hostValues(map.forward(x).logDet)[0]).toBe(0);
    }));

  it("undoes what TensorFlow.js calls depthToSpace", () =>
    exactly(() => {
      const deep = normal(key(hostKey(1)), [2, 3, 2, 12]);
      const flat = tf.depthToSpace(deep as tf.Tensor4D, 2).reshape([2, 72]);
      expect([...hostValues(squeezeMap([6, 4, 3]).forward(flat).value)]).toEqual([...hostValues(deep)]);
    }));

  it("refuses an odd side", () =>
    expect(() => squeezeMap([4, 3, 1])).toThrow("expected an even height and width, got an image of shape [4, 3, 1]"));
});

describe("a convolutional network", () => {
  it("is scipy's, residual block and all", () =>
    exactly(() => {
      const { x, hidden, blocks, filters, value } = known.network;
      const network = convNetwork({ inputs: 2, outputs: 2, hidden, blocks });
      const image = tensorOf(x).expandDims(0);
      expect(apart(hostValues(network.at(layersOf(filters))(image)), value.values)).toBeLessThan(1e-13);
      const shapes = (tree: unknown) => leaves(tree).map(({ shape }) => shape);
      expect(shapes(network.init(key(hostKey(1))))).toEqual(shapes(layersOf(filters)));
    }));

  it("begins as 0", () =>
    exactly(() => {
      const network = convNetwork({ inputs: 1, outputs: 2, hidden: [3, 3], blocks: 2 });
      const made = network.at(network.init(key(hostKey(1))))(normal(key(hostKey(2)), [2, 4, 3, 1]));
      expect(made.shape).toEqual([2, 4, 3, 2]);
      expect(Math.max(...hostValues(made.abs()))).toBe(0);
    }));

  it("compiles, and its slopes too, to the same numbers as op by op", () => {
    const network = convNetwork({ inputs: 2, outputs: 2, hidden: [4, 3], blocks: 1, activation: "relu" });
    const warnings: string[] = [];
    const engine = compiledEngine("f64", { warn: (message) => warnings.push(message) });
    const program = (): Tensor[] => {
      const params = moved(network.init(key(hostKey(1))), 0.5, 2);
      const x = normal(key(hostKey(3)), [2, 5, 4, 2]);
      const total = (at: unknown) =>
        network
          .at(at as typeof params)(x)
          .square()
          .sum() as tf.Scalar;
      const { value, gradient: slopes } = gradient(total)(params);
      return [value, ...leaves(slopes)];
    };
    const compiled = engine.compile(program)();
    const eager = inDouble(() => tf.tidy(program));
    expect(warnings).toEqual([]);
    for (const [i, tensor] of eager.entries())
      expect(apart(hostValues(compiled[i]), hostValues(tensor)), `output ${i}`).toBeLessThan(1e-11);
    tf.dispose([...compiled, ...eager]);
  });
});

describe("layers of images", () => {
  it("a linear layer at every pixel is a 1 × 1 convolution", () =>
    exactly(() => {
      const flow = perPixel(linearLayer(3, "plu", { seed: 1 }), [4, 2, 3]);
      const params = far(flow);
      const x = normal(key(hostKey(3)), [5, 24]);
      const own = linearLayer(3, "plu", { seed: 1 }).at(params);
      const [rows, shift] = [own.forward(tf.eye(3)), own.forward(tf.zeros([3]))];
      const matrix = rows.value.sub(shift.value);
      const filter = matrix.reshape([1, 1, 3, 3]) as tf.Tensor4D;
      const want = tf.conv2d(x.reshape([5, 4, 2, 3]) as tf.Tensor4D, filter, 1, "same").add(shift.value);
      const got = flow.at(params).forward(x);
      expect(apart(hostValues(got.value), hostValues(want))).toBeLessThan(1e-13);
      const once = hostValues(shift.logDet)[0];
      expect(
        apart(
          hostValues(got.logDet),
          range(5).map(() => 8 * once),
        ),
      ).toBeLessThan(1e-13);
    }));

  /** The inputs each output depends on, as coordinates of [row, column, channel]. */
  const movedBy = (flow: Flow<unknown>, size: number): boolean[] => {
    const x = range(size).map((i) => Math.sin(3 * i + 1));
    return jacobianOf(flow.at(far(flow)), x).map((row, i) => row.some((v, j) => j !== i && Math.abs(v) > 1e-9));
  };
  const network = { hidden: [4], activation: "tanh", monotone: affineMonotone } as const;

  it.each([0, 1] as const)("a checkerboard coupling of parity %i moves every second pixel", (parity) =>
    exactly(() => {
      const flow = checkerboardCoupling({ ...network, image: [3, 3, 2] }, parity);
      const want = range(18).map((i) => {
        const [row, column] = [Math.floor(i / 6), Math.floor(i / 2) % 3];
        return (row + column) % 2 !== parity;
      });
      expect(movedBy(flow, 18)).toEqual(want);
      const jacobian = jacobianOf(
        flow.at(far(flow)),
        range(18).map((i) => Math.sin(3 * i + 1)),
      );
      // What moves is moved by what stays alone.
      for (const [i, row] of jacobian.entries())
        for (const [j, v] of row.entries()) if (i !== j && want[j]) expect(Math.abs(v)).toBeLessThan(1e-9);
    }),
  );

  it("a channel coupling moves half of the channels", () =>
    exactly(() => {
      const image = [2, 2, 4] as const;
      const moving = (i: number) => movedBy(channelCoupling({ ...network, image }, alternating(4, i)), 16);
      expect(moving(0)).toEqual(range(16).map((i) => i % 4 >= 2));
      expect(moving(1)).toEqual(range(16).map((i) => i % 4 < 2));
    }));
});

describe("images on several scales", () => {
  it("let half of the squeezed channels leave at each", () =>
    exactly(() => {
      // Two scales whose networks begin as 0: RealNVP then only cuts and squeezes.
      const flow = realNvp({ image: [4, 4, 1], levels: 2, layers: 1, hidden: 2 }).flow(16);
      const image = range(16);
      const { value } = flow.at(flow.init(key(hostKey(1)))).inverse(fromHost(image, [16]));
      const blocks = [0, 2, 8, 10];
      // The upper pixels of every block leave; of the lower ones, an image [2, 2, 2], the block's upper ones first.
      const upper = blocks.flatMap((corner) => [corner, corner + 1]);
      const lower = blocks.flatMap((corner) => [corner + 4, corner + 5]);
      expect([...hostValues(value)]).toEqual([...upper, ...lower]);
    }));

  it("of Glow, prepared by data, begin as standard noise", () =>
    exactly(() => {
      const flow = glow({ image: [4, 4, 1], levels: 2, layers: 2, hidden: 3 }).flow(16);
      const data = normal(key(hostKey(3)), [50, 16])
        .mul(tf.range(1, 17))
        .add(30);
      const params = flow.prepare?.(flow.init(key(hostKey(1))), data, "after");
      const noise = flow.at(params).inverse(data).value;
      // Channel by channel: 4 pixels of 2 channels leave first, then 1 pixel of 8.
      const first = tf.moments(noise.slice([0, 0], [50, 8]).reshape([200, 2]), 0);
      const second = tf.moments(noise.slice([0, 8], [50, 8]), 0);
      for (const { mean, variance } of [first, second]) {
        expect(apart(hostValues(mean), hostValues(tf.zerosLike(mean)))).toBeLessThan(1e-12);
        expect(apart(hostValues(variance), hostValues(tf.onesLike(variance)))).toBeLessThan(1e-12);
      }
    }));

  it.each([
    [
      () => glow({ image: [28, 28, 1], levels: 3 }),
      "glow: each level halves height and width, so that for levels = 3 both have to be multiples of 8; got an image of shape [28, 28, 1]",
    ],
    [() => realNvp({ image: [5, 4, 1] }), "multiples of 2; got an image of shape [5, 4, 1]"],
    [() => glow({ image: [4, 4] as never }), "glow: image: expected [height, width, channels], got [4,4]"],
    [() => glow({ image: [4, 4, 0] }), "glow: image: expected a whole number from 1, got 0"],
    [
      () => glow({ image: [4, 4, 1] }).flow(15),
      "glow: an image of shape [4, 4, 1] is a vector of size 16, got one of size 15",
    ],
    [() => realNvp({ image: [4, 4, 1], mask: "half" }), 'realNvp of images: unknown option "mask"'],
  ])("refuses case %#", (make, message) => expect(make).toThrow(message));
});
