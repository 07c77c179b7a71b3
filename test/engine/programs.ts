import fc from "fast-check";
import { range, sizeOf } from "../../src/core/shape.ts";
import type { Shape } from "../../src/core/tensor.ts";
import { type Graph, type Node, placeholder } from "../../src/engine/graph/node.ts";
import type { Op, Type } from "../../src/engine/graph/ops.ts";
import type { HostArray, HostValues } from "../../src/engine/interpret/array.ts";
import { largest, lengths, stepFrom, uniformsFrom } from "./programSteps.ts";

export interface Program {
  readonly graph: Graph;
  readonly inputs: readonly HostArray[];
}

export interface ProgramOptions {
  /** Inputs of NaN, ±∞, ±0, tiny and huge numbers, arguments outside a function's domain, indices out of range (true). */
  readonly wild?: boolean;
  /** Ops that must not occur. */
  readonly except?: readonly Op[];
  /** Steps at the most (25). */
  readonly steps?: number;
}

const extremes = [
  Number.NaN,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  0,
  -0,
  5e-324,
  -1e-300,
  1e-20,
  1e300,
  -1.7e308,
  709.5,
  -745,
  1e9,
];
const wholeExtremes = [2147483647, -2147483648, 0, -1];

/** A third of the numbers are whole or halves, so that ties happen; with `wild`, one in twelve is extreme. */
const realFrom = (next: () => number, wild: boolean): number => {
  const kind = Math.floor(next() * 12);
  const x = 6 * next() - 3;
  if (wild && kind === 0) return extremes[Math.floor(next() * extremes.length)];
  return Math.fround(kind < 4 ? Math.round(2 * x) / 2 : x);
};

const makers: { readonly [T in Type]: (size: number, next: () => number, wild: boolean) => HostValues } = {
  real: (size, next, wild) => Float64Array.from(range(size), () => realFrom(next, wild)),
  int: (size, next, wild) =>
    Int32Array.from(range(size), () =>
      wild && next() < 0.1 ? wholeExtremes[Math.floor(next() * 4)] : Math.floor(10 * next()) - 4,
    ),
  bool: (size, next) => Uint8Array.from(range(size), () => Math.floor(2 * next())),
};

/** A first shape, and others that are it with axes of length 1 or without its first axes, so that many fit together. */
const shapesFrom = (next: () => number, count: number): Shape[] => {
  const drawn = range(Math.floor(next() * 5)).map(() => lengths[Math.floor(next() * lengths.length)]);
  const first = sizeOf(drawn) > largest ? drawn.map((n) => Math.min(n, 3)) : drawn;
  const variants = range(count - 1).map(() =>
    first.slice(Math.floor(next() * (first.length + 1))).map((n) => (next() < 0.25 ? 1 : n)),
  );
  return [first, ...variants];
};

const types: readonly Type[] = ["real", "real", "real", "int", "bool"];

const programFrom = (seed: number, steps: readonly number[], { wild = true, except = [] }: ProgramOptions): Program => {
  const next = uniformsFrom(seed);
  const count = 1 + Math.floor(next() * 4);
  const inputs = shapesFrom(next, count).map((shape, i): HostArray => {
    const type = types[i === 0 ? 0 : Math.floor(next() * types.length)];
    return { type, shape, values: makers[type](sizeOf(shape), next, wild) };
  });
  const placeholders = inputs.map(({ type, shape }, i) => placeholder(i, type, shape));
  const nodes: Node[] = [...placeholders];
  for (const step of steps) {
    const made = stepFrom(step, nodes, wild, except);
    if (made && !nodes.includes(made)) nodes.push(made);
  }
  const used = new Set(nodes.flatMap((node) => node.inputs));
  const last = nodes.filter((node) => !used.has(node)).slice(-4);
  return { graph: { inputs: placeholders, outputs: last }, inputs };
};

/**
 * Random well-formed programs over all ops but regions and random draws, with arguments to run them on: shapes of up to four axes
 * of 0 to 8, spread, reduced, cut, turned, padded, joined and gathered; up to four outputs. It shrinks by leaving out steps.
 * Inputs but the extreme ones, and all constants, are single-precision numbers.
 */
export const arbitraryProgram = (options: ProgramOptions = {}): fc.Arbitrary<Program> =>
  fc
    .tuple(
      fc.integer({ min: 0, max: 0x7fffffff }),
      fc.array(fc.integer({ min: 0, max: 0x7fffffff }), { maxLength: options.steps ?? 25, size: "max" }),
    )
    .map(([seed, steps]) => programFrom(seed, steps, options));
