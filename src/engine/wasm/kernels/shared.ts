import type { Func, ModuleBuilder } from "../assembler.ts";

const functions = new WeakMap<ModuleBuilder, Map<string, Func>>();

/** The module's function of that name, added by `build` at its first use: operations of one kind share their code. */
export const shared = (module: ModuleBuilder, name: string, build: (name: string) => Func): Func => {
  const known = functions.get(module) ?? new Map<string, Func>();
  functions.set(module, known);
  const func = known.get(name) ?? build(name);
  known.set(name, func);
  return func;
};
