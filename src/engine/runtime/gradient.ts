import type { Precision } from "../../core/double.ts";
import type { Scalar, Tensor } from "../../core/tensor.ts";
import { leaves, rebuild } from "../../core/tree.ts";
import { gradient as gradientOf } from "../../ops/gradient.ts";
import type { DataGradient } from "../engine.ts";
import { type Func, i32, load, op, returning, run } from "../wasm/assembler.ts";
import { emitNuts } from "../wasm/nuts/emit.ts";
import { type NutsLayout, workspaceBytes } from "../wasm/nuts/layout.ts";
import { nutsMath } from "../wasm/nuts/library.ts";
import type { Extension } from "../wasm/program.ts";
import { prepare } from "./prepare.ts";
import type { Setting } from "./setting.ts";
import { gradientOn } from "./startGradient.ts";
import { checkData, signatureOf, valuesOf } from "./tensors.ts";

/** Doublings of a trajectory that a compiled sampler has room for. */
const maxTreeDepth = 12;

/** () → f64: the value at the position in memory, its gradient left beside it. */
const valueFunction = ({ module, step, outputs }: Extension, precision: Precision): Func =>
  module.func(
    "gradient",
    [],
    "f64",
    () => {
      const value = load(precision, i32(0), outputs[0].offset);
      return [run(step), returning(precision === "f64" ? value : op("f64.promote_f32", value))];
    },
    { exported: true },
  );

const extend =
  (size: number, precision: Precision) =>
  (extension: Extension): NutsLayout | undefined => {
    const gradient = valueFunction(extension, precision);
    if (precision === "f32" || size === 0) return undefined;
    const { module, math, inputs, outputs, reserve } = extension;
    return emitNuts(module, {
      size,
      maxTreeDepth,
      gradient,
      position: inputs[0].offset,
      slope: outputs[1].offset,
      workspace: reserve(workspaceBytes(size, maxTreeDepth)),
      math: nutsMath(module, math),
    });
  };

/** Value and gradient of a density as one call of a program in which the data lie; with the no-U-turn sampler, in f64. */
export const compileGradient = <D>(
  logDensity: (z: Tensor, data: D) => Scalar,
  size: number,
  data: D,
  setting: Setting,
): DataGradient<D> => {
  const { precision } = setting;
  const tensors = leaves(data);
  const { instance, compiled } = prepare(
    [{ type: "real" as const, shape: [size] }, ...tensors.map(signatureOf)],
    ([z, ...given]) => {
      const at = rebuild(data, given);
      const { value, gradient } = gradientOf((x: Tensor) => logDensity(x, at))(z);
      return [value, gradient];
    },
    {
      ...setting,
      kind: `gradient ${maxTreeDepth}`,
      fixed: tensors.map((_, i) => 1 + i),
      extend: extend(size, precision),
    },
  );
  const { inputs, outputs } = compiled.emitted;
  const write = (given: D): void => {
    leaves(given).forEach((tensor, i) => {
      instance.write(inputs[1 + i], valuesOf(tensor));
    });
    instance.exports.setup();
  };
  write(data);
  const places = { size, position: inputs[0], slope: outputs[1], nuts: compiled.extra };
  return {
    ...gradientOn(instance, places),
    bind: (next) => {
      checkData(data, next);
      write(next);
    },
    portable: () => ({
      ...places,
      module: compiled.module,
      precision,
      memory: new Uint8Array(instance.memory.buffer).slice(),
    }),
  };
};
