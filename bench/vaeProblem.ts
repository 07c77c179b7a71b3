import { hostKey, type Problem, type Scalar, type Stateless, softplus, type Tensor } from "fluvial";
import * as tf from "#tfjs";
import { hostUniforms, type Key } from "../src/core/key.ts";
import { fromHost } from "../src/core/tensor.ts";
import { integers, normal, split, uniform } from "../src/ops/random.ts";

/** Pixels, hidden units of either network, latents, images a step. */
export const size = { pixels: 784, hidden: 400, latents: 20, batch: 128 } as const;

interface Dense {
  readonly w: Tensor;
  readonly b: Tensor;
}

export interface VaeParameters {
  readonly encode: Dense;
  readonly mean: Dense;
  readonly logVariance: Dense;
  readonly decode: Dense;
  readonly logits: Dense;
}

/** Uniform within 1/√inputs either way, as PyTorch's Linear begins. */
const dense = (key: Key, inputs: number, outputs: number): Dense => {
  const [forWeights, forBiases] = split(key, 2);
  const draw = (from: Key, shape: readonly number[]): Tensor =>
    uniform(from, shape).mul(2).sub(1).div(Math.sqrt(inputs));
  return { w: draw(forWeights, [inputs, outputs]), b: draw(forBiases, [outputs]) };
};

const linear = (x: Tensor, { w, b }: Dense): Tensor => tf.matMul(x as tf.Tensor2D, w as tf.Tensor2D).add(b);

const init = (key: Key): VaeParameters => {
  const keys = split(key, 5);
  const { pixels, hidden, latents } = size;
  return {
    encode: dense(keys[0], pixels, hidden),
    mean: dense(keys[1], hidden, latents),
    logVariance: dense(keys[2], hidden, latents),
    decode: dense(keys[3], latents, hidden),
    logits: dense(keys[4], hidden, pixels),
  };
};

/** The negative bound of images x [batch, pixels], a mean over them; the divergence in closed form. Kingma & Welling 2014, eq. 10. */
const negativeBound = (parameters: VaeParameters, x: Tensor, key: Key): Scalar => {
  const hidden = linear(x, parameters.encode).relu();
  const mean = linear(hidden, parameters.mean);
  const logVariance = linear(hidden, parameters.logVariance);
  const z = mean.add(logVariance.mul(0.5).exp().mul(normal(key, mean.shape)));
  const logits = linear(linear(z, parameters.decode).relu(), parameters.logits);
  const logLikelihood = x.mul(logits).sub(softplus(logits)).sum();
  const divergence = mean.square().add(logVariance.exp()).sub(logVariance).sub(1).sum().mul(0.5);
  return divergence.sub(logLikelihood).div(size.batch) as Scalar;
};

/** A VAE 784-400-20 with Bernoulli pixels; each step takes its batch at random from images [count, pixels]. */
export const vae: Problem<VaeParameters, Stateless, { readonly images: Tensor }> = {
  init: (key) => ({ params: init(key), state: {} }),
  loss: (parameters, state, key, { images }) => {
    const [forRows, forNoise] = split(key, 2);
    const rows = integers(forRows, images.shape[0], [size.batch]);
    const x = images.gather(rows as tf.Tensor1D);
    return { loss: negativeBound(parameters, x, forNoise), state, metrics: {} };
  },
};

/** Images with as much ink as MNIST's: each pixel 1 with probability 0.13. */
export const images = (count = 60 * size.batch): Tensor => {
  const next = hostUniforms(hostKey(784));
  return fromHost(
    Float32Array.from({ length: count * size.pixels }, () => (next() < 0.13 ? 1 : 0)),
    [count, size.pixels],
  );
};

/** Every matrix product of a step: m × k × n, and which operand is read transposed. */
export const products: readonly {
  readonly size: readonly [m: number, k: number, n: number];
  readonly transposed?: "left" | "right";
}[] = (() => {
  const { pixels, hidden, latents, batch } = size;
  const layer = (inputs: number, outputs: number, backwards = true) =>
    [
      { size: [batch, inputs, outputs] },
      { size: [inputs, batch, outputs], transposed: "left" },
      ...(backwards ? [{ size: [batch, outputs, inputs], transposed: "right" } as const] : []),
    ] as const;
  return [
    ...layer(pixels, hidden, false),
    ...layer(hidden, latents),
    ...layer(hidden, latents),
    ...layer(latents, hidden),
    ...layer(hidden, pixels),
  ];
})();
