import type { Precision } from "../../core/double.ts";
import { sizeOf } from "../../core/shape.ts";
import type { Emitted, Slot } from "../wasm/program.ts";
import { hostFunctions } from "./host.ts";

type Values = Float64Array | Float32Array | Int32Array | Uint8Array;

/** A running copy of a program, with memory of its own. */
export interface Instance {
  readonly memory: WebAssembly.Memory;
  readonly exports: Readonly<Record<string, (...args: number[]) => number>>;
  write(slot: Slot, values: ArrayLike<number>): void;
  /** A copy: of reals in the program's precision, of ints Int32Array, of bools Uint8Array. */
  read(slot: Slot): Values;
  /** A view of a slot, for as long as the instance lives; of a bool, the reals 0 and 1. */
  view(slot: Slot): Float64Array | Float32Array | Int32Array;
}

/** As it is outside `inDouble`, in which a program may be run too. */
const Single = Float32Array;

const viewOf = (memory: WebAssembly.Memory, { type, shape, offset }: Slot, precision: Precision) => {
  const size = sizeOf(shape);
  if (type === "int") return new Int32Array(memory.buffer, offset, size);
  return precision === "f64" ? new Float64Array(memory.buffer, offset, size) : new Single(memory.buffer, offset, size);
};

/** Starts a program: its memory is as large as it will ever be. */
export const instantiate = (
  module: WebAssembly.Module,
  emitted: Pick<Emitted, "pages" | "constants">,
  precision: Precision,
): Instance => {
  const memory = new WebAssembly.Memory({ initial: emitted.pages, maximum: emitted.pages });
  const instance = new WebAssembly.Instance(module, { env: { memory }, host: hostFunctions });
  const view = (slot: Slot) => viewOf(memory, slot, precision);
  const write = (slot: Slot, values: ArrayLike<number>): void => view(slot).set(values);
  for (const { slot, values } of emitted.constants) write(slot, values);
  return {
    memory,
    exports: instance.exports as unknown as Instance["exports"],
    write,
    read: (slot) => (slot.type === "bool" ? Uint8Array.from(view(slot)) : view(slot).slice()),
    view,
  };
};
