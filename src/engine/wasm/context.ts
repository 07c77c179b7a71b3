/** What the emitters of whole-tensor operations are given: where to write code, and how tensors lie in memory. */
import type { Precision } from "../../core/double.ts";
import type { Shape } from "../../core/tensor.ts";
import type { Type } from "../graph/ops.ts";
import type { FunctionBody, Local, ModuleBuilder } from "./assembler.ts";
import type { MathLibrary } from "./math/library.ts";

/** A tensor in memory. */
export interface View {
  readonly type: Type;
  readonly shape: Shape;
  /** Elements from one to the next along each axis: 0 where one element is spread, below 0 where the axis runs backwards. */
  readonly strides: readonly number[];
  /** An i32 added to `offset`, where the address is known only at run time. */
  readonly base?: Local;
  /** Bytes to the first element. */
  readonly offset: number;
}

export interface Context {
  readonly module: ModuleBuilder;
  readonly body: FunctionBody;
  readonly math: MathLibrary;
  /** That of every real of the program. */
  readonly precision: Precision;
  /** Whether relaxed SIMD instructions may be used. */
  readonly relaxed: boolean;
  /** The address of scratch memory, aligned to 16 bytes, that a statement may use until it ends. */
  readonly scratch: (bytes: number) => number;
}

/** Bytes of an element. Bools are stored as the reals 0 and 1. */
export const widthOf = (type: Type, precision: Precision): number => (type === "int" || precision === "f32" ? 4 : 8);
