import { checkOptions } from "../core/check.ts";
import type { Precision } from "../core/double.ts";
import { eagerEngine } from "./eager.ts";
import type { Engine } from "./engine.ts";
import { compileFunction } from "./runtime/function.ts";
import { compileGradient } from "./runtime/gradient.ts";
import { compileLoop } from "./runtime/loop.ts";
import type { Setting } from "./runtime/setting.ts";
import { hasRelaxedSimd } from "./runtime/simd.ts";
import { CannotTrace } from "./trace/cannotTrace.ts";

export interface CompiledOptions {
  /** What the user should know: that a program runs op by op, and why. `console.warn` unless said. */
  readonly warn?: (message: string) => void;
  /** Use fused multiply-add where the runtime has it (relaxed SIMD): true unless said. The last bits differ from those without. */
  readonly relaxed?: boolean;
}

/**
 * Traces each program once and runs it as WebAssembly, in the given precision. What cannot be traced — an op without a compiled form,
 * a value that is read while a step is being built — runs on the eager engine instead, with one warning that says why.
 * @throws FluvialError for an unknown precision or option.
 */
export const compiledEngine = (precision: Precision = "f64", options: CompiledOptions = {}): Engine => {
  checkOptions("compiledEngine", options, ["warn", "relaxed"]);
  const eager = eagerEngine(precision);
  const told = new Set<string>();
  let fellBack = false;
  const setting: Setting = {
    precision,
    relaxed: options.relaxed ?? true,
    fallBack: (message) => {
      fellBack = true;
      setting.warn(message);
    },
    warn: (message) => {
      if (told.has(message)) return;
      told.add(message);
      (options.warn ?? console.warn)(`fluvial: ${message}`);
    },
  };
  return {
    get name() {
      const simd = setting.relaxed && hasRelaxedSimd() ? "-relaxed" : "";
      return `compiled-${precision}${simd}${fellBack ? ", in part eager" : ""}`;
    },
    precision,
    compile: (f) => compileFunction(f, eager.compile(f), setting),
    loop: (step, init, key, from = 0) => compileLoop(step, init, key, from, setting, eager),
    gradient: (logDensity, size, data) => {
      try {
        return compileGradient(logDensity, size, data, setting);
      } catch (error) {
        if (!(error instanceof CannotTrace)) throw error;
        setting.fallBack(`the gradient runs op by op, since ${error.message}`);
        return eager.gradient(logDensity, size, data);
      }
    },
    tensor: eager.tensor,
  };
};
