import { normalQuantile } from "../../../src/core/special/normal.ts";
import type { CompiledNuts } from "../../../src/engine/compiledNuts.ts";
import type { Gradient } from "../../../src/engine/engine.ts";
import {
  call,
  type Func,
  forLoop,
  i32,
  type ModuleBuilder,
  moduleBuilder,
  op,
  store,
} from "../../../src/engine/wasm/assembler.ts";
import { mathLibrary } from "../../../src/engine/wasm/math/library.ts";
import { emitNuts } from "../../../src/engine/wasm/nuts/emit.ts";
import { compiledNuts, type NutsExports } from "../../../src/engine/wasm/nuts/host.ts";
import { workspaceBytes } from "../../../src/engine/wasm/nuts/layout.ts";
import { type NutsMath, nutsMath } from "../../../src/engine/wasm/nuts/library.ts";
import { emitUniform } from "../../../src/engine/wasm/random.ts";

type MathOf = (module: ModuleBuilder) => NutsMath;

/** The library of compiled programs. */
export const compiledMath: MathOf = (module) => nutsMath(module, mathLibrary(module, "f64", { relaxed: false }));

/** (k0, k1, count, to): the host's quantile of each uniform. */
const emitHostNormals = (module: ModuleBuilder): Func => {
  const uniform = emitUniform(module);
  const quantile = module.imported("host", "normalQuantile", ["f64"], "f64");
  return module.func("hostNormals", ["i32", "i32", "i32", "i32"], undefined, (f) => {
    const [k0, k1, count, to] = f.params;
    const i = f.local("i32");
    const address = op("i32.add", to, op("i32.shl", i, i32(3)));
    return [forLoop(i, i32(0), count, 1, [store("f64", address, call(quantile, call(uniform, k0, k1, i)))])];
  });
};

/** The functions of the plain sampler itself, imported: what is left to differ is the order of sums. */
export const hostMath: MathOf = (module) => {
  const f = (name: string): Func => module.imported("host", name, ["f64"], "f64");
  return {
    exp: (x) => call(f("exp"), x),
    fillNormals: () => emitHostNormals(module),
  };
};
const host = { exp: Math.exp, normalQuantile };

export interface Compiled extends Gradient {
  readonly nuts: CompiledNuts;
}

/** A gradient inside the module, or undefined for one of the host that the module calls back. */
export type EmitGradient = (module: ModuleBuilder, position: number, slope: number) => Func;

/** The sampler compiled around a gradient of the host. */
export const compileAround = (
  gradient: Gradient,
  { maxTreeDepth = 10, math = hostMath, emit }: { maxTreeDepth?: number; math?: MathOf; emit?: EmitGradient } = {},
): Compiled => {
  const { size } = gradient;
  // Rows that touch: to write beside the position would spoil the slope.
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
    math: math(module),
  });
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
  const buffer = memory.buffer as ArrayBuffer;
  const place = new Float64Array(buffer, position, size);
  const slopes = new Float64Array(buffer, slope, size);
  const imports = { env: { memory }, host: { ...host, gradient: () => gradient.at(place, slopes) } };
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(module.bytes()), imports);
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
