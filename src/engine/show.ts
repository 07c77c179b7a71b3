import type { Precision } from "../core/double.ts";
import { leaves, rebuild } from "../core/tree.ts";
import { print } from "./graph/print.ts";
import { optimise } from "./passes/pipeline.ts";
import { signatureOf } from "./runtime/tensors.ts";
import { trace } from "./trace/trace.ts";

export interface ShowOptions {
  /** "f64" unless said. */
  readonly precision?: Precision;
  /** As it is compiled (true), or as it was traced. */
  readonly simplified?: boolean;
}

/**
 * The program that the compiled engine makes of a function, as text: an op a line, with the site or layer that it belongs to.
 * @param args arguments of the forms that the function will be called with; only their shapes and types count.
 * @throws CannotTrace where the function has no compiled form.
 */
export const showProgram = <A extends readonly unknown[]>(
  f: (...args: A) => unknown,
  args: A,
  { precision = "f64", simplified = true }: ShowOptions = {},
): string => {
  const { graph } = trace(precision, leaves(args).map(signatureOf), (inputs) => f(...rebuild(args, inputs)));
  return print(simplified ? optimise(graph, precision) : graph);
};
