/** Functions of a module that draw random numbers: those of src/ops/random.ts, from the same keys and counters. */
import { purpose } from "../../core/threefry.ts";
import {
  call,
  type Expr,
  type Func,
  type FunctionBody,
  f32x4,
  f64x2,
  forLoop,
  i32,
  i32x4,
  i64x2,
  ifElse,
  type Local,
  type ModuleBuilder,
  op,
  type Stmt,
  shuffle,
  store,
  v128,
} from "./assembler.ts";
import type { MathLibrary } from "./math/library.ts";
import { threefryScalar, threefryVector, type Words } from "./threefry.ts";

/**
 * fillUniform, fillNormal: (key0, key1, count, to), reals of the program's precision;
 * split: (key0, key1, count, use, to), `count` keys of two i32; foldKey: (key0, key1, index, to), one key.
 * All are i32; `to` is an address in bytes.
 */
export type RandomName = "fillUniform" | "fillNormal" | "split" | "foldKey";

export interface RandomLibrary {
  /** Adds the function to the module at its first use. */
  func(name: RandomName): Func;
}

type Precision = "f64" | "f32";

/** What four draws take: statements, then vectors in the order of memory. */
interface Draws {
  readonly stmts: readonly Stmt[];
  readonly vectors: readonly Local[];
}
type Draw = (f: FunctionBody, words: Words) => Draws;

/** Two words of a counter to 52 bits of (0, 1): a number in [1, 2) with these bits, less 1, and half a step. */
const unit52 = (words: Words, half: "low" | "high"): Expr => {
  const wide = (word: Expr): Expr => op(`i64x2.extend_${half}_i32x4_u`, word);
  const bits = op("v128.or", op("i64x2.shl", wide(words.high), i32(20)), op("i64x2.shr_u", wide(words.low), i32(12)));
  const real = op("v128.or", bits, i64x2(0x3ff0000000000000n));
  return op("f64x2.add", op("f64x2.sub", real, f64x2(1)), f64x2(2 ** -53));
};

/** One word to 23 bits of (0, 1), likewise. */
const unit23 = ({ high }: Words): Expr => {
  const real = op("v128.or", op("i32x4.shr_u", high, i32(9)), i32x4(0x3f800000));
  return op("f32x4.add", op("f32x4.sub", real, f32x4(1)), f32x4(2 ** -24));
};

const keep = (f: FunctionBody, values: readonly Expr[]): Draws => {
  const vectors = values.map(() => f.local("v128"));
  return { vectors, stmts: vectors.map((vector, i) => vector.set(values[i])) };
};

const uniforms: Readonly<Record<Precision, Draw>> = {
  f64: (f, words) => keep(f, [unit52(words, "low"), unit52(words, "high")]),
  f32: (f, words) => keep(f, [unit23(words)]),
};

const joined = [0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23];

const normals = (quantile: Func): Readonly<Record<Precision, Draw>> => {
  const pair = (words: Words, half: "low" | "high"): Expr => call(quantile, unit52(words, half));
  const single = (words: Words, half: "low" | "high"): Expr => op("f32x4.demote_f64x2_zero", pair(words, half));
  return {
    f64: (f, words) => keep(f, [pair(words, "low"), pair(words, "high")]),
    f32: (f, words) => keep(f, [shuffle(joined, single(words, "low"), single(words, "high"))]),
  };
};

/** Writes four draws, or fewer at the end of the array. */
const write = (precision: Precision, vectors: readonly Local[], left: Expr, to: Expr): Stmt => {
  const width = precision === "f64" ? 8 : 4;
  const perVector = 16 / width;
  const part = (i: number): Stmt => {
    const vector = vectors[Math.floor(i / perVector)];
    const kind = precision === "f64" ? "v128.store64_lane" : "v128.store32_lane";
    return ifElse(op("i32.gt_s", left, i32(i)), [store(kind, to, vector, i * width, i % perVector)]);
  };
  const whole = vectors.map((vector, i) => store("v128", to, vector, 16 * i));
  return ifElse(op("i32.ge_s", left, i32(4)), whole, [0, 1, 2].map(part));
};

const fill =
  (precision: Precision, draw: Draw) =>
  (f: FunctionBody): Stmt[] => {
    const [key0, key1, count, to] = f.params;
    const [i, at] = [f.local("i32"), f.local("i32")];
    const counter = f.local("v128");
    const random = threefryVector(f, op("i32x4.splat", key0), op("i32x4.splat", key1));
    const words = random.words(counter, i32x4(purpose.draw));
    const { stmts, vectors } = draw(f, words);
    return [
      ...random.begin,
      counter.set(v128(new Uint8Array(new Int32Array([0, 1, 2, 3]).buffer))),
      at.set(to),
      forLoop(i, i32(0), count, 4, [
        ...words.stmts,
        ...stmts,
        write(precision, vectors, op("i32.sub", count, i), at),
        counter.set(op("i32x4.add", counter, i32x4(4))),
        at.set(op("i32.add", at, i32(precision === "f64" ? 32 : 16))),
      ]),
    ];
  };

const storeKey = (to: Expr, { stmts, high, low }: Words): Stmt[] => [
  ...stmts,
  store("i32", to, high),
  store("i32", to, low, 4),
];

const split = (f: FunctionBody): Stmt[] => {
  const [key0, key1, count, use, to] = f.params;
  const [i, at] = [f.local("i32"), f.local("i32")];
  const random = threefryScalar(f, key0, key1);
  const next = at.set(op("i32.add", at, i32(8)));
  return [...random.begin, at.set(to), forLoop(i, i32(0), count, 1, [...storeKey(at, random.words(i, use)), next])];
};

const foldKey = (f: FunctionBody): Stmt[] => {
  const [key0, key1, index, to] = f.params;
  const random = threefryScalar(f, key0, key1);
  return [...random.begin, ...storeKey(to, random.words(index, i32(purpose.fold)))];
};

/** The random functions of a module, and of the precision of its program. */
export const randomLibrary = (module: ModuleBuilder, precision: Precision, math: MathLibrary): RandomLibrary => {
  const known = new Map<RandomName, Func>();
  const bodies: Readonly<Record<RandomName, () => (f: FunctionBody) => Stmt[]>> = {
    fillUniform: () => fill(precision, uniforms[precision]),
    fillNormal: () => fill(precision, normals(math.func("normalQuantile", "f64"))[precision]),
    split: () => split,
    foldKey: () => foldKey,
  };
  return {
    func: (name) => {
      const params = Array.from({ length: name === "split" ? 5 : 4 }, () => "i32" as const);
      const func = known.get(name) ?? module.func(name, params, undefined, bodies[name]());
      known.set(name, func);
      return func;
    },
  };
};
