import { setFlagsFromString } from "node:v8";
import { describe, expect, it } from "vitest";
import {
  call,
  doLoop,
  type Expr,
  f32,
  f32x4,
  f64,
  f64x2,
  forLoop,
  i32,
  i32x4,
  i64,
  i64x2,
  ifElse,
  lane,
  load,
  memoryCopy,
  memoryFill,
  moduleBuilder,
  op,
  returning,
  run,
  select,
  seq,
  shuffle,
  store,
  v128,
  whileLoop,
} from "../../../src/engine/wasm/assembler.ts";
import { type Instruction, instructions } from "../../../src/engine/wasm/instructions.ts";

setFlagsFromString("--experimental-wasm-relaxed-simd");

type Exports = Readonly<Record<string, (...args: (number | bigint)[]) => number | bigint>>;
const instantiate = (bytes: Uint8Array<ArrayBuffer>, imports: WebAssembly.Imports = {}): Exports =>
  new WebAssembly.Instance(new WebAssembly.Module(bytes), imports).exports as unknown as Exports;

/** The value of an expression without parameters. */
const evaluate = (value: Expr): number | bigint => {
  const module = moduleBuilder();
  module.func("f", [], value.type, () => [returning(value)], { exported: true });
  return instantiate(module.bytes()).f();
};

const a = 2.5;
const b = -0.75;
const bit = (x: boolean): number => (x ? -1 : 0);
const even = (x: number): number => (Math.abs(x % 1) === 0.5 ? 2 * Math.round(x / 2) : Math.round(x));
const floatMath: Record<string, (x: number, y: number) => number> = {
  add: (x, y) => x + y,
  sub: (x, y) => x - y,
  mul: (x, y) => x * y,
  div: (x, y) => x / y,
  min: Math.min,
  max: Math.max,
  pmin: Math.min,
  pmax: Math.max,
  copysign: (x, y) => Math.sign(y) * Math.abs(x),
  abs: (x) => Math.abs(x),
  neg: (x) => -x,
  sqrt: (x) => Math.sqrt(x),
  ceil: (x) => Math.ceil(x),
  floor: (x) => Math.floor(x),
  trunc: (x) => Math.trunc(x),
  nearest: even,
};
const comparisons: Record<string, (x: number, y: number) => boolean> = {
  eq: (x, y) => x === y,
  ne: (x, y) => x !== y,
  lt: (x, y) => x < y,
  gt: (x, y) => x > y,
  le: (x, y) => x <= y,
  ge: (x, y) => x >= y,
};
const intMath: Record<string, (x: number, y: number) => number> = {
  add: (x, y) => x + y,
  sub: (x, y) => x - y,
  mul: (x, y) => x * y,
  min_s: Math.min,
  max_s: Math.max,
  min_u: (x, y) => Math.min(x >>> 0, y >>> 0),
  max_u: (x, y) => Math.max(x >>> 0, y >>> 0),
  div_s: (x, y) => Math.trunc(x / y),
  div_u: (x, y) => Math.trunc((x >>> 0) / (y >>> 0)),
  rem_s: (x, y) => x % y,
  rem_u: (x, y) => (x >>> 0) % (y >>> 0),
  and: (x, y) => x & y,
  or: (x, y) => x | y,
  xor: (x, y) => x ^ y,
  shl: (x, y) => x << y,
  shr_s: (x, y) => x >> y,
  shr_u: (x, y) => x >>> y,
  rotl: (x, y) => (x << y) | (x >>> (32 - y)),
  rotr: (x, y) => (x >>> y) | (x << (32 - y)),
  abs: (x) => Math.abs(x),
  neg: (x) => -x,
  clz: (x) => Math.clz32(x),
};
const intComparisons: Record<string, ((x: number, y: number) => boolean) | undefined> = Object.fromEntries(
  Object.entries(comparisons).flatMap(([name, f]): [string, (x: number, y: number) => boolean][] =>
    name.length === 2 && (name === "eq" || name === "ne")
      ? [[name, f]]
      : [
          [`${name}_s`, f],
          [`${name}_u`, (x, y) => f(x >>> 0, y >>> 0)],
        ],
  ),
);
const instruction = (name: string): Instruction | undefined =>
  instructions.has(name as Instruction) ? (name as Instruction) : undefined;

describe("assembler", () => {
  it("gives every instruction a code and signature the host accepts", () => {
    for (const [name, { params, result }] of instructions) {
      const module = moduleBuilder();
      module.func("f", params, result, (f) => [returning(op(name, ...f.params))]);
      expect(WebAssembly.validate(module.bytes()), name).toBe(true);
    }
    expect(instructions.size).toBeGreaterThan(250);
  });

  it.each(Object.keys(floatMath))("computes floats: %s", (name) => {
    const want = floatMath[name](name === "sqrt" ? 2.5 : b, a);
    const first = name === "sqrt" ? 2.5 : b;
    for (const [type, make, splat, shape] of [
      ["f64", f64, f64x2, "f64x2"],
      ["f32", f32, f32x4, "f32x4"],
    ] as const) {
      const wanted = type === "f64" ? want : Math.fround(want);
      const scalar = instruction(`${type}.${name}`);
      const operands = [first, a];
      if (scalar)
        expect(evaluate(op(scalar, ...operands.slice(0, instructions.get(scalar)!.params.length).map(make)))).toBe(
          wanted,
        );
      const vector = instruction(`${shape}.${name}`);
      if (vector) {
        const result = op(vector, ...operands.slice(0, instructions.get(vector)!.params.length).map(splat));
        expect(evaluate(lane(`${shape}.extract_lane`, 1, result))).toBe(wanted);
      }
      expect(scalar ?? vector, name).toBeDefined();
    }
  });

  it.each(Object.keys(comparisons))("compares floats: %s", (name) => {
    for (const [x, y] of [
      [b, a],
      [a, b],
      [a, a],
    ]) {
      const want = comparisons[name](x, y);
      expect(evaluate(op(instruction(`f64.${name}`)!, f64(x), f64(y)))).toBe(Number(want));
      expect(evaluate(op(instruction(`f32.${name}`)!, f32(x), f32(y)))).toBe(Number(want));
      const wide = op(instruction(`f64x2.${name}`)!, f64x2(x), f64x2(y));
      expect(evaluate(lane("i64x2.extract_lane", 1, wide))).toBe(BigInt(bit(want)));
      const narrow = op(instruction(`f32x4.${name}`)!, f32x4(x), f32x4(y));
      expect(evaluate(lane("i32x4.extract_lane", 3, narrow))).toBe(bit(want));
    }
  });

  it.each([...Object.keys(intMath), ...Object.keys(intComparisons)])("computes integers: %s", (name) => {
    for (const [x, y] of [
      [-9, 4],
      [13, 4],
      [4, 4],
    ]) {
      const compares = intComparisons[name];
      const want = compares ? Number(compares(x, y)) : intMath[name](x, y) | 0;
      const scalar = instruction(`i32.${name}`);
      const unary = (n: Instruction): boolean => instructions.get(n)!.params.length === 1;
      if (scalar) expect(evaluate(unary(scalar) ? op(scalar, i32(x)) : op(scalar, i32(x), i32(y)))).toBe(want);
      const vector = instruction(`i32x4.${name}`);
      if (vector) {
        const shifts = instructions.get(vector)!.params[1] === "i32";
        const result = unary(vector) ? op(vector, i32x4(x)) : op(vector, i32x4(x), shifts ? i32(y) : i32x4(y));
        expect(evaluate(lane("i32x4.extract_lane", 2, result))).toBe(compares ? 0 - want : want);
      }
      const wide = instruction(`i64x2.${name}`);
      if (wide && !name.endsWith("_u")) {
        const shifts = instructions.get(wide)!.params[1] === "i32";
        const result = unary(wide)
          ? op(wide, i64x2(BigInt(x)))
          : op(wide, i64x2(BigInt(x)), shifts ? i32(y) : i64x2(BigInt(y)));
        expect(evaluate(lane("i64x2.extract_lane", 1, result))).toBe(BigInt(compares ? 0 - want : want));
      }
      expect(scalar ?? vector, name).toBeDefined();
    }
  });

  it("converts between shapes", () => {
    const two = op("f64x2.convert_low_i32x4_s", v128(new Uint8Array(new Int32Array([-3, 7, 0, 0]).buffer)));
    expect(evaluate(lane("f64x2.extract_lane", 0, two))).toBe(-3);
    expect(evaluate(lane("f64x2.extract_lane", 1, two))).toBe(7);
    expect(evaluate(lane("i32x4.extract_lane", 1, op("i32x4.trunc_sat_f64x2_s_zero", two)))).toBe(7);
    const narrow = op("f32x4.demote_f64x2_zero", f64x2(0.1));
    expect(evaluate(lane("f32x4.extract_lane", 1, narrow))).toBe(Math.fround(0.1));
    expect(evaluate(lane("f64x2.extract_lane", 1, op("f64x2.promote_low_f32x4", narrow)))).toBe(Math.fround(0.1));
    expect(evaluate(op("i64.reinterpret_f64", f64(1)))).toBe(0x3ff0000000000000n);
    expect(evaluate(op("i64x2.bitmask", i64x2(-1n)))).toBe(3);
    expect(evaluate(op("v128.any_true", f64x2(0)))).toBe(0);
  });

  it("chooses, shuffles and replaces lanes", () => {
    const x = lane("f64x2.replace_lane", 1, f64x2(1), f64(2));
    expect(evaluate(lane("f64x2.extract_lane", 0, x))).toBe(1);
    const swapped = shuffle([8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7], x, x);
    expect(evaluate(lane("f64x2.extract_lane", 0, swapped))).toBe(2);
    expect(evaluate(lane("f64x2.extract_lane", 0, select(i32(0), f64x2(1), f64x2(2))))).toBe(2);
    expect(evaluate(select(i32(7), f64(1), f64(2)))).toBe(1);
    expect(evaluate(lane("f64x2.extract_lane", 0, op("v128.bitselect", f64x2(1), f64x2(2), i64x2(-1n))))).toBe(1);
  });

  it.each([0, 1, -1, 63, 64, -64, -65, 127, 128, 2 ** 31 - 1, -(2 ** 31)])("encodes the constant %d", (x) => {
    expect(evaluate(i32(x))).toBe(x);
    for (const y of [BigInt(x), BigInt(x) << 32n, (BigInt(x) << 32n) + 1n]) expect(evaluate(i64(y))).toBe(y);
    expect(evaluate(f64(x + 0.5))).toBe(x + 0.5);
  });

  it("loops, branches, calls, keeps globals and imports declared late", () => {
    const module = moduleBuilder();
    const total = module.global("i32", 5);
    const add = module.func("add", ["i32"], undefined, (f) => [total.set(op("i32.add", total.get, f.params[0]))]);
    module.func(
      "sum",
      ["i32"],
      "i32",
      (f) => {
        const i = f.local("i32");
        const other = f.local("f64");
        const note = module.imported("host", "note", ["f64"], "f64");
        return [
          forLoop(i, i32(0), f.params[0], 2, [
            ifElse(op("i32.eq", i, i32(4)), [seq([run(add, i32(100))])], [run(add, i)]),
          ]),
          other.set(call(note, op("f64.convert_i32_s", total.get))),
          run(note, other),
          whileLoop(op("i32.gt_s", i, i32(3)), [i.set(op("i32.sub", i, i32(1)))]),
          doLoop([run(add, i)], op("i32.lt_s", total.get, i32(300))),
          returning(total.get),
        ];
      },
      { exported: true },
    );
    const noted: number[] = [];
    const exports = instantiate(module.bytes(), { host: { note: (x: number) => noted.push(x) && x + 0.5 } });
    // 5 + 0 + 2 + 100 + 6 + 8 = 121; then i falls from 10 to 3, and 3 is added until 300 is reached
    expect(exports.sum(10)).toBe(301);
    expect(noted).toEqual([121, 121.5]);
  });

  it("reads and writes memory", () => {
    const module = moduleBuilder();
    module.memory(1);
    const at = i32(64);
    module.func(
      "f",
      [],
      "f64",
      () => [
        store("f64", at, f64(1.5), 8),
        store("v128", at, load("v128.load64_splat", at, 8), 16),
        store("v128.store64_lane", at, f64x2(2.5), 40, 1),
        store("v128.store32_lane", at, f32x4(0.25), 48, 3),
        memoryCopy(i32(256), i32(80), i32(32)),
        memoryFill(i32(300), i32(7), i32(3)),
        returning(op("f64.add", load("f64", i32(264)), load("f64", i32(280)))),
      ],
      { exported: true },
    );
    const memory = new WebAssembly.Memory({ initial: 1, maximum: 1 });
    // 256…: the splat 1.5, 1.5; then 0 at 272, the stored lane at 280
    expect(instantiate(module.bytes(), { env: { memory } }).f()).toBe(0 + 1.5 + new Float64Array(memory.buffer)[35]);
    expect(new Float64Array(memory.buffer).slice(32, 34)).toEqual(new Float64Array([1.5, 1.5]));
    expect(new Float64Array(memory.buffer)[(64 + 40) / 8]).toBe(2.5);
    expect(new Float32Array(memory.buffer)[(64 + 48) / 4]).toBe(0.25);
    expect([...new Uint8Array(memory.buffer, 299, 5)]).toEqual([0, 7, 7, 7, 0]);
  });

  it("refuses operands that do not fit", () => {
    expect(() => op("f64.add", f64(1), f32(1))).toThrow("f64.add expects (f64, f64), got (f64, f32)");
    expect(() => op("f64.abs", f64(1), f64(1))).toThrow("got (f64, f64)");
    expect(() => lane("f64x2.extract_lane", 2, f64x2(1))).toThrow("no lane 2");
    expect(() => shuffle([1], f64x2(1), f64x2(1))).toThrow("16 bytes");
    expect(() => select(f64(1), f64(1), f64(1))).toThrow("select");
    expect(() => ifElse(f64(0), [])).toThrow("ifElse");
    expect(() => v128([1])).toThrow("16 bytes");
    const module = moduleBuilder();
    module.imported("host", "sin", ["f64"], "f64");
    expect(() => module.imported("host", "sin", ["f32"], "f64")).toThrow("host.sin");
    module.func("f", ["i32"], undefined, (f) => {
      expect(() => f.params[0].set(f64(1))).toThrow("local 0");
      return [];
    });
  });

  it("writes a hundred thousand statements quickly", () => {
    const module = moduleBuilder();
    module.func(
      "f",
      ["f64"],
      "f64",
      ({ params: [x] }) => [
        ...Array.from({ length: 100_000 }, (_, i) => x.set(op("f64.add", x, f64(i)))),
        returning(x),
      ],
      { exported: true },
    );
    const before = performance.now();
    const bytes = module.bytes();
    expect(performance.now() - before).toBeLessThan(2000);
    expect(instantiate(bytes).f(0)).toBe(4999950000);
  });
});
