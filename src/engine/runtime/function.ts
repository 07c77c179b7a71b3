import { tracing } from "../../core/tracing.ts";
import { leaves, rebuild } from "../../core/tree.ts";
import { CannotTrace } from "../trace/cannotTrace.ts";
import { type Prepared, prepare } from "./prepare.ts";
import type { Setting } from "./setting.ts";
import { describe, signatureOf, tensorOf, valuesOf } from "./tensors.ts";

/** A function compiled once for every form of its arguments; `eager` runs what cannot be compiled. */
export const compileFunction = <A extends readonly unknown[], B>(
  f: (...args: A) => B,
  eager: (...args: A) => B,
  setting: Setting,
): ((...args: A) => B) => {
  const { precision } = setting;
  const programs = new Map<string, Prepared<B, undefined> | "eager">();
  const programFor = (args: A): Prepared<B, undefined> | "eager" => {
    const form = describe(args);
    const known = programs.get(form);
    if (known) return known;
    let made: Prepared<B, undefined> | "eager";
    try {
      made = prepare(leaves(args).map(signatureOf), (inputs) => f(...rebuild(args, inputs)), {
        ...setting,
        kind: "function",
        extend: () => undefined,
      });
    } catch (error) {
      if (!(error instanceof CannotTrace)) throw error;
      setting.fallBack(`runs op by op, since ${error.message}`);
      made = "eager";
    }
    programs.set(form, made);
    return made;
  };
  return (...args) => {
    // Inside another program it is part of that.
    if (tracing()) return f(...args);
    // What takes nothing is called once: it is not worth a program.
    if (args.length === 0) return eager(...args);
    const program = programFor(args);
    if (program === "eager") return eager(...args);
    const { instance, compiled, form } = program;
    const { inputs, outputs } = compiled.emitted;
    leaves(args).forEach((tensor, i) => {
      instance.write(inputs[i], valuesOf(tensor));
    });
    instance.exports.step();
    return rebuild(
      form,
      outputs.map((slot) => tensorOf(instance, slot, precision)),
    );
  };
};
