import type { Precision } from "../core/double.ts";
import { eagerEngine } from "./eager.ts";
import type { Engine } from "./engine.ts";
import { compileFunction } from "./runtime/function.ts";
import { compileGradient } from "./runtime/gradient.ts";
import { compileLoop } from "./runtime/loop.ts";
import { CannotTrace } from "./trace/cannotTrace.ts";

export interface CompiledOptions {
  /** What the user should know: that a program runs op by op, and why. `console.warn` unless said. */
  readonly warn?: (message: string) => void;
}

/**
 * Traces each program once and runs it as WebAssembly, in the given precision. What cannot be traced — an op without a compiled form,
 * a value that is read while a step is being built — runs on the eager engine instead, with one warning that says why.
 */
export const compiledEngine = (precision: Precision = "f64", options: CompiledOptions = {}): Engine => {
  const eager = eagerEngine(precision);
  const told = new Set<string>();
  const warn = (message: string): void => {
    if (told.has(message)) return;
    told.add(message);
    (options.warn ?? console.warn)(`fluvial: ${message}`);
  };
  return {
    name: `compiled-${precision}`,
    precision,
    compile: (f) => compileFunction(f, eager.compile(f), { precision, warn }),
    loop: (step, init, key, from = 0) => compileLoop(step, init, key, from, { precision, warn, eager }),
    gradient: (logDensity, size, data) => {
      try {
        return compileGradient(logDensity, size, data, { precision, warn });
      } catch (error) {
        if (!(error instanceof CannotTrace)) throw error;
        warn(`the gradient runs op by op, since ${error.message}`);
        return eager.gradient(logDensity, size, data);
      }
    },
    tensor: eager.tensor,
  };
};
