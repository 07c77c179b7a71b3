import * as tf from "#tfjs";
import { checkCount, fail } from "../../core/check.ts";
import { foldHostKey, type HostKey, type Key } from "../../core/key.ts";
import type { Tensor } from "../../core/tensor.ts";
import { disposeTree, leaves, paths, rebuild } from "../../core/tree.ts";
import type { Engine, Loop, Metrics } from "../engine.ts";
import { CannotTrace } from "../trace/cannotTrace.ts";
import { emitRun, type History, mostSteps } from "./history.ts";
import { type Prepared, prepare } from "./prepare.ts";
import { replay } from "./replay.ts";
import type { Setting } from "./setting.ts";
import { checkState, describe, showSignature, signatureOf, tensorOf, valuesOf } from "./tensors.ts";

type Step<S, X, Y> = (state: S, input: X, key: Key) => readonly [S, Y];

interface Program {
  readonly prepared: Prepared<{ readonly state: readonly Tensor[]; readonly metrics: Metrics }, History>;
  /** The tensors of the input as they were written last. */
  readonly written: (object | undefined)[];
}

type Host = Float64Array | Float32Array | Int32Array | Uint8Array;

/** The tensors of a state in the order of another, matched by their paths. */
const inOrder = (form: unknown, state: unknown): Tensor[] => {
  const own = leaves(state);
  const found = new Map(paths(state).map((path, i) => [path, own[i]]));
  const names = paths(form);
  const missing = names.find((name) => !found.has(name));
  if (missing !== undefined || found.size !== names.length)
    fail(
      `loop: a step must return the state that it is given; ${missing ?? "more"} ${missing ? "is missing" : "came out"}`,
    );
  return names.map((name) => found.get(name) as Tensor);
};

/** @throws FluvialError for a metric that is no scalar tensor. */
const checkMetrics = (metrics: Metrics): void => {
  for (const [name, value] of Object.entries<unknown>(metrics))
    if (!(value instanceof tf.Tensor) || value.rank !== 0)
      fail(
        `loop: the metric "${name}" must be a scalar tensor, got ${value instanceof tf.Tensor ? showSignature(signatureOf(value)) : `${typeof value} ${String(value)}`}`,
      );
};

/** A loop whose state lives in the memory of a program; many steps are one call of it. */
export const compileLoop = <S, X, Y extends Metrics>(
  step: Step<S, X, Y>,
  init: S,
  key: HostKey,
  from: number,
  setting: Setting,
  eager: Engine,
): Loop<S, X, Y> => {
  const { precision } = setting;
  const tensors = leaves(init);
  const signature = tensors.map(signatureOf);
  const states = tensors.length;
  const programs = new Map<string, Program>();
  let count = from;
  /** The state, as long as no program holds it. */
  let held: readonly Host[] | undefined = tensors.map((tensor) => (valuesOf(tensor) as Host).slice());
  let current: Program | undefined;
  let fallback: Loop<S, X, Y> | undefined;

  const stateTensors = (): S => {
    checkAlive();
    if (current) {
      const { instance, compiled } = current.prepared;
      return rebuild(
        init,
        compiled.emitted.inputs.slice(0, states).map((slot) => tensorOf(instance, slot, precision)),
      );
    }
    return rebuild(
      init,
      (held as readonly Host[]).map((values, i) =>
        signature[i].type === "bool"
          ? eager.tensor(values, signature[i].shape, "int").cast("bool")
          : eager.tensor(values, signature[i].shape, signature[i].type as "real" | "int"),
      ),
    );
  };

  const make = (input: X): Program => {
    const inputs = leaves(input);
    const prepared = prepare(
      [...signature, ...inputs.map(signatureOf), { type: "int" as const, shape: [2] }],
      (given) => {
        const [next, metrics] = step(
          rebuild(init, given.slice(0, states)),
          rebuild(input, given.slice(states, -1)),
          given[given.length - 1] as Key,
        );
        const state = inOrder(init, next);
        checkState(signature, state.map(signatureOf), init);
        checkMetrics(metrics);
        return { state, metrics: metrics as Metrics };
      },
      {
        ...setting,
        kind: `loop ${states} ${inputs.length}`,
        states,
        fixed: inputs.map((_, i) => states + i),
        extend: (extension) => emitRun(extension, { states, key: states + inputs.length, precision }),
      },
    );
    return { prepared, written: inputs.map(() => undefined) };
  };

  const moveState = (to: Program): void => {
    const slots = to.prepared.compiled.emitted.inputs.slice(0, states);
    slots.forEach((slot, i) => {
      const values = held
        ? held[i]
        : (current as Program).prepared.instance.view((current as Program).prepared.compiled.emitted.inputs[i]);
      to.prepared.instance.write(slot, values);
    });
    held = undefined;
    current = to;
  };

  const checkAlive = (): void => {
    if (!held && !current) fail("loop: it is used after dispose()");
  };

  const programFor = (input: X): Program => {
    checkAlive();
    const form = describe(input);
    let program = programs.get(form);
    if (!program) {
      program = make(input);
      programs.set(form, program);
    }
    if (program !== current) moveState(program);
    return program;
  };

  const bind = ({ prepared, written }: Program, input: X): void => {
    let changed = false;
    leaves(input).forEach((tensor, i) => {
      if (written[i] === tensor.dataId) return;
      prepared.instance.write(prepared.compiled.emitted.inputs[states + i], valuesOf(tensor));
      written[i] = tensor.dataId;
      changed = true;
    });
    if (changed) prepared.instance.exports.setup();
  };

  const runCompiled = (input: X, steps: number): Record<string, Float64Array> => {
    const program = programFor(input);
    bind(program, input);
    const { instance, compiled, form } = program.prepared;
    const names = Object.keys(form.metrics);
    const history = names.map(() => new Float64Array(steps));
    for (let done = 0; done < steps; done += mostSteps) {
      const now = Math.min(mostSteps, steps - done);
      instance.exports.run(key[0], key[1], count, now);
      names.forEach((_, m) => {
        const at = compiled.extra.offset + 8 * mostSteps * m;
        history[m].set(new Float64Array(instance.memory.buffer, at, now), done);
      });
      count += now;
    }
    return Object.fromEntries(names.map((name, m) => [name, history[m]]));
  };

  const fallBack = (why: string): Loop<S, X, Y> => {
    setting.fallBack(`runs op by op, since ${why}`);
    const state = stateTensors();
    const loop = eager.loop(step, state, key, count);
    disposeTree(state);
    held = undefined;
    current = undefined;
    return loop;
  };

  return {
    run: (input, steps) => {
      checkCount("loop: steps", steps, 0);
      if (fallback) return fallback.run(input, steps);
      try {
        return runCompiled(input, steps) as { readonly [N in keyof Y]: Float64Array };
      } catch (error) {
        if (!(error instanceof CannotTrace)) throw error;
        fallback = fallBack(error.message);
        return fallback.run(input, steps);
      }
    },
    firstNonFinite: (input, ahead) => {
      if (fallback) return undefined;
      const program = programFor(input);
      bind(program, input);
      return replay(program.prepared, precision, foldHostKey(key, count + ahead));
    },
    read: () => fallback?.read() ?? stateTensors(),
    write: (state) => {
      if (fallback) fallback.write(state);
      else {
        checkAlive();
        const given = inOrder(init, state);
        checkState(signature, given.map(signatureOf), init, "is written");
        const values = given.map((tensor) => (valuesOf(tensor) as Host).slice());
        if (current)
          current.prepared.compiled.emitted.inputs.slice(0, states).forEach((slot, i) => {
            (current as Program).prepared.instance.write(slot, values[i]);
          });
        else held = values;
      }
    },
    dispose: () => {
      fallback?.dispose();
      programs.clear();
      current = undefined;
    },
  };
};
