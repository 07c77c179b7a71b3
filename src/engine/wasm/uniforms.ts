/** Uniform numbers from the words of a counter, and loops that write them: eight at a time. */
import { purpose } from "../../core/threefry.ts";
import {
  type Expr,
  type FunctionBody,
  f32x4,
  f64x2,
  forLoop,
  i32,
  i32x4,
  i64x2,
  ifElse,
  type Local,
  op,
  type Stmt,
  store,
  v128,
} from "./assembler.ts";
import { threefryVector, type Words } from "./threefry.ts";

export type Precision = "f64" | "f32";

/** Two of four words to 52 bits of (0, 1): a number in [1, 2) with these bits, less 1, and half a step. */
export const unit52 = (words: Words, half: "low" | "high"): Expr => {
  const wide = (word: Expr): Expr => op(`i64x2.extend_${half}_i32x4_u`, word);
  const bits = op("v128.or", op("i64x2.shl", wide(words.high), i32(20)), op("i64x2.shr_u", wide(words.low), i32(12)));
  const real = op("v128.or", bits, i64x2(0x3ff0000000000000n));
  return op("f64x2.add", op("f64x2.sub", real, f64x2(1)), f64x2(2 ** -53));
};

/** Four words to 23 bits of (0, 1), likewise. */
export const unit23 = ({ high }: Words): Expr => {
  const real = op("v128.or", op("i32x4.shr_u", high, i32(9)), i32x4(0x3f800000));
  return op("f32x4.add", op("f32x4.sub", real, f32x4(1)), f32x4(2 ** -24));
};

/** What eight draws take: statements, then vectors in the order of memory; and what follows once they are written. */
export interface Draws {
  readonly stmts: readonly Stmt[];
  readonly vectors: readonly Local[];
  readonly after?: readonly Stmt[];
}

/** Where eight draws go: their address, and how many are left to write. */
export interface Place {
  readonly at: Local;
  readonly left: Local;
}
export type Draw = (f: FunctionBody, words: readonly Words[], place: Place) => Draws;

/** Writes four draws from number `from` on, or fewer at the end of the array. */
const write = (precision: Precision, vectors: readonly Local[], { at, left }: Place, from: number): Stmt => {
  const width = precision === "f64" ? 8 : 4;
  const perVector = 16 / width;
  const offset = from * width;
  const part = (i: number): Stmt => {
    const vector = vectors[Math.floor(i / perVector)];
    const kind = precision === "f64" ? "v128.store64_lane" : "v128.store32_lane";
    return ifElse(op("i32.gt_s", left, i32(from + i)), [store(kind, at, vector, offset + i * width, i % perVector)]);
  };
  const whole = vectors.map((vector, i) => store("v128", at, vector, offset + 16 * i));
  return ifElse(op("i32.ge_s", left, i32(from + 4)), whole, [0, 1, 2].map(part));
};

/** The body of a function (key0, key1, count, to) that writes `count` draws of a key. */
export const fill =
  (precision: Precision, draw: Draw) =>
  (f: FunctionBody): Stmt[] => {
    const [key0, key1, count, to] = f.params;
    const [i, at, left] = [f.local("i32"), f.local("i32"), f.local("i32")];
    const counter = f.local("v128");
    const random = threefryVector(f, op("i32x4.splat", key0), op("i32x4.splat", key1));
    const words = [counter, op("i32x4.add", counter, i32x4(4))].map((at) => random.words(at, i32x4(purpose.draw)));
    const { stmts, vectors, after = [] } = draw(f, words, { at, left });
    const half = vectors.length / 2;
    return [
      ...random.begin,
      counter.set(v128(new Uint8Array(new Int32Array([0, 1, 2, 3]).buffer))),
      at.set(to),
      forLoop(i, i32(0), count, 8, [
        left.set(op("i32.sub", count, i)),
        ...words.flatMap((four) => four.stmts),
        ...stmts,
        write(precision, vectors.slice(0, half), { at, left }, 0),
        write(precision, vectors.slice(half), { at, left }, 4),
        ...after,
        counter.set(op("i32x4.add", counter, i32x4(8))),
        at.set(op("i32.add", at, i32(precision === "f64" ? 64 : 32))),
      ]),
    ];
  };

/** Locals set to the values. */
export const keep = (f: FunctionBody, values: readonly Expr[]): Draws => {
  const vectors = values.map(() => f.local("v128"));
  return { vectors, stmts: vectors.map((vector, i) => vector.set(values[i])) };
};

/** Eight uniforms in double precision, two by two. */
export const doubles = (f: FunctionBody, words: readonly Words[]): Draws =>
  keep(
    f,
    words.flatMap((four) => [unit52(four, "low"), unit52(four, "high")]),
  );

export const uniforms: Readonly<Record<Precision, Draw>> = {
  f64: doubles,
  f32: (f, words) => keep(f, words.map(unit23)),
};
