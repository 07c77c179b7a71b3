import type { Bytes } from "./bytes.ts";
import { checkTypes, type Expr, i32, type Local, op, type Stmt } from "./expressions.ts";

const code = { block: 0x02, loop: 0x03, if: 0x04, else: 0x05, end: 0x0b, breakIf: 0x0d, return: 0x0f, drop: 0x1a };
const noResult = 0x40;

const emitAll = (stmts: readonly Stmt[], out: Bytes): void => {
  for (const stmt of stmts) stmt(out);
};
const condition = (who: string, test: Expr): void => checkTypes(who, ["i32"], [test]);

/** The statements one after another. */
export const seq =
  (stmts: readonly Stmt[]): Stmt =>
  (out) =>
    emitAll(stmts, out);

/** Runs `yes` where the i32 is not zero, else `no`. */
export const ifElse = (test: Expr, yes: readonly Stmt[], no: readonly Stmt[] = []): Stmt => {
  condition("ifElse", test);
  return (out) => {
    test.emit(out);
    out.append([code.if, noResult]);
    emitAll(yes, out);
    if (no.length) {
      out.u8(code.else);
      emitAll(no, out);
    }
    out.u8(code.end);
  };
};

/** The body, then the body again as long as `again` is not zero. */
export const doLoop = (body: readonly Stmt[], again: Expr): Stmt => {
  condition("doLoop", again);
  return (out) => {
    out.append([code.loop, noResult]);
    emitAll(body, out);
    again.emit(out);
    out.append([code.breakIf, 0, code.end]);
  };
};

/** The body as long as the condition, tested first, is not zero. */
export const whileLoop = (test: Expr, body: readonly Stmt[]): Stmt => ifElse(test, [doLoop(body, test)]);

/** i = from; while (i < below, signed) { body; i += step }. `below` is computed anew at each test. */
export const forLoop = (i: Local, from: Expr, below: Expr, step: number, body: readonly Stmt[]): Stmt => {
  checkTypes("forLoop", ["i32", "i32", "i32"], [i, from, below]);
  if (!(Number.isInteger(step) && step > 0)) throw new Error(`assembler: forLoop expects a step above 0, got ${step}`);
  const next = i.set(op("i32.add", i, i32(step)));
  return seq([i.set(from), whileLoop(op("i32.lt_s", i, below), [...body, next])]);
};

/** Leaves the function with a value. */
export const returning =
  (value: Expr): Stmt =>
  (out) => {
    value.emit(out);
    out.u8(code.return);
  };

/** Computes the value and forgets it. */
export const drop =
  (value: Expr): Stmt =>
  (out) => {
    value.emit(out);
    out.u8(code.drop);
  };

const bulk = (who: string, args: readonly Expr[], suffix: readonly number[]): Stmt => {
  checkTypes(who, ["i32", "i32", "i32"], args);
  return (out) => {
    for (const arg of args) arg.emit(out);
    out.append([0xfc, ...suffix]);
  };
};

/** Copies `bytes` bytes of memory; the ranges may overlap. */
export const memoryCopy = (to: Expr, from: Expr, bytes: Expr): Stmt =>
  bulk("memoryCopy", [to, from, bytes], [0x0a, 0, 0]);

/** Sets `bytes` bytes of memory to the low byte of `value`. */
export const memoryFill = (to: Expr, value: Expr, bytes: Expr): Stmt =>
  bulk("memoryFill", [to, value, bytes], [0x0b, 0]);
