/** Runs one kernel in a module of its own, on operands laid in memory as a test wants them. */
import type { Precision } from "../../../src/core/double.ts";
import { range, sizeOf } from "../../../src/core/shape.ts";
import type { Shape } from "../../../src/core/tensor.ts";
import type { Type } from "../../../src/engine/graph/ops.ts";
import { i32, moduleBuilder, type Stmt } from "../../../src/engine/wasm/assembler.ts";
import { type Context, type View, widthOf } from "../../../src/engine/wasm/context.ts";
import { mathLibrary } from "../../../src/engine/wasm/math/library.ts";

/** How an operand lies: which axis is innermost last, elements left out between neighbours, axes that run backwards. */
export interface Layout {
  readonly order?: readonly number[];
  readonly step?: number;
  readonly reversed?: readonly number[];
  /** Axes with one element for all. */
  readonly spread?: readonly number[];
}

/** A tensor of a test: its elements row by row, whatever its layout. */
export interface Operand {
  readonly type: Type;
  readonly shape: Shape;
  readonly values: Float64Array;
  readonly layout: Layout;
}

export const indexOf = (flat: number, shape: Shape): number[] => {
  const index: number[] = [];
  let rest = flat;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    index.unshift(rest % shape[axis]);
    rest = Math.floor(rest / shape[axis]);
  }
  return index;
};

const stridesOf = (shape: Shape, { order = range(shape.length), step = 1, spread = [] }: Layout): number[] => {
  const strides = shape.map(() => 0);
  let next = step;
  for (const axis of [...order].reverse())
    if (!spread.includes(axis)) {
      strides[axis] = next;
      next *= Math.max(1, shape[axis]);
    }
  return strides;
};

/** Values by index; an axis that is spread sees index 0. */
export const operand = (
  shape: Shape,
  value: (flat: number) => number,
  layout: Layout = {},
  type: Type = "real",
): Operand => {
  const own = stridesOf(shape, {});
  const values = Float64Array.from({ length: sizeOf(shape) }, (_, flat) => {
    const index = indexOf(flat, shape).map((i, axis) => (layout.spread?.includes(axis) ? 0 : i));
    return value(index.reduce((sum, i, axis) => sum + i * own[axis], 0));
  });
  return { type, shape, values, layout };
};

const writer = (memory: DataView, type: Type, precision: Precision) => (at: number, value: number) => {
  if (type === "int") memory.setInt32(at, value, true);
  else if (precision === "f32") memory.setFloat32(at, value, true);
  else memory.setFloat64(at, value, true);
};
const reader =
  (memory: DataView, type: Type, precision: Precision) =>
  (at: number): number => {
    if (type === "int") return memory.getInt32(at, true);
    return precision === "f32" ? memory.getFloat32(at, true) : memory.getFloat64(at, true);
  };

export interface KernelTest {
  readonly precision: Precision;
  readonly relaxed?: boolean;
  readonly out: { readonly type: Type; readonly shape: Shape };
  readonly inputs: readonly Operand[];
  readonly emit: (context: Context, out: View, inputs: readonly View[]) => readonly Stmt[];
  readonly imports?: WebAssembly.ModuleImports;
  /** Give every view a run-time base. */
  readonly based?: boolean;
}

interface Placed {
  readonly view: View;
  readonly bytes: number;
  readonly first: number;
}

/** Places operands one after another, the last against the end of memory, so that reading past it traps. */
const place = (shape: Shape, type: Type, layout: Layout, precision: Precision): Placed => {
  const width = widthOf(type, precision);
  const strides = stridesOf(shape, layout);
  const reversed = layout.reversed ?? [];
  const reach = strides.map((stride, axis) => stride * Math.max(0, shape[axis] - 1));
  const first = reversed.reduce((sum, axis) => sum + reach[axis], 0);
  const signed = strides.map((stride, axis) => (reversed.includes(axis) ? -stride : stride));
  const bytes = (reach.reduce((a, b) => a + b, 0) + 1) * width;
  return { view: { type, shape, strides: signed, offset: 0 }, bytes, first: first * width };
};

const page = 65536;
const sentinel = 0xff;

/** What the kernel writes, row by row. @throws Error where it writes anywhere else but to scratch. */
export const runKernel = ({ precision, relaxed = false, out, inputs, emit, imports, based }: KernelTest): number[] => {
  const width = widthOf(out.type, precision);
  const outBytes = sizeOf(out.shape) * width;
  const placed = inputs.map(({ shape, type, layout }) => place(shape, type, layout, precision));
  const module = moduleBuilder();
  const scratchStart = 64;
  let scratchEnd = scratchStart;
  const scratch = (bytes: number): number => {
    const at = scratchEnd;
    scratchEnd += Math.ceil(bytes / 16) * 16;
    return at;
  };
  // Emitted twice: the first time tells how much scratch it takes.
  let offsets = placed.map(() => 0);
  let outAt = 0;
  const build = (target: typeof module): void => {
    target.func(
      "run",
      [],
      undefined,
      (body) => {
        const base = based ? body.local("i32") : undefined;
        const shift = base ? 8 : 0;
        const math = mathLibrary(target, precision, { relaxed });
        const context: Context = { module: target, body, math, precision, relaxed, scratch };
        const views = placed.map(({ view, first }, i): View => ({ ...view, base, offset: offsets[i] + first - shift }));
        const target_: View = { ...out, strides: stridesOf(out.shape, {}), base, offset: outAt - shift };
        return [...(base ? [base.set(i32(shift))] : []), ...emit(context, target_, views)];
      },
      { exported: true },
    );
  };
  build(module);
  const scratchBytes = scratchEnd;
  const total = scratchBytes + 8 + outBytes + placed.reduce((sum, { bytes }) => sum + bytes + 8, 0) + 64;
  const pages = Math.ceil(total / page);
  let at = pages * page;
  offsets = placed
    .map(({ bytes }) => {
      at = Math.floor((at - bytes) / 8) * 8;
      return at;
    })
    .map((offset, i) => (i === 0 ? pages * page - placed[0].bytes : offset));
  outAt = Math.floor((at - outBytes - 8) / 8) * 8;
  scratchEnd = scratchStart;
  const second = moduleBuilder();
  second.memory(pages);
  build(second);
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
  const bytes = new Uint8Array(memory.buffer).fill(sentinel);
  const view = new DataView(memory.buffer);
  inputs.forEach(({ values, shape, type }, i) => {
    const write = writer(view, type, precision);
    const { strides } = placed[i].view;
    for (const [flat, value] of values.entries()) {
      const element = indexOf(flat, shape).reduce((sum, index, axis) => sum + index * strides[axis], 0);
      write(offsets[i] + placed[i].first + element * widthOf(type, precision), value);
    }
  });
  const before = bytes.slice();
  const instance = new WebAssembly.Instance(new WebAssembly.Module(second.bytes()), {
    env: { memory },
    host: imports ?? {},
  });
  (instance.exports.run as () => void)();
  const kept: readonly (readonly [number, number])[] = [
    [0, scratchStart],
    [scratchEnd, outAt],
    [outAt + outBytes, bytes.length],
  ];
  for (const [from, to] of kept)
    if (Buffer.compare(bytes.subarray(from, to), before.subarray(from, to)))
      throw new Error(`a kernel wrote between bytes ${from} and ${to}; its result lies from ${outAt}`);
  const read = reader(view, out.type, precision);
  return range(sizeOf(out.shape)).map((i) => read(outAt + i * width));
};

/** A fixed stream of numbers in (−1, 1), exact in single precision. */
export const numbers = (seed: number): ((flat: number) => number) => {
  return (flat) => {
    let x = Math.imul(flat + 1, 0x9e3779b1) ^ Math.imul(seed + 1, 0x85ebca6b);
    x = Math.imul(x ^ (x >>> 15), 0x2c1b3c6d);
    x = Math.imul(x ^ (x >>> 12), 0x297a2d39);
    x ^= x >>> 15;
    return ((x >>> 9) + 0.5) / 2 ** 22 - 1;
  };
};

export const epsilon: Readonly<Record<Precision, number>> = { f64: 2 ** -52, f32: 2 ** -23 };
