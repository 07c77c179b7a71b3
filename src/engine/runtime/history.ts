import type { Precision } from "../../core/double.ts";
import { type Expr, forLoop, i32, load, op, run, type Stmt, store } from "../wasm/assembler.ts";
import type { Extension, Slot } from "../wasm/program.ts";
import { emitFoldKey } from "../wasm/random.ts";

/** Steps that one call of a loop's program makes at most. */
export const mostSteps = 1024;

/** Where a loop's program keeps what its steps report: a double a step, metric by metric. */
export interface History {
  readonly offset: number;
}

const asDouble = ({ type, offset }: Slot, precision: Precision): Expr => {
  if (type === "int") return op("f64.convert_i32_s", load("i32", i32(0), offset));
  return precision === "f64" ? load("f64", i32(0), offset) : op("f64.promote_f32", load("f32", i32(0), offset));
};

/**
 * Adds the function `run(k0, k1, from, count)`: `count` steps, number i with the key that `fold` makes of (k0, k1) and from + i. The
 * key is the program's input number `key`; its outputs from number `states` on are metrics.
 */
export const emitRun = (
  { module, step, inputs, outputs, reserve }: Extension,
  { states, key, precision }: { readonly states: number; readonly key: number; readonly precision: Precision },
): History => {
  const metrics = outputs.slice(states);
  const offset = reserve(8 * mostSteps * metrics.length);
  const foldKey = emitFoldKey(module);
  module.func(
    "run",
    ["i32", "i32", "i32", "i32"],
    undefined,
    ({ params: [k0, k1, from, count], local }) => {
      const [i, at] = [local("i32"), local("i32")];
      const report: Stmt[] = metrics.map((slot, m) =>
        store("f64", at, asDouble(slot, precision), offset + 8 * mostSteps * m),
      );
      return [
        forLoop(i, i32(0), count, 1, [
          run(foldKey, k0, k1, op("i32.add", from, i), i32(inputs[key].offset)),
          run(step),
          at.set(op("i32.shl", i, i32(3))),
          ...report,
        ]),
      ];
    },
    { exported: true },
  );
  return { offset };
};
