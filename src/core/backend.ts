import * as tf from "#tfjs";
import { tracing } from "./tracing.ts";

/** The active backend's name; starts the default one where none is active and it can start at once. */
const activeBackend = (): string | undefined => {
  const name: string | undefined = tf.getBackend();
  if (name !== undefined) return name;
  try {
    tf.backend();
    return tf.getBackend();
  } catch {
    return undefined;
  }
};

/** Runs f on the cpu backend, whatever backend is active around it. */
export const onCpu = <T>(f: () => T): T => onBackend("cpu", f);

/**
 * Runs f on a backend to which switching is synchronous, whatever backend is active around it. What is traced does not switch: it
 * is recorded wherever it would run.
 */
export const onBackend = <T>(name: string, f: () => T): T => {
  if (tracing()) return f();
  const before = activeBackend();
  if (before === name) return f();
  void tf.setBackend(name);
  try {
    return f();
  } finally {
    if (before !== undefined) void tf.setBackend(before);
  }
};

/** Whether a tensor's values lie with the cpu backend. */
export const isOnCpu = (x: tf.Tensor): boolean =>
  tf.engine().state.tensorInfo.get(x.dataId)?.backend === tf.findBackend("cpu");
