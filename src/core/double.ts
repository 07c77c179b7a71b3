import { onCpu } from "./backend.ts";

/** A precision that a program runs in. */
export type Precision = "f32" | "f64";

const single = Float32Array;
const constructors = { f32: single, f64: Float64Array as unknown as Float32ArrayConstructor } as const;

/**
 * Runs f with real buffers of a given precision, on whatever backend is active.
 *
 * TensorFlow.js allocates every real buffer as `new Float32Array(…)`, literals included. While f runs, that name stands for
 * Float64Array where the precision is double, so that every buffer made meanwhile holds doubles. f must be synchronous: nothing
 * else can run in between. Tensors made inside still say "float32": the name of the type is not its width.
 */
export const withBuffers = <T>(precision: Precision, f: () => T): T => {
  const before = globalThis.Float32Array;
  globalThis.Float32Array = constructors[precision];
  try {
    return f();
  } finally {
    globalThis.Float32Array = before;
  }
};

/** Runs f on the eager cpu backend in a given precision; f must be synchronous. */
export const inPrecision = <T>(precision: Precision, f: () => T): T => onCpu(() => withBuffers(precision, f));

/** Runs f in double precision. */
export const inDouble = <T>(f: () => T): T => inPrecision("f64", f);

/** Whether real buffers made now hold doubles. */
export const isDouble = (): boolean => globalThis.Float32Array.BYTES_PER_ELEMENT === 8;
