/** Operations that go along one axis, element by element. */
import { doLoop, type Expr, f64, i32, ifElse, type Local, load, op, type Stmt, store } from "../assembler.ts";
import type { Context, View } from "../context.ts";
import { below, loadDouble, loadElement, plus, storeDouble, valueType } from "./access.ts";
import { walkerOf } from "./copy.ts";
import { walk } from "./walk.ts";

interface Running {
  readonly axis: number;
  readonly exclusive: boolean;
  readonly reverse: boolean;
}

const without = <T>(values: readonly T[], axis: number): readonly T[] => values.filter((_, i) => i !== axis);

/** Sums and products that run along an axis; those of reals in double, rounded as they are stored. */
const running =
  (name: "add" | "mul", start: number) =>
  (context: Context, out: View, [x]: readonly View[], { axis, exclusive, reverse }: Running): readonly Stmt[] => {
    const { body, precision } = context;
    const isInt = out.type === "int";
    const total = body.local(isInt ? "i32" : "f64");
    const [from, to, i] = [body.local("i32"), body.local("i32"), body.local("i32")];
    const [source, target] = [walkerOf(x, precision), walkerOf(out, precision)];
    const last = reverse ? out.shape[axis] - 1 : 0;
    const sign = reverse ? -1 : 1;
    const value = isInt ? load("i32", from) : loadDouble(precision, from);
    const next = total.set(op(isInt ? `i32.${name}` : `f64.${name}`, total, value));
    const write = isInt ? store("i32", to, total) : storeDouble(precision, to, total);
    const walkers = [source, target].map(({ address, strides }) => ({
      address: plus(address, last * strides[axis]),
      strides: without(strides, axis),
    }));
    if (out.shape.includes(0)) return [];
    return walk(body, without(out.shape, axis), walkers, ([atSource, atTarget]) => [
      from.set(atSource),
      to.set(atTarget),
      total.set(isInt ? i32(start) : f64(start)),
      i.set(i32(0)),
      doLoop(
        [
          ...(exclusive ? [write, next] : [next, write]),
          from.set(plus(from, sign * source.strides[axis])),
          to.set(plus(to, sign * target.strides[axis])),
          i.set(plus(i, 1)),
        ],
        below(i, i32(out.shape[axis])),
      ),
    ]);
  };

type RunningKernel = (context: Context, out: View, inputs: readonly View[], attributes: Running) => readonly Stmt[];
export const cumsum: RunningKernel = running("add", 0);
export const cumprod: RunningKernel = running("mul", 1);

/** Where along an axis the first of the extreme elements lies; a NaN is extreme only where it comes first, as in tfjs. */
const extreme =
  (reals: "gt" | "lt", ints: "gt_s" | "lt_s") =>
  (context: Context, out: View, [x]: readonly View[], { axis }: { readonly axis: number }): readonly Stmt[] => {
    const { body, precision } = context;
    const type = valueType(x.type, precision);
    const [best, value] = [body.local(type), body.local(type)];
    const [from, i, at] = [body.local("i32"), body.local("i32"), body.local("i32")];
    const [source, target] = [walkerOf(x, precision), walkerOf(out, precision)];
    const better: Expr = type === "i32" ? op(`i32.${ints}`, value, best) : op(`${type}.${reals}`, value, best);
    const take = (own: Local): Stmt => own.set(loadElement(x.type, precision, from));
    const step = plus(from, source.strides[axis]);
    const length = x.shape[axis];
    const walkers = [{ address: source.address, strides: without(source.strides, axis) }, target];
    return walk(body, out.shape, walkers, ([atSource, atTarget]) => [
      at.set(i32(0)),
      ...(length < 2
        ? []
        : [
            from.set(atSource),
            take(best),
            i.set(i32(1)),
            doLoop(
              [from.set(step), take(value), ifElse(better, [best.set(value), at.set(i)]), i.set(plus(i, 1))],
              below(i, i32(length)),
            ),
          ]),
      store("i32", atTarget, at),
    ]);
  };

type IndexKernel = (
  context: Context,
  out: View,
  inputs: readonly View[],
  attributes: { readonly axis: number },
) => readonly Stmt[];
export const argMax: IndexKernel = extreme("gt", "gt_s");
export const argMin: IndexKernel = extreme("lt", "lt_s");
