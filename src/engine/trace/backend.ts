/** A backend of tfjs that holds no values: its tensors stand for nodes of a graph. */
import * as tf from "#tfjs";
import { currentLabel } from "../../core/within.ts";
import { full } from "../graph/build.ts";
import { constant, type Node } from "../graph/node.ts";
import { cannotTrace } from "./cannotTrace.ts";
import { enter, isRecording, recording } from "./recording.ts";
import { typeOf } from "./types.ts";

export const backendName = "fluvial-trace";

const read = (): never => cannotTrace("a value is read");

const labelledConstant = (values: Float64Array, shape: readonly number[], type: Node["type"]): Node => ({
  ...constant(values, shape, type),
  label: currentLabel(),
});

/** Literals, and what host code made; many times one value is spread from it. */
const literal = (values: ArrayLike<number>, shape: readonly number[], dtype: tf.DataType): Node => {
  const type = typeOf(dtype);
  const exact = Float64Array.from(values);
  if (exact.length > 1 && exact.every((value) => Object.is(value, exact[0]))) return full(exact[0], shape, type);
  return labelledConstant(exact, shape, type);
};

const backend = {
  write: (values: tf.BackendValues, shape: number[], dtype: tf.DataType): object =>
    enter(literal(values as unknown as ArrayLike<number>, shape, dtype)),
  move: read,
  read,
  readSync: read,
  readToGPU: read,
  incRef: (dataId: object): void => {
    const entry = recording().entries.get(dataId);
    if (entry) entry.references++;
  },
  refCount: (dataId: object): number => recording().entries.get(dataId)?.references ?? 0,
  disposeData: (dataId: object, force = false): boolean => {
    if (!isRecording()) return true;
    const { entries } = recording();
    const entry = entries.get(dataId);
    if (!entry) return true;
    entry.references--;
    if (entry.references > 0 && !force) return false;
    return entries.delete(dataId);
  },
  numDataIds: (): number => (isRecording() ? recording().entries.size : 0),
  memory: (): object => ({ unreliable: false }),
  timerAvailable: (): boolean => false,
  floatPrecision: (): number => 32,
  epsilon: (): number => 1e-7,
  dispose: (): void => {},
};

/** Registered at the first trace; below every other, so that tfjs never starts with it. */
export const ensureBackend = (): void => {
  if (!tf.findBackendFactory(backendName))
    tf.registerBackend(backendName, () => backend as unknown as tf.KernelBackend, Number.NEGATIVE_INFINITY);
};
