/** `npx tsx bench/matmul.ts [--relaxed] [NAME…]`: GFLOP/s of matrix products by size and layout, on one core. */
import { setFlagsFromString } from "node:v8";
import type { Precision } from "../src/core/double.ts";
import { moduleBuilder } from "../src/engine/wasm/assembler.ts";
import { type View, widthOf } from "../src/engine/wasm/context.ts";
import { matmul } from "../src/engine/wasm/kernels/matmul/matmul.ts";
import { mathLibrary } from "../src/engine/wasm/math/library.ts";

type Layout = "rows" | "columns";
interface Case {
  readonly precision: Precision;
  readonly size: readonly [m: number, k: number, n: number];
  readonly a?: Layout;
  readonly b?: Layout;
  readonly batch?: number;
}

const cases: readonly Case[] = [
  { precision: "f32", size: [128, 784, 400] },
  { precision: "f32", size: [128, 784, 400], b: "columns" },
  { precision: "f32", size: [784, 128, 400], a: "columns" },
  { precision: "f32", size: [128, 400, 784], b: "columns" },
  { precision: "f32", size: [128, 400, 20] },
  { precision: "f32", size: [128, 20, 400] },
  { precision: "f32", size: [400, 128, 20], a: "columns" },
  { precision: "f32", size: [512, 512, 512] },
  { precision: "f32", size: [512, 512, 512], a: "columns" },
  { precision: "f32", size: [512, 512, 512], b: "columns" },
  { precision: "f32", size: [512, 512, 512], a: "columns", b: "columns" },
  { precision: "f64", size: [128, 784, 400] },
  { precision: "f64", size: [512, 512, 512] },
  { precision: "f64", size: [256, 32, 32] },
  { precision: "f64", size: [256, 10, 32] },
  { precision: "f64", size: [256, 32, 10], b: "columns" },
  { precision: "f64", size: [32, 32, 32] },
  { precision: "f64", size: [8, 8, 8] },
  { precision: "f64", size: [5000, 20, 1] },
  { precision: "f64", size: [20, 5000, 1], a: "columns" },
  { precision: "f64", size: [5000, 20, 4], b: "columns" },
  { precision: "f64", size: [4, 5000, 20] },
  { precision: "f32", size: [1, 784, 400] },
  { precision: "f32", size: [1, 784, 400], b: "columns" },
  { precision: "f64", size: [2, 2, 2], batch: 1000 },
  { precision: "f64", size: [4, 4, 4], batch: 1000 },
  { precision: "f64", size: [8, 8, 8], batch: 100 },
];

/** The product as a function without arguments. */
const compiled = ({ precision, size: [m, k, n], a = "rows", b = "rows", batch = 1 }: Case, relaxed: boolean) => {
  const width = widthOf("real", precision);
  const module = moduleBuilder();
  let top = 64;
  const scratch = (bytes: number): number => {
    const at = top;
    top += Math.ceil(bytes / 64) * 64;
    return at;
  };
  const view = (rows: number, columns: number, layout: Layout): View => ({
    type: "real",
    shape: [batch, rows, columns],
    strides: [rows * columns, ...(layout === "rows" ? [columns, 1] : [1, rows])],
    offset: scratch(batch * rows * columns * width),
  });
  const [left, right, out] = [view(m, k, a), view(k, n, b), view(m, n, "rows")];
  module.func(
    "run",
    [],
    undefined,
    (body) => {
      const math = mathLibrary(module, precision, { relaxed });
      return matmul({ module, body, math, precision, relaxed, scratch }, out, [left, right]);
    },
    { exported: true },
  );
  const pages = Math.ceil(top / 65536);
  module.memory(pages);
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
  const values = precision === "f64" ? new Float64Array(memory.buffer) : new Float32Array(memory.buffer);
  for (let i = 0; i < values.length; i++) values[i] = Math.sin(i);
  const bytes = module.bytes();
  const instance = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory } });
  return { run: instance.exports.run as () => void, bytes: bytes.length };
};

/** Best time of a call over many short rounds: what the code can do while nobody else uses the core. */
const bestMicroseconds = (run: () => void, seconds: number): number => {
  const until = performance.now() + 1000 * seconds;
  let [best, calls] = [Number.POSITIVE_INFINITY, 1];
  while (performance.now() < until) {
    const began = performance.now();
    for (let i = 0; i < calls; i++) run();
    const took = performance.now() - began;
    best = Math.min(best, (1000 * took) / calls);
    if (took < 1) calls *= 2;
  }
  return best;
};

const main = (): void => {
  const relaxed = process.argv.includes("--relaxed");
  if (relaxed) setFlagsFromString("--experimental-wasm-relaxed-simd");
  const chosen = process.argv.slice(2).filter((name) => !name.startsWith("--"));
  for (const one of cases) {
    const { precision, size, a = "rows", b = "rows", batch = 1 } = one;
    const name = `${precision} ${batch > 1 ? `${batch} × ` : ""}${size.join("×")} ${a}·${b}`;
    if (chosen.length && !chosen.some((part) => name.includes(part))) continue;
    const { run, bytes } = compiled(one, relaxed);
    const time = bestMicroseconds(run, 0.6);
    const flops = 2 * batch * size[0] * size[1] * size[2];
    console.log(
      `${name.padEnd(34)} ${(flops / time / 1e3).toFixed(1).padStart(6)} GFLOP/s ${time.toFixed(2).padStart(10)} µs ${String(bytes).padStart(6)} bytes`,
    );
  }
};

main();
