import { type Engine, hostKey, train } from "fluvial";
import { sizeOf } from "../src/core/shape.ts";
import { transpose } from "../src/engine/graph/build.ts";
import { make, type Node, placeholder } from "../src/engine/graph/node.ts";
import { instantiate } from "../src/engine/runtime/instance.ts";
import { hasRelaxedSimd } from "../src/engine/runtime/simd.ts";
import { emitProgram } from "../src/engine/wasm/program.ts";
import { cpuSeconds, type Figure, median } from "./figure.ts";
import { images, products, vae } from "./vaeProblem.ts";

/** One run of every matrix product of a step, and of nothing else. */
const productsProgram = (): (() => void) => {
  const inputs: Node<"input">[] = [];
  const input = (shape: readonly [number, number], transposed: boolean): Node => {
    const made = placeholder(inputs.length, "real", transposed ? [shape[1], shape[0]] : shape);
    inputs.push(made);
    return transposed ? transpose(made, [1, 0]) : made;
  };
  const outputs = products.map(({ size: [m, k, n], transposed }) =>
    make("matmul", [input([m, k], transposed === "left"), input([k, n], transposed === "right")], {}),
  );
  const emitted = emitProgram({ inputs, outputs }, { precision: "f32", relaxed: hasRelaxedSimd() });
  const module = new WebAssembly.Module(emitted.bytes as Uint8Array<ArrayBuffer>);
  const instance = instantiate(module, emitted, "f32");
  for (const slot of emitted.inputs)
    instance.write(
      slot,
      Float32Array.from({ length: sizeOf(slot.shape) }, (_, i) => Math.sin(i)),
    );
  instance.exports.setup();
  return () => void instance.exports.step();
};

const every = 20;

const microseconds = (run: () => void): number => {
  const began = cpuSeconds();
  run();
  return ((cpuSeconds() - began) / every) * 1e6;
};

/** A training step of the VAE, its matrix products alone, and how they compare: measured by turns, since the speed of a machine drifts. */
export const vaeStep = (engine: Engine): Figure[] => {
  const steps = train(engine, vae, { images: images() }, hostKey(1), { steps: 1e9, every, rate: 1e-3 });
  const chunks = steps[Symbol.iterator]();
  const product = productsProgram();
  const turns = Array.from({ length: 11 }, () => ({
    step: microseconds(() => void chunks.next()),
    products: microseconds(() => {
      for (let i = 0; i < every; i++) product();
    }),
  })).slice(2);
  steps.dispose();
  const figure = (name: string, unit: string, of: (turn: (typeof turns)[number]) => number): Figure => ({
    name: `vae/${name}`,
    engine: engine.name,
    value: median(turns.map(of)),
    unit,
  });
  return [
    figure("step", "µs", ({ step }) => step),
    figure("products", "µs", (turn) => turn.products),
    figure("step-by-products", "ratio", (turn) => turn.step / turn.products),
  ];
};
