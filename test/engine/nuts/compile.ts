import { foldHostKey, type HostKey } from "../../../src/core/key.ts";
import { normalQuantile } from "../../../src/core/special/normal.ts";
import { purpose, threefry, unit52 } from "../../../src/core/threefry.ts";
import type { CompiledNuts } from "../../../src/engine/compiledNuts.ts";
import type { Gradient } from "../../../src/engine/engine.ts";
import { call, type Expr, type Func, type ModuleBuilder, moduleBuilder } from "../../../src/engine/wasm/assembler.ts";
import { emitNuts } from "../../../src/engine/wasm/nuts/emit.ts";
import { compiledNuts, type NutsExports } from "../../../src/engine/wasm/nuts/host.ts";
import { workspaceBytes } from "../../../src/engine/wasm/nuts/layout.ts";
import type { NutsLibrary } from "../../../src/engine/wasm/nuts/library.ts";

type LibraryOf = (module: ModuleBuilder) => NutsLibrary;

/** The functions of the plain sampler itself, imported: what is left to differ is the order of sums. */
export const hostLibrary: LibraryOf = (module) => {
  const math = (name: string) => {
    const f = module.imported("host", name, ["f64"], "f64");
    return (x: Expr): Expr => call(f, x);
  };
  return {
    exp: math("exp"),
    log1p: math("log1p"),
    fillNormal: module.imported("host", "fillNormal", ["i32", "i32", "i32", "i32"]),
    uniform: module.imported("host", "uniform", ["i32", "i32", "i32"], "f64"),
    foldKey: module.imported("host", "foldKey", ["i32", "i32", "i32", "i32"]),
  };
};

const words = new Int32Array(2);
const uniform = (k0: number, k1: number, counter: number): number => {
  threefry(k0, k1, counter, purpose.draw, words);
  return unit52(words[0], words[1]);
};

const hostFunctions = (buffer: ArrayBuffer, gradientHere: () => number) => ({
  exp: Math.exp,
  log1p: Math.log1p,
  uniform,
  fillNormal: (k0: number, k1: number, count: number, to: number): void => {
    const out = new Float64Array(buffer, to, count);
    for (let i = 0; i < count; i++) out[i] = normalQuantile(uniform(k0, k1, i));
  },
  foldKey: (k0: number, k1: number, index: number, to: number): void =>
    new Int32Array(buffer, to, 2).set(foldHostKey([k0, k1] as unknown as HostKey, index)),
  gradient: gradientHere,
});

export interface Compiled extends Gradient {
  readonly nuts: CompiledNuts;
}

/** A gradient inside the module, or undefined for one of the host that the module calls back. */
export type EmitGradient = (module: ModuleBuilder, position: number, slope: number) => Func;

/** The sampler compiled around a gradient of the host. */
export const compileAround = (
  gradient: Gradient,
  {
    maxTreeDepth = 10,
    library = hostLibrary,
    emit,
  }: { maxTreeDepth?: number; library?: LibraryOf; emit?: EmitGradient } = {},
): Compiled => {
  const { size } = gradient;
  // An odd start, and rows that touch: the sampler must not write beside them.
  const position = 1024;
  const slope = position + 8 * size;
  const workspace = 16 * Math.ceil((slope + 8 * size) / 16) + 16;
  const end = workspace + workspaceBytes(size, maxTreeDepth);
  const pages = Math.ceil((end + 1024) / 65536);
  const module = moduleBuilder();
  module.memory(pages);
  const inner = emit?.(module, position, slope) ?? module.imported("host", "gradient", [], "f64");
  const layout = emitNuts(module, {
    size,
    maxTreeDepth,
    gradient: inner,
    position,
    slope,
    workspace,
    library: library(module),
  });
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
  const buffer = memory.buffer as ArrayBuffer;
  const place = new Float64Array(buffer, position, size);
  const slopes = new Float64Array(buffer, slope, size);
  const host = hostFunctions(buffer, () => gradient.at(place, slopes));
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(module.bytes()), { env: { memory }, host });
  return {
    size,
    at: (x, out) => {
      place.fill(Number.NaN);
      return gradient.at(x, out);
    },
    dispose: gradient.dispose,
    nuts: compiledNuts(exports as unknown as NutsExports, memory, layout),
  };
};
