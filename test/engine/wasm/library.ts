/** A module whose functions apply the math library to arrays in memory. */
import { setFlagsFromString } from "node:v8";
import { forLoop, i32, load, moduleBuilder, store } from "../../../src/engine/wasm/assembler.ts";
import { mathHost, mathLibrary } from "../../../src/engine/wasm/math/library.ts";
import {
  doubleNames,
  type MathName,
  nativeNames,
  type PairName,
  pairNames,
} from "../../../src/engine/wasm/math/names.ts";

export type Reals = Float64Array | Float32Array;
export type Apply = (name: MathName, ...args: readonly ArrayLike<number>[]) => Reals;

const pages = 512;
const third = (pages * 65536) / 4;

export const mathNames: readonly MathName[] = [...nativeNames, ...doubleNames, ...pairNames];
export const isPair = (name: MathName): name is PairName => (pairNames as readonly MathName[]).includes(name);

/** Applies library functions; arrays of up to a million. */
export const applied = (precision: "f64" | "f32", relaxed = false) => {
  if (relaxed) setFlagsFromString("--experimental-wasm-relaxed-simd");
  const module = moduleBuilder();
  module.memory(pages);
  const math = mathLibrary(module, precision, { relaxed });
  for (const name of mathNames)
    module.func(
      name,
      ["i32"],
      undefined,
      (f) => {
        const i = f.local("i32");
        const args = [load("v128", i), ...(isPair(name) ? [load("v128", i, third)] : [])];
        return [forLoop(i, i32(0), f.params[0], 16, [store("v128", i, math.call(name, ...args), 2 * third)])];
      },
      { exported: true },
    );
  const bytes = module.bytes();
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
  const compiled = new WebAssembly.Module(bytes);
  const exports = new WebAssembly.Instance(compiled, { env: { memory }, host: mathHost }).exports as Record<
    string,
    (bytes: number) => void
  >;
  const Values = precision === "f64" ? Float64Array : Float32Array;
  const width = Values.BYTES_PER_ELEMENT;
  const view = (part: number): Reals => new Values(memory.buffer, part * third, third / width);
  const apply: Apply = (name, ...args) => {
    for (const [part, values] of args.entries()) view(part).set(values);
    const count = args[0].length;
    exports[name](16 * Math.ceil((count * width) / 16));
    return view(2).slice(0, count);
  };
  const time = (name: MathName, count: number): number => {
    const start = performance.now();
    exports[name](count * width);
    return ((performance.now() - start) * 1e6) / count;
  };
  return { apply, time, size: bytes.length };
};
