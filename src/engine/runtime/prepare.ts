import type { Tensor } from "../../core/tensor.ts";
import type { Graph } from "../graph/ops.ts";
import { print } from "../graph/print.ts";
import { refuseDifference } from "../trace/difference.ts";
import { type Captured, type Signature, trace } from "../trace/trace.ts";
import { type Instance, instantiate } from "./instance.ts";
import { type Compiled, type CompileOptions, compileGraph, findCompiled } from "./modules.ts";
import type { Setting } from "./setting.ts";
import { hasRelaxedSimd } from "./simd.ts";
import { valuesOf } from "./tensors.ts";

export interface Prepared<T, E> {
  readonly graph: Graph;
  /** The arguments; what is captured comes after them. */
  readonly signature: readonly Signature[];
  /** What the function gave, with tensors that stand for outputs. */
  readonly form: T;
  readonly instance: Instance;
  readonly compiled: Compiled<E>;
}

type Extend<E> = CompileOptions<E>["extend"];

export interface PrepareOptions<E> extends Setting {
  readonly kind: string;
  readonly states?: number;
  /** Arguments that seldom change, by number; what is captured never does. `setup` must run when they have. */
  readonly fixed?: readonly number[];
  readonly extend: Extend<E>;
}

const warnOfSingle = (captured: readonly Captured[], { precision, warn }: PrepareOptions<unknown>): void => {
  const rounded = captured.filter(({ single }) => single);
  if (precision === "f64" && rounded.length > 0)
    warn(
      `a program in double precision uses ${rounded.length} tensor${rounded.length > 1 ? "s" : ""} made outside in single precision, which keep about 7 digits`,
    );
};

/**
 * Traces, compiles and starts a function.
 * @throws CannotTrace, FluvialError as `trace` does.
 */
export const prepare = <T, E>(
  signature: readonly Signature[],
  f: (inputs: Tensor[]) => T,
  options: PrepareOptions<E>,
): Prepared<T, E> => {
  const { precision } = options;
  const traced = trace(precision, signature, f);
  const captured = traced.captured.map((_, i) => signature.length + i);
  const compileOptions = {
    ...options,
    relaxed: options.relaxed && hasRelaxedSimd(),
    fixed: [...(options.fixed ?? []), ...captured],
  };
  const text = print(traced.graph, { labels: false });
  let compiled = findCompiled(text, compileOptions);
  if (!compiled) {
    // Nothing that a program depends on but its arguments may change from one call to the next: seen by looking twice.
    const again = trace(precision, signature, f);
    if (print(again.graph, { labels: false }) !== text) refuseDifference(traced.graph, again.graph);
    compiled = compileGraph(traced.graph, text, compileOptions);
  }
  const instance = instantiate(compiled.module, compiled.emitted, precision);
  traced.captured.forEach(({ tensor }, i) => {
    instance.write(compiled.emitted.inputs[signature.length + i], valuesOf(tensor));
  });
  instance.exports.setup();
  warnOfSingle(traced.captured, options);
  return { graph: traced.graph, signature, form: traced.form, instance, compiled };
};
