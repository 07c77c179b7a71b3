/**
 * Normal numbers: the quantile of uniform ones. Most lie where one ratio of polynomials serves; the others wait until there are two
 * of them, and are then worked out together and put in their places.
 */
import {
  call,
  type Expr,
  type Func,
  type FunctionBody,
  i32,
  ifElse,
  type Local,
  lane,
  type ModuleBuilder,
  op,
  returning,
  type Stmt,
  select,
  seq,
  shuffle,
  store,
  whileLoop,
} from "./assembler.ts";
import type { MathLibrary } from "./math/library.ts";
import { logNormal } from "./math/logarithm.ts";
import { central, far, isFar, smallerTail } from "./math/quantile.ts";
import { codeOf, type Vector } from "./math/vector.ts";
import { type Draw, type Draws, doubles, fill, keep, type Place, type Precision } from "./uniforms.ts";

const joined = [0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23];

/** These functions call no other of the library. */
const alone = (): never => {
  throw new Error("normals: no function is called here");
};

/** The quantile of two numbers of which each is near 0 or 1. */
const emitFar = (module: ModuleBuilder, v: Vector): Func =>
  module.func("normalFar", ["v128"], "v128", (f) => {
    const [p] = f.params;
    const code = codeOf(f, alone);
    const q = code.keep(v.sub(p, v.constant(0.5)));
    const smaller = code.keep(smallerTail(v, p, q));
    const value = far(v, code, q, smaller, logNormal(v, code, smaller));
    return [...code.stmts, returning(value)];
  });

/** The numbers that wait: at most one. */
interface Waiting {
  readonly is: Local;
  readonly number: Local;
  readonly address: Local;
}

/** A number of the eight, by its place. */
const pick = (pairs: readonly Local[], index: Expr): Expr => {
  const at = (bit: number): Expr => op("i32.and", index, i32(bit));
  const [a, b, c, d] = pairs;
  const pair = select(at(4), select(at(2), d, c), select(at(2), b, a));
  return select(at(1), lane("f64x2.extract_lane", 1, pair), lane("f64x2.extract_lane", 0, pair));
};

interface Writer {
  /** The far quantile of two numbers, as vectors of the output's precision. */
  readonly quantile: (pair: Expr) => Expr;
  readonly put: (address: Expr, vector: Local, at: 0 | 1) => Stmt;
  readonly shift: number;
}

const writer = (precision: Precision, quantile: Func): Writer => {
  const double = precision === "f64";
  const kind = double ? "v128.store64_lane" : "v128.store32_lane";
  return {
    quantile: (pair) => (double ? call(quantile, pair) : op("f32x4.demote_f64x2_zero", call(quantile, pair))),
    put: (address, vector, at) => store(kind, address, vector, 0, at),
    shift: double ? 3 : 2,
  };
};

/** Lets the far ones of eight wait, and works out those that make a pair. `mask` has a bit for each of them. */
const collect = (
  f: FunctionBody,
  pairs: readonly Local[],
  mask: Local,
  { at }: Place,
  { is, number, address }: Waiting,
  { quantile, put, shift }: Writer,
): Stmt => {
  const [index, here] = [f.local("i32"), f.local("i32")];
  const [found, result] = [f.local("f64"), f.local("v128")];
  return whileLoop(mask, [
    index.set(op("i32.ctz", mask)),
    mask.set(op("i32.and", mask, op("i32.sub", mask, i32(1)))),
    found.set(pick(pairs, index)),
    here.set(op("i32.add", at, op("i32.shl", index, i32(shift)))),
    ifElse(
      is,
      [
        result.set(quantile(lane("f64x2.replace_lane", 1, op("f64x2.splat", number), found))),
        put(address, result, 0),
        put(here, result, 1),
      ],
      [number.set(found), address.set(here)],
    ),
    is.set(op("i32.eqz", is)),
  ]);
};

/** A bit for each of eight that is far from ½ and to be written. */
const farMask = (v: Vector, qs: readonly Local[], { left }: Place): Expr => {
  const bits = qs
    .map((q, i) => op("i32.shl", v.any(isFar(v, q)), i32(2 * i)))
    .reduce((all, two) => op("i32.or", all, two));
  const written = op("i32.sub", op("i32.shl", i32(1), left), i32(1));
  return op("i32.and", bits, select(op("i32.lt_s", left, i32(8)), written, i32(255)));
};

const inPrecision: Readonly<Record<Precision, (pairs: readonly Local[]) => readonly Expr[]>> = {
  f64: (pairs) => pairs,
  f32: (pairs) => {
    const single = pairs.map((pair) => op("f32x4.demote_f64x2_zero", pair));
    return [shuffle(joined, single[0], single[1]), shuffle(joined, single[2], single[3])];
  },
};

const draw =
  (precision: Precision, v: Vector, waiting: Waiting, out: Writer): Draw =>
  (f, words, place): Draws => {
    const mask = f.local("i32");
    const numbers = doubles(f, words);
    const code = codeOf(f, alone);
    const qs = numbers.vectors.map((p) => code.keep(v.sub(p, v.constant(0.5))));
    const middles = qs.map((q) => code.keep(central(v, code, q)));
    const { stmts, vectors } = keep(f, inPrecision[precision](middles));
    return {
      stmts: [...numbers.stmts, ...code.stmts, ...stmts],
      vectors,
      after: [mask.set(farMask(v, qs, place)), collect(f, numbers.vectors, mask, place, waiting, out)],
    };
  };

/** (key0, key1, count, to): writes `count` normals. */
export const emitFillNormal = (module: ModuleBuilder, precision: Precision, math: MathLibrary): Func => {
  const out = writer(precision, emitFar(module, math.vectors.f64));
  return module.func("fillNormal", ["i32", "i32", "i32", "i32"], undefined, (f) => {
    const waiting = { is: f.local("i32"), number: f.local("f64"), address: f.local("i32") };
    const result = f.local("v128");
    const rest = ifElse(waiting.is, [
      result.set(out.quantile(op("f64x2.splat", waiting.number))),
      out.put(waiting.address, result, 0),
    ]);
    return [seq(fill(precision, draw(precision, math.vectors.f64, waiting, out))(f)), rest];
  });
};
