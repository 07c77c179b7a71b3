import {
  call,
  type Expr,
  type Func,
  type FunctionBody,
  f64x2,
  forLoop,
  i32,
  ifElse,
  type Local,
  load,
  type ModuleBuilder,
  memoryCopy,
  memoryFill,
  op,
  returning,
  run,
  type Stmt,
  seq,
  shuffle,
  store,
} from "../assembler.ts";
import type { DenseLayout, NutsLayout } from "./layout.ts";
import { add, multiply } from "./rows.ts";

/**
 * With a dense metric Σ = L Lᵀ, trajectories run in the coordinates u of x = x₀ + L u, where x₀ is the chain's position: there the metric
 * is the identity, momenta are standard normals, and all else stays as it is with a diagonal one. L lies packed by
 * rows, row i in ⌊i / 2⌋ + 1 pairs, so that rows 2k and 2k + 1 are equally long.
 */
export interface Whitening {
  /** () → f64: the log density at the moving position; leaves its slope beside it. */
  readonly slopeAt: Func;
  /** Puts the moving and the waiting end at x₀, where u = 0. Nothing where the metric is diagonal. */
  readonly begin: readonly Stmt[];
}

const pairBytes = 16;

const isDense = ({ flag }: DenseLayout): Expr => load("i32", i32(0), flag);

/** `body` for every two rows of L at once, with the addresses of both and the bytes that each is long; then `last` where one is left. */
const overFactor = (
  f: FunctionBody,
  size: number,
  factor: number,
  body: (k: Local, first: Local, second: Local, bytes: Local) => readonly Stmt[],
  last: (first: Local, bytes: Local) => readonly Stmt[],
): Stmt => {
  const [k, first, second, bytes] = [f.local("i32"), f.local("i32"), f.local("i32"), f.local("i32")];
  const pairs = Math.floor(size / 2);
  return seq([
    first.set(i32(factor)),
    bytes.set(i32(pairBytes)),
    forLoop(k, i32(0), i32(pairs * pairBytes), pairBytes, [
      second.set(op("i32.add", first, bytes)),
      ...body(k, first, second, bytes),
      first.set(op("i32.add", second, bytes)),
      bytes.set(op("i32.add", bytes, i32(pairBytes))),
    ]),
    ...(size % 2 ? last(first, bytes) : []),
  ]);
};

/** () → (): x = x₀ + L u. */
const emitUnwhiten = (module: ModuleBuilder, layout: NutsLayout, dense: DenseLayout): Func =>
  module.func("unwhiten", [], undefined, (f) => {
    const { size, position, state } = layout;
    const [at, u, one, two] = [f.local("i32"), f.local("v128"), f.local("v128"), f.local("v128")];
    const gather = (sum: Local, row: Local): Stmt =>
      sum.set(add(sum, multiply(u, load("v128", op("i32.add", row, at)))));
    const readU = u.set(load("v128", at, dense.position));
    const lanes = (from: number): number[] => [0, 1, 2, 3, 4, 5, 6, 7].flatMap((i) => [i + from]);
    const low = shuffle([...lanes(0), ...lanes(16)], one, two);
    const high = shuffle([...lanes(8), ...lanes(24)], one, two);
    return [
      overFactor(
        f,
        size,
        dense.factor,
        (k, first, second, bytes) => [
          one.set(f64x2(0)),
          two.set(f64x2(0)),
          forLoop(at, i32(0), bytes, pairBytes, [readU, gather(one, first), gather(two, second)]),
          store("v128", k, add(load("v128", k, state.position), add(low, high)), position),
        ],
        (first, bytes) => [
          one.set(f64x2(0)),
          forLoop(at, i32(0), bytes, pairBytes, [readU, gather(one, first)]),
          two.set(shuffle([...lanes(8), ...lanes(0)], one, one)),
          store(
            "v128.store64_lane",
            i32(0),
            add(load("v128.load64_zero", i32(0), state.position + 8 * (size - 1)), add(one, two)),
            position + 8 * (size - 1),
            0,
          ),
        ],
      ),
    ];
  });

/** `whiten(from: i32)`: the slope in u, Lᵀ g, of the slope g in x that lies at `from`. */
const emitWhiten = (module: ModuleBuilder, { size, rowBytes }: NutsLayout, dense: DenseLayout): Func =>
  module.func("whiten", ["i32"], undefined, (f) => {
    const [from] = f.params;
    const [at, one, two] = [f.local("i32"), f.local("v128"), f.local("v128")];
    const term = (row: Local, slope: Local): Expr => multiply(slope, load("v128", op("i32.add", row, at)));
    const increase = (by: Expr): Stmt => store("v128", at, add(load("v128", at, dense.slope), by), dense.slope);
    const slopeOf = (address: Expr, offset: number): Expr => load("v128.load64_splat", address, offset);
    return [
      memoryFill(i32(dense.slope), i32(0), i32(rowBytes)),
      overFactor(
        f,
        size,
        dense.factor,
        (k, first, second, bytes) => [
          one.set(slopeOf(op("i32.add", from, k), 0)),
          two.set(slopeOf(op("i32.add", from, k), 8)),
          forLoop(at, i32(0), bytes, pairBytes, [increase(add(term(first, one), term(second, two)))]),
        ],
        (first, bytes) => [
          one.set(slopeOf(from, 8 * (size - 1))),
          forLoop(at, i32(0), bytes, pairBytes, [increase(term(first, one))]),
        ],
      ),
    ];
  });

/** Adds to a module what a dense metric takes, where there is room for one. */
export const emitWhitening = (module: ModuleBuilder, layout: NutsLayout, gradient: Func): Whitening => {
  const { dense, waiting, rowBytes, slope, state } = layout;
  if (!dense) return { slopeAt: gradient, begin: [] };
  const unwhiten = emitUnwhiten(module, layout, dense);
  const whiten = emitWhiten(module, layout, dense);
  const slopeAt = module.func("slopeAt", [], "f64", (f) => {
    const logDensity = f.local("f64");
    return [
      ifElse(isDense(dense), [run(unwhiten)]),
      logDensity.set(call(gradient)),
      ifElse(isDense(dense), [run(whiten, i32(slope))]),
      returning(logDensity),
    ];
  });
  const clear = (row: number): Stmt => memoryFill(i32(row), i32(0), i32(rowBytes));
  const begin = ifElse(isDense(dense), [
    clear(dense.position),
    clear(waiting.position),
    run(whiten, i32(state.slope)),
    memoryCopy(i32(waiting.slope), i32(dense.slope), i32(rowBytes)),
  ]);
  return { slopeAt, begin: [begin] };
};
