import { describe, expect, it } from "vitest";
import { foldHostKey, hostKey, hostUniforms } from "../../../src/core/key.ts";
import { normalQuantile } from "../../../src/core/special/normal.ts";
import { call, i32, moduleBuilder, returning, run } from "../../../src/engine/wasm/assembler.ts";
import { nutsLibrary } from "../../../src/engine/wasm/nuts/library.ts";
import { compiledMath } from "./compile.ts";

const module = moduleBuilder();
module.memory(1);
const { uniform, foldKey, fillNormals } = nutsLibrary(module, compiledMath(module));
const params = ["i32", "i32", "i32"] as const;
module.func("u", params, "f64", (f) => [returning(call(uniform, ...f.params))], { exported: true });
module.func("k", params, undefined, (f) => [run(foldKey, ...f.params, i32(64))], { exported: true });
module.func("n", params, undefined, (f) => [run(fillNormals, ...f.params, i32(128))], { exported: true });
const memory = new WebAssembly.Memory({ initial: 1, maximum: 1 });
const { u, k, n } = new WebAssembly.Instance(new WebAssembly.Module(module.bytes()), { env: { memory } })
  .exports as Readonly<Record<"u" | "k" | "n", (...args: number[]) => number>>;

const keys = Array.from({ length: 50 }, (_, i) => hostKey(i * 7919 + 2 ** 40 * (i % 3)));

describe("the sampler's random numbers", () => {
  it("are the host's uniforms, bit for bit", () => {
    for (const key of keys) {
      const next = hostUniforms(key);
      for (let i = 0; i < 20; i++) expect(u(...key, i)).toBe(next());
    }
  });
  it("take the host's keys", () => {
    for (const key of keys)
      for (const index of [0, 1, 999, 2 ** 31 - 1]) {
        k(...key, index);
        expect([...new Int32Array(memory.buffer, 64, 2)]).toEqual([...foldHostKey(key, index)]);
      }
  });
  it("are normals within 2 ulp of the host's", () => {
    let worst = 0;
    for (const key of keys) {
      const next = hostUniforms(key);
      n(...key, 101);
      for (const normal of new Float64Array(memory.buffer, 128, 101)) {
        const expected = normalQuantile(next());
        worst = Math.max(worst, Math.abs(normal - expected) / (Math.abs(expected) * Number.EPSILON));
      }
    }
    expect(worst).toBeLessThanOrEqual(2);
  });
});
