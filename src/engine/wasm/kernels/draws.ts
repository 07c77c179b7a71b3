/** Draws whose number of uniforms depends on luck: one call of the host an element. */
import { call, type Expr, f64, i32, load, op, type Stmt } from "../assembler.ts";
import type { Context, View } from "../context.ts";
import { loadDouble, plus, storeDouble } from "./access.ts";
import { walkerOf } from "./copy.ts";
import { walk } from "./walk.ts";

type Draw = "gammaDraw" | "logGammaDraw" | "poissonDraw" | "binomialDraw";

/** The smallest normal number: a gamma draw is never 0. */
const smallest = { f64: 2 ** -1022, f32: 2 ** -126 };

/**
 * (key int [...batch, 2], parameters [...batch, ...shape]) → [...batch, ...shape]. Imports "host".name(k0: i32, k1: i32, element: i32,
 * parameters: f64…) → f64; each key counts its own elements from 0.
 */
const draws =
  (name: Draw, count: number) =>
  ({ module, body, precision }: Context, out: View, [key, ...parameters]: readonly View[]): readonly Stmt[] => {
    const host = module.imported("host", name, ["i32", "i32", "i32", ...Array<"f64">(count).fill("f64")], "f64");
    const batch = key.shape.length - 1;
    const keys = walkerOf(key, precision);
    const elements = [out, ...parameters].map((view) => walkerOf(view, precision));
    const outer = elements.map(({ address, strides }) => ({ address, strides: strides.slice(0, batch) }));
    const [k0, k1, element] = [body.local("i32"), body.local("i32"), body.local("i32")];
    const clamped = (value: Expr): Expr =>
      name === "gammaDraw" ? op("f64.max", value, f64(smallest[precision])) : value;
    const keyWalker = { address: keys.address, strides: keys.strides.slice(0, batch) };
    return walk(body, out.shape.slice(0, batch), [keyWalker, ...outer], ([atKey, ...at]) => {
      const inner = at.map((address, i) => ({ address, strides: elements[i].strides.slice(batch) }));
      return [
        k0.set(load("i32", atKey)),
        k1.set(load("i32", plus(atKey, keys.strides[batch]))),
        element.set(i32(0)),
        ...walk(body, out.shape.slice(batch), inner, ([to, ...from]) => [
          storeDouble(
            precision,
            to,
            clamped(call(host, k0, k1, element, ...from.map((address) => loadDouble(precision, address)))),
          ),
          element.set(plus(element, 1)),
        ]),
      ];
    });
  };

type DrawKernel = (context: Context, out: View, inputs: readonly View[]) => readonly Stmt[];
export const gammaDraw: DrawKernel = draws("gammaDraw", 1);
export const logGammaDraw: DrawKernel = draws("logGammaDraw", 1);
export const poissonDraw: DrawKernel = draws("poissonDraw", 1);
export const binomialDraw: DrawKernel = draws("binomialDraw", 2);
