import { drop, f64x2, moduleBuilder, op } from "../wasm/assembler.ts";

/** A module that is valid only where relaxed SIMD is known. */
const probe = (): Uint8Array<ArrayBuffer> => {
  const module = moduleBuilder();
  module.func("probe", [], undefined, () => [drop(op("f64x2.relaxed_madd", f64x2(1), f64x2(1), f64x2(1)))]);
  module.memory(1);
  return module.bytes();
};

interface Flags {
  setFlagsFromString(flags: string): void;
}

/** Node 20 knows relaxed SIMD, but must be told; there the flag can be set at any time. */
const switchOn = (): void => {
  const node = (globalThis as { process?: { getBuiltinModule?(name: string): unknown } }).process;
  const v8 = node?.getBuiltinModule?.("node:v8") as Flags | undefined;
  v8?.setFlagsFromString("--experimental-wasm-relaxed-simd");
};

let known: boolean | undefined;

/** Whether relaxed SIMD (fused multiply-add) can be used here. */
export const hasRelaxedSimd = (): boolean => {
  if (known !== undefined) return known;
  const bytes = probe();
  known = WebAssembly.validate(bytes);
  if (!known) {
    switchOn();
    known = WebAssembly.validate(bytes);
  }
  return known;
};
