import type { Precision } from "../../core/double.ts";
import type { Graph } from "../graph/ops.ts";
import { optimise } from "../passes/pipeline.ts";
import { cannotTrace } from "../trace/cannotTrace.ts";
import { type Emitted, type Extension, emitProgram } from "../wasm/program.ts";

/** A program ready to be started any number of times. */
export interface Compiled<E> {
  readonly module: WebAssembly.Module;
  readonly emitted: Emitted;
  /** What the extension gave: where its own things lie. */
  readonly extra: E;
}

export interface CompileOptions<E> {
  readonly precision: Precision;
  readonly relaxed: boolean;
  /** What is compiled, and all that the extension depends on: part of the program's identity. */
  readonly kind: string;
  readonly states?: number;
  /** Inputs that seldom change, by number. */
  readonly fixed?: readonly number[];
  readonly extend: (extension: Extension) => E;
}

/** Programs made most recently, by their text: closures differ at every fit, what they do does not. */
const known = new Map<string, Compiled<unknown>>();
const mostKnown = 64;

const remember = (text: string, compiled: Compiled<unknown>): void => {
  known.delete(text);
  known.set(text, compiled);
  if (known.size > mostKnown) known.delete(known.keys().next().value as string);
};

/** Of 64 KiB: 2 GiB, so that every address is an int32 that is not negative. */
const mostPages = 32768;

/** @throws CannotTrace where the program is too deep for the stack of the compiler, or too large for the memory of a module. */
const withinLimits = (emit: () => Emitted): Emitted => {
  let emitted: Emitted;
  try {
    emitted = emit();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return cannotTrace(`the program is too long to compile: ${error.message}`);
  }
  if (emitted.pages > mostPages)
    cannotTrace(
      `it needs ${(emitted.pages / 16384).toFixed(1)} GiB of memory, and a compiled program has 2 at the most`,
    );
  return emitted;
};

const nameOf = (text: string, { precision, relaxed, kind, states = 0, fixed = [] }: CompileOptions<unknown>): string =>
  `${kind} ${precision} ${relaxed} ${states} ${fixed}\n${text}`;

/** The same program compiled before, if it was. @param text the program without labels. */
export const findCompiled = <E>(text: string, options: CompileOptions<E>): Compiled<E> | undefined => {
  const name = nameOf(text, options);
  const before = known.get(name) as Compiled<E> | undefined;
  if (before) remember(name, before);
  return before;
};

/**
 * Simplifies, emits and compiles a program.
 * @param text the same without labels.
 * @throws CannotTrace where it is too deep for the stack or needs too much memory.
 */
export const compileGraph = <E>(graph: Graph, text: string, options: CompileOptions<E>): Compiled<E> => {
  const { precision, relaxed, states, fixed = [], extend } = options;
  let extra: E | undefined;
  const emitted = withinLimits(() =>
    emitProgram(optimise(graph, precision), {
      precision,
      relaxed,
      states,
      fixed: (index) => fixed.includes(index),
      extend: (extension) => {
        extra = extend(extension);
      },
    }),
  );
  const module = new WebAssembly.Module(emitted.bytes as Uint8Array<ArrayBuffer>);
  const compiled = { module, emitted, extra: extra as E };
  remember(nameOf(text, options), compiled);
  return compiled;
};
