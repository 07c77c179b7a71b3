import { compiledEngine } from "../../src/engine/compiled.ts";
import { eagerEngine } from "../../src/engine/eager.ts";
import type { Engine } from "../../src/engine/engine.ts";

/** A program that runs op by op after all would be held against itself. */
const refuse = (message: string): never => {
  throw new Error(`a program fell back: ${message}`);
};

/** Every engine in every precision; the eager ones are the oracles. */
export const engines: readonly Engine[] = [
  eagerEngine("f32"),
  eagerEngine("f64"),
  compiledEngine("f32", { warn: refuse }),
  compiledEngine("f64", { warn: refuse }),
];

/** Distances that rounding may make in a few operations on numbers around 1. */
export const fewRoundings = { f32: 1e-6, f64: 1e-15 } as const;
