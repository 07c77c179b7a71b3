/**
 * Double precision on the eager cpu backend.
 *
 * TensorFlow.js allocates every real buffer as `new Float32Array(…)`, literals included. While `inDouble(f)` runs, that name stands
 * for Float64Array, so that every buffer made meanwhile holds doubles. `f` must be synchronous: nothing else can run in between.
 * Tensors made inside still say "float32": the name of the type is not its width.
 */
const single = Float32Array;

export const inDouble = <T>(f: () => T): T => {
  const before = globalThis.Float32Array;
  globalThis.Float32Array = Float64Array as unknown as Float32ArrayConstructor;
  try {
    return f();
  } finally {
    globalThis.Float32Array = before;
  }
};

/** The opposite: single precision inside, whatever stands outside. */
export const inSingle = <T>(f: () => T): T => {
  const before = globalThis.Float32Array;
  globalThis.Float32Array = single;
  try {
    return f();
  } finally {
    globalThis.Float32Array = before;
  }
};

/** Whether real buffers made now hold doubles. */
export const isDouble = (): boolean => globalThis.Float32Array.BYTES_PER_ELEMENT === 8;

/** A precision that a program runs in. */
export type Precision = "f32" | "f64";

export const inPrecision = <T>(precision: Precision, f: () => T): T =>
  precision === "f64" ? inDouble(f) : inSingle(f);
