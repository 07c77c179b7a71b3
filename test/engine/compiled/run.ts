import type { Precision } from "../../../src/core/double.ts";
import type { Graph } from "../../../src/engine/graph/ops.ts";
import type { HostArray } from "../../../src/engine/interpret/array.ts";
import { optimise } from "../../../src/engine/passes/pipeline.ts";
import { instantiate } from "../../../src/engine/runtime/instance.ts";
import { emitProgram } from "../../../src/engine/wasm/program.ts";

/** Runs a program compiled: as it stands, or simplified first. */
export const runCompiled = (
  graph: Graph,
  inputs: readonly HostArray[],
  precision: Precision,
  { simplified = true, relaxed = false, fixed = false } = {},
): HostArray[] => {
  const emitted = emitProgram(simplified ? optimise(graph, precision) : graph, {
    precision,
    relaxed,
    fixed: (index) => fixed && index % 2 === 0,
  });
  const module = new WebAssembly.Module(emitted.bytes as Uint8Array<ArrayBuffer>);
  const instance = instantiate(module, emitted, precision);
  inputs.forEach(({ values }, i) => {
    instance.write(emitted.inputs[i], values);
  });
  instance.exports.setup();
  instance.exports.step();
  return emitted.outputs.map((slot) => ({ type: slot.type, shape: slot.shape, values: instance.read(slot) }));
};
