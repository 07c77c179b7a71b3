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
import { exploringStep, updateAveraging } from "./adapt.ts";
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

/** Copies the chain's position into place `index` of the draws. */
const keepPosition = (f: FunctionBody, { size, draws, state }: NutsLayout, index: Local): Stmt => {
  const address = f.local("i32");
  return seq([
    address.set(op("i32.mul", index, i32(8 * size))),
    overRows(f, size, (pair) => [pair.write(rowFrom(address, draws), pair.read(rowAt(state.position)))]),
  ]);
};

/** Copies what goes with it. */
const keepRecords = (f: FunctionBody, layout: NutsLayout, index: Local): Stmt => {
  const address = f.local("i32");
  return seq([
    address.set(op("i32.mul", index, i32(8))),
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
      return [transitions(f, layout, parts, chunk, (i) => [keepPosition(f, layout, i), keepRecords(f, layout, i)])];
    },
    { exported: true },
  );

/**
 * `adapt(k0, k1, from, count, maxDepth, gathers: i32)`: transitions as in `sample`, each with the step size that the dual averaging
 * wants to try and then learns from; where `gathers`, there are at most capacity of them, and their positions lie in `draws` afterwards.
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
        transitions(f, layout, parts, chunk, (i) => [
          ...updateAveraging(f, layout),
          ifElse(gathers, [keepPosition(f, layout, i)]),
        ]),
      ];
    },
    { exported: true },
  );
