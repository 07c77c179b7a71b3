import type { Bytes } from "./bytes.ts";
import {
  type Instruction,
  instructions,
  type LaneInstruction,
  type LoadKind,
  laneInstructions,
  loadInstructions,
  type StoreKind,
  storeInstructions,
  type ValueType,
} from "./instructions.ts";

export interface Expr {
  readonly type: ValueType;
  emit(out: Bytes): void;
}
export type Stmt = (out: Bytes) => void;

/** A local variable; used as an Expr it reads itself. */
export interface Local extends Expr {
  set(value: Expr): Stmt;
  tee(value: Expr): Expr;
}

/** A function of the module or an import; `index` is fixed when the module's bytes are made. */
export interface Func {
  readonly name: string;
  readonly params: readonly ValueType[];
  readonly result?: ValueType;
  readonly index: { value: number };
}

const refuse = (message: string): never => {
  throw new Error(`assembler: ${message}`);
};

/** @throws Error unless the arguments have the types expected. */
export const checkTypes = (who: string, expected: readonly ValueType[], args: readonly Expr[]): void => {
  if (expected.length !== args.length || args.some((arg, i) => arg.type !== expected[i]))
    refuse(`${who} expects (${expected.join(", ")}), got (${args.map((arg) => arg.type).join(", ")})`);
};

const opcode = (out: Bytes, prefix: number, code: number): void => {
  if (prefix) {
    out.u8(prefix);
    out.u32(code);
  } else out.u8(code);
};

const emitAll = (exprs: readonly Expr[], out: Bytes): void => {
  for (const expr of exprs) expr.emit(out);
};

/** A plain instruction by its WebAssembly name. @throws Error where operands do not fit it. */
export const op = (name: Instruction, ...args: Expr[]): Expr => {
  const found = instructions.get(name) ?? refuse(`unknown instruction ${name}`);
  checkTypes(name, found.params, args);
  return {
    type: found.result,
    emit: (out) => {
      emitAll(args, out);
      opcode(out, found.prefix, found.code);
    },
  };
};

/** extract_lane (a vector) or replace_lane (a vector and a value) at lane `index`. */
export const lane = (name: LaneInstruction, index: number, ...args: Expr[]): Expr => {
  const [code, count, type] = laneInstructions[name];
  const replaces = name.endsWith("replace_lane");
  checkTypes(name, replaces ? ["v128", type] : ["v128"], args);
  if (!(Number.isInteger(index) && index >= 0 && index < count)) refuse(`${name} has no lane ${index}`);
  return {
    type: replaces ? "v128" : type,
    emit: (out) => {
      emitAll(args, out);
      opcode(out, 0xfd, code);
      out.u8(index);
    },
  };
};

/** i8x16.shuffle: byte i of the result is byte lanes[i] of a (0–15) and b (16–31). */
export const shuffle = (lanes: readonly number[], a: Expr, b: Expr): Expr => {
  checkTypes("i8x16.shuffle", ["v128", "v128"], [a, b]);
  if (lanes.length !== 16 || lanes.some((l) => !(Number.isInteger(l) && l >= 0 && l < 32)))
    refuse(`i8x16.shuffle expects 16 bytes in 0–31, got [${lanes.join(", ")}]`);
  return {
    type: "v128",
    emit: (out) => {
      a.emit(out);
      b.emit(out);
      opcode(out, 0xfd, 0x0d);
      out.append(lanes);
    },
  };
};

const constant = (type: ValueType, emit: (out: Bytes) => void): Expr => ({ type, emit });

export const i32 = (x: number): Expr =>
  constant("i32", (out) => {
    out.u8(0x41);
    out.s32(x);
  });
export const i64 = (x: bigint): Expr =>
  constant("i64", (out) => {
    out.u8(0x42);
    out.s64(x);
  });
export const f32 = (x: number): Expr =>
  constant("f32", (out) => {
    out.u8(0x43);
    out.f32(x);
  });
export const f64 = (x: number): Expr =>
  constant("f64", (out) => {
    out.u8(0x44);
    out.f64(x);
  });

/** A vector constant from its 16 bytes. */
export const v128 = (bytes: ArrayLike<number>): Expr => {
  if (bytes.length !== 16) refuse(`v128 expects 16 bytes, got ${bytes.length}`);
  return constant("v128", (out) => {
    opcode(out, 0xfd, 0x0c);
    out.append(bytes);
  });
};
/** As it is outside `inDouble`, in which a program may be compiled too. */
const Single = Float32Array;
const bytesOf = (values: ArrayBufferView): Expr => v128(new Uint8Array(values.buffer));
export const f64x2 = (x: number): Expr => bytesOf(new Float64Array(2).fill(x));
export const f32x4 = (x: number): Expr => bytesOf(new Single(4).fill(x));
export const i32x4 = (x: number): Expr => bytesOf(new Int32Array(4).fill(x));
export const i64x2 = (x: bigint): Expr => bytesOf(new BigInt64Array(2).fill(BigInt.asIntN(64, x)));

const memoryArgument = (out: Bytes, alignment: number, offset: number): void => {
  out.u32(alignment);
  out.u32(offset);
};

/** Reads memory at address + offset (bytes). */
export const load = (kind: LoadKind, address: Expr, offset = 0): Expr => {
  const [prefix, code, alignment, type] = loadInstructions[kind];
  checkTypes(`load ${kind}`, ["i32"], [address]);
  return {
    type,
    emit: (out) => {
      address.emit(out);
      opcode(out, prefix, code);
      memoryArgument(out, alignment, offset);
    },
  };
};

/** Writes memory at address + offset (bytes); `laneIndex` for the kinds that write one lane. */
export const store = (kind: StoreKind, address: Expr, value: Expr, offset = 0, laneIndex = 0): Stmt => {
  const [prefix, code, alignment, type, count] = storeInstructions[kind];
  checkTypes(`store ${kind}`, ["i32", type], [address, value]);
  if (count && !(laneIndex >= 0 && laneIndex < count)) refuse(`${kind} has no lane ${laneIndex}`);
  return (out) => {
    address.emit(out);
    value.emit(out);
    opcode(out, prefix, code);
    memoryArgument(out, alignment, offset);
    if (count) out.u8(laneIndex);
  };
};

/** `yes` where the i32 condition is not zero, else `no`; both are computed. */
export const select = (condition: Expr, yes: Expr, no: Expr): Expr => {
  checkTypes("select", ["i32", yes.type, yes.type], [condition, yes, no]);
  return {
    type: yes.type,
    emit: (out) => {
      yes.emit(out);
      no.emit(out);
      condition.emit(out);
      if (yes.type === "v128") out.append([0x1c, 1, 0x7b]);
      else out.u8(0x1b);
    },
  };
};

/** A value that is computed after some statements have run. */
export const after = (stmts: readonly Stmt[], value: Expr): Expr => ({
  type: value.type,
  emit: (out) => {
    for (const stmt of stmts) stmt(out);
    value.emit(out);
  },
});

export const call = (f: Func, ...args: Expr[]): Expr => {
  checkTypes(f.name, f.params, args);
  return {
    type: f.result ?? refuse(`${f.name} returns nothing; use run`),
    emit: (out) => {
      emitAll(args, out);
      out.u8(0x10);
      out.u32(f.index.value);
    },
  };
};

/** A call whose result, if any, is dropped. */
export const run = (f: Func, ...args: Expr[]): Stmt => {
  checkTypes(f.name, f.params, args);
  return (out) => {
    emitAll(args, out);
    out.u8(0x10);
    out.u32(f.index.value);
    if (f.result) out.u8(0x1a);
  };
};
