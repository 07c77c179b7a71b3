import type { Precision } from "../../../src/core/double.ts";
import type { Graph } from "../../../src/engine/graph/ops.ts";
import type { HostArray } from "../../../src/engine/interpret/array.ts";
import { optimise } from "../../../src/engine/passes/pipeline.ts";
import { instantiate } from "../../../src/engine/runtime/instance.ts";
import { emitProgram } from "../../../src/engine/wasm/program.ts";

interface RunOptions {
  readonly simplified?: boolean;
  readonly relaxed?: boolean;
  /** Half the inputs are called fixed. */
  readonly fixed?: boolean;
}

/** Compiles a program, as it stands or simplified first; gives a function that runs it. */
export const start = (
  graph: Graph,
  precision: Precision,
  { simplified = true, relaxed = false, fixed = false }: RunOptions = {},
): ((inputs: readonly Pick<HostArray, "values">[]) => HostArray[]) => {
  const emitted = emitProgram(simplified ? optimise(graph, precision) : graph, {
    precision,
    relaxed,
    fixed: (index) => fixed && index % 2 === 0,
  });
  const module = new WebAssembly.Module(emitted.bytes as Uint8Array<ArrayBuffer>);
  const instance = instantiate(module, emitted, precision);
  return (inputs) => {
    inputs.forEach(({ values }, i) => {
      instance.write(emitted.inputs[i], values);
    });
    instance.exports.setup();
    instance.exports.step();
    return emitted.outputs.map((slot) => ({ type: slot.type, shape: slot.shape, values: instance.read(slot) }));
  };
};

/** Runs a program compiled once. */
export const runCompiled = (
  graph: Graph,
  inputs: readonly HostArray[],
  precision: Precision,
  options: RunOptions = {},
): HostArray[] => start(graph, precision, options)(inputs);
