import * as tf from "#tfjs";
import { fail } from "../core/check.ts";
import { inPrecision, type Precision } from "../core/double.ts";
import type { HostKey } from "../core/key.ts";
import type { Scalar, Tensor } from "../core/tensor.ts";
import { fromHost } from "../core/tensor.ts";
import { leaves, mapTree } from "../core/tree.ts";
import { gradient } from "../ops/gradient.ts";
import { fold, key as keyOf } from "../ops/random.ts";
import type { DataGradient, Engine, Loop, Metrics } from "./engine.ts";
import { checkData } from "./runtime/tensors.ts";

/** What f makes, of which the caller may dispose without harm to any older tensor; each tensor of it stands there once. */
const own = <T>(f: () => T): T => {
  const youngest = tf.scalar(0).id;
  const taken = new Set<Tensor>();
  return mapTree(f(), (leaf) => {
    if (leaf.id < youngest || taken.has(leaf)) return leaf.clone();
    taken.add(leaf);
    return leaf;
  });
};

const gradientOf = <D>(
  run: <T>(f: () => T) => T,
  logDensity: (z: Tensor, data: D) => Scalar,
  size: number,
  data: D,
): DataGradient<D> => {
  let bound = data;
  const differentiate = gradient((z: Tensor) => logDensity(z, bound));
  return {
    size,
    at: (position, out) => {
      if (position.length !== size || out.length !== size)
        fail(`gradient: expected arrays of ${size} numbers, got ${position.length} and ${out.length}`);
      return run(() =>
        tf.tidy(() => {
          const { value, gradient: slope } = differentiate(fromHost(position, [size]));
          out.set(slope.dataSync());
          return value.dataSync()[0];
        }),
      );
    },
    bind: (next) => {
      checkData(data, next);
      bound = next;
    },
    dispose: () => {},
  };
};

const loopOf = <S, X, Y extends Metrics>(
  run: <T>(f: () => T) => T,
  step: (state: S, input: X, key: ReturnType<typeof keyOf>) => readonly [S, Y],
  init: S,
  hostKey: HostKey,
  from: number,
): Loop<S, X, Y> => {
  let count = from;
  let state = run(() => mapTree(init, (leaf) => leaf.clone()));
  const replace = (next: S): void => {
    for (const leaf of leaves(state)) leaf.dispose();
    state = next;
  };
  const once = (input: X): Record<string, number> =>
    run(() => {
      const metrics: Record<string, number> = {};
      const next = tf.tidy(() => {
        const stepKey = fold(keyOf(hostKey), tf.scalar(count, "int32"));
        return own(() => {
          const [after, reported] = step(state, input, stepKey);
          for (const [name, value] of Object.entries(reported)) metrics[name] = value.dataSync()[0];
          return after;
        }) as tf.TensorContainer;
      }) as S;
      replace(next);
      count += 1;
      return metrics;
    });
  return {
    run: (input, steps) => {
      const history: Record<string, Float64Array> = {};
      for (let i = 0; i < steps; i++)
        for (const [name, value] of Object.entries(once(input))) {
          history[name] ??= new Float64Array(steps);
          history[name][i] = value;
        }
      return history as { readonly [N in keyof Y]: Float64Array };
    },
    read: () => run(() => mapTree(state, (leaf) => leaf.clone())),
    write: (next) => run(() => replace(mapTree(next, (leaf) => leaf.clone()))),
    dispose: () => replace(undefined as S),
  };
};

/** Every op by itself on the cpu backend of tfjs, in the given precision: the plain twin of any faster engine. */
export const eagerEngine = (precision: Precision = "f64"): Engine => {
  const run = <T>(f: () => T): T => inPrecision(precision, f);
  return {
    name: `eager-${precision}`,
    precision,
    compile:
      (f) =>
      (...args) =>
        run(() => tf.tidy(() => own(() => f(...args)) as tf.TensorContainer)) as ReturnType<typeof f>,
    loop: (step, init, key, from = 0) => loopOf(run, step, init, key, from),
    gradient: (logDensity, size, data) => gradientOf(run, logDensity, size, data),
    tensor: (values, shape, type = "real") =>
      run(() => (type === "int" ? tf.tensor(Int32Array.from(values), [...shape], "int32") : fromHost(values, shape))),
  };
};
