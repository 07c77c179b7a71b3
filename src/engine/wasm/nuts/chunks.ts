import {
  type Expr,
  type Func,
  type FunctionBody,
  forLoop,
  i32,
  ifElse,
  type Local,
  load,
  type ModuleBuilder,
  op,
  run,
  type Stmt,
  seq,
  store,
} from "../assembler.ts";
import { addToVariance, exploringStep, updateAveraging } from "./adapt.ts";
import { stateField } from "./fields.ts";
import { drawFields, type NutsLayout } from "./layout.ts";
import type { NutsLibrary } from "./library.ts";
import { overRows, rowAt, rowFrom } from "./rows.ts";

interface Parts {
  readonly transition: Func;
  readonly library: NutsLibrary;
}
interface Chunk {
  readonly key: readonly Local[];
  readonly from: Local;
  readonly count: Local;
  readonly maxDepth: Local;
  readonly stepSize: Expr;
}

/** For i below `count`: a transition with the key of number from + i, then `after(i)`. */
const transitions = (
  f: FunctionBody,
  { key: address }: NutsLayout,
  { transition, library }: Parts,
  { key: [k0, k1], from, count, maxDepth, stepSize }: Chunk,
  after: (i: Local) => readonly Stmt[],
): Stmt => {
  const i = f.local("i32");
  const word = (offset: number): Expr => load("i32", i32(0), address + offset);
  return forLoop(i, i32(0), count, 1, [
    run(library.foldKey, k0, k1, op("i32.add", from, i), i32(address)),
    run(transition, word(0), word(4), stepSize, maxDepth),
    ...after(i),
  ]);
};

/** Copies the chain's state into place `index` of the draws. */
const keep = (f: FunctionBody, layout: NutsLayout, index: Local): Stmt => {
  const address = f.local("i32");
  const nth = (bytes: number): Expr => op("i32.mul", index, i32(bytes));
  return seq([
    address.set(nth(8 * layout.size)),
    overRows(f, layout.size, (pair) => [
      pair.write(rowFrom(address, layout.draws), pair.read(rowAt(layout.state.position))),
    ]),
    address.set(nth(8)),
    ...drawFields.map((name) => store("f64", address, stateField(layout, name).get, layout.records[name])),
  ]);
};

/**
 * `sample(k0, k1, from, count, maxDepth: i32, stepSize: f64)`: `count` ≤ capacity transitions, number i with the key that `fold`
 * makes of (k0, k1) and i, counted from `from`; the draws lie in `draws` and `records` afterwards.
 */
export const emitSample = (module: ModuleBuilder, layout: NutsLayout, parts: Parts): Func =>
  module.func(
    "sample",
    ["i32", "i32", "i32", "i32", "i32", "f64"],
    undefined,
    (f) => {
      const [k0, k1, from, count, maxDepth, stepSize] = f.params;
      const chunk = { key: [k0, k1], from, count, maxDepth, stepSize };
      return [transitions(f, layout, parts, chunk, (i) => [keep(f, layout, i)])];
    },
    { exported: true },
  );

/**
 * `adapt(k0, k1, from, count, maxDepth, gathers: i32)`: transitions as in `sample`, each with the step size that the dual averaging
 * wants to try and then learns from; their positions go into the running variance where `gathers`.
 */
export const emitAdapt = (module: ModuleBuilder, layout: NutsLayout, parts: Parts): Func =>
  module.func(
    "adapt",
    ["i32", "i32", "i32", "i32", "i32", "i32"],
    undefined,
    (f) => {
      const [k0, k1, from, count, maxDepth, gathers] = f.params;
      const chunk = { key: [k0, k1], from, count, maxDepth, stepSize: exploringStep(layout, parts.library) };
      return [
        transitions(f, layout, parts, chunk, () => [
          ...updateAveraging(f, layout),
          ifElse(gathers, addToVariance(f, layout)),
        ]),
      ];
    },
    { exported: true },
  );
