/**
 * Threefry 2x32, 20 rounds (Salmon, Moraes, Dror & Shaw 2011), as src/core/threefry.ts has it: one counter in i32, or four in i32x4.
 */
import { type Expr, type FunctionBody, i32, i32x4, type Local, op, type Stmt } from "./assembler.ts";

const rotations = [13, 15, 26, 6, 17, 29, 16, 24] as const;
const parity = 0x1bd11bda;

interface Integers {
  readonly type: "i32" | "v128";
  constant(value: number): Expr;
  add(a: Expr, b: Expr): Expr;
  xor(a: Expr, b: Expr): Expr;
  rotateLeft(a: Local, by: number): Expr;
}

const scalar: Integers = {
  type: "i32",
  constant: i32,
  add: (a, b) => op("i32.add", a, b),
  xor: (a, b) => op("i32.xor", a, b),
  rotateLeft: (a, by) => op("i32.rotl", a, i32(by)),
};

const vector: Integers = {
  type: "v128",
  constant: i32x4,
  add: (a, b) => op("i32x4.add", a, b),
  xor: (a, b) => op("v128.xor", a, b),
  rotateLeft: (a, by) => op("v128.or", op("i32x4.shl", a, i32(by)), op("i32x4.shr_u", a, i32(32 - by))),
};

/** The words of a counter, set once `stmts` have run. */
export interface Words {
  readonly stmts: readonly Stmt[];
  readonly high: Local;
  readonly low: Local;
}

export interface Threefry {
  /** To be run once: what all counters under the key share. */
  readonly begin: readonly Stmt[];
  words(counter: Expr, use: Expr): Words;
}

const generator =
  (n: Integers) =>
  (f: FunctionBody, key0: Expr, key1: Expr): Threefry => {
    const schedule = [f.local(n.type), f.local(n.type), f.local(n.type)] as const;
    const [k0, k1, k2] = schedule;
    const round = (i: number, x: Local, y: Local): Stmt[] => [
      x.set(n.add(x, y)),
      y.set(n.xor(n.rotateLeft(y, rotations[i & 7]), x)),
      ...((i & 3) === 3 ? inject((i >> 2) + 1, x, y) : []),
    ];
    const inject = (s: number, x: Local, y: Local): Stmt[] => [
      x.set(n.add(x, schedule[s % 3])),
      y.set(n.add(y, n.add(schedule[(s + 1) % 3], n.constant(s)))),
    ];
    return {
      begin: [k0.set(key0), k1.set(key1), k2.set(n.xor(n.constant(parity), n.xor(k0, k1)))],
      words: (counter, use) => {
        const [x, y] = [f.local(n.type), f.local(n.type)];
        const rounds = Array.from({ length: 20 }, (_, i) => round(i, x, y)).flat();
        return { high: x, low: y, stmts: [x.set(n.add(counter, k0)), y.set(n.add(use, k1)), ...rounds] };
      },
    };
  };

/** Keys, counters and words are i32. */
export const threefryScalar: (f: FunctionBody, key0: Expr, key1: Expr) => Threefry = generator(scalar);

/** Keys are i32x4 (one key spread), counters and words four i32 each. */
export const threefryVector: (f: FunctionBody, key0: Expr, key1: Expr) => Threefry = generator(vector);
