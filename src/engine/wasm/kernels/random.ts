/** Random numbers from keys: one call of a filling function a key. */

import { sizeOf } from "../../../core/shape.ts";
import { type Expr, type Func, i32, type Local, load, type ModuleBuilder, run, type Stmt } from "../assembler.ts";
import type { Context, View } from "../context.ts";
import { type RandomLibrary, type RandomName, randomLibrary } from "../random.ts";
import { plus } from "./access.ts";
import { walkerOf } from "./copy.ts";
import { type Walker, walk } from "./walk.ts";

/** For each key: its two words, and the addresses that other walkers have reached. */
const eachKey = (
  { body, precision }: Context,
  key: View,
  others: readonly Walker[],
  inner: (words: readonly [Local, Local], at: readonly Expr[]) => readonly Stmt[],
): readonly Stmt[] => {
  const batch = key.shape.length - 1;
  const keys = walkerOf(key, precision);
  const words = [body.local("i32"), body.local("i32")] as const;
  const walkers = [keys, ...others].map(({ address, strides }) => ({ address, strides: strides.slice(0, batch) }));
  return walk(body, key.shape.slice(0, batch), walkers, ([atKey, ...at]) => [
    words[0].set(load("i32", atKey)),
    words[1].set(load("i32", plus(atKey, keys.strides[batch]))),
    ...inner(words, at),
  ]);
};

const libraries = new WeakMap<ModuleBuilder, RandomLibrary>();

/** A module's function that fills memory from a key. */
const filling = ({ module, precision, math }: Context, name: RandomName): Func => {
  const library = libraries.get(module) ?? randomLibrary(module, precision, math);
  libraries.set(module, library);
  return library.func(name);
};

type Numbers = (
  context: Context,
  out: View,
  inputs: readonly View[],
  attributes: { readonly shape: readonly number[] },
) => readonly Stmt[];

const filledBy =
  (name: "fillUniform" | "fillNormal"): Numbers =>
  (context, out, [key], { shape }) => {
    const count = sizeOf(shape);
    if (count === 0) return [];
    const to = walkerOf(out, context.precision);
    return eachKey(context, key, [to], ([k0, k1], [at]) => [run(filling(context, name), k0, k1, i32(count), at)]);
  };

/** key int [...batch, 2] → [...batch, ...shape]; each key counts its own elements from 0. */
export const uniform: Numbers = filledBy("fillUniform");
export const normal: Numbers = filledBy("fillNormal");

/** key int [...batch, 2] → int [...batch, count, 2]. */
export const split = (
  context: Context,
  out: View,
  [key]: readonly View[],
  { count, use }: { readonly count: number; readonly use: number },
): readonly Stmt[] => {
  if (count === 0) return [];
  const to = walkerOf(out, context.precision);
  return eachKey(context, key, [to], ([k0, k1], [at]) => [
    run(filling(context, "split"), k0, k1, i32(count), i32(use), at),
  ]);
};

/** (key int [...batch, 2], index int [...batch]) → int [...batch, 2]. */
export const fold = (context: Context, out: View, [key, index]: readonly View[]): readonly Stmt[] => {
  const [to, from] = [out, index].map((view) => walkerOf(view, context.precision));
  return eachKey(context, key, [to, from], ([k0, k1], [at, atIndex]) => [
    run(filling(context, "foldKey"), k0, k1, load("i32", atIndex), at),
  ]);
};
