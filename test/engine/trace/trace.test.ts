import { afterEach, beforeEach, describe, expect, it } from "vitest";
import * as tf from "#tfjs";
import { FluvialError } from "../../../src/core/check.ts";
import { inDouble, isDouble } from "../../../src/core/double.ts";
import { hostValues, type Scalar, type Tensor } from "../../../src/core/tensor.ts";
import { tracing } from "../../../src/core/tracing.ts";
import { rebuild } from "../../../src/core/tree.ts";
import { within } from "../../../src/core/within.ts";
import { print } from "../../../src/engine/graph/print.ts";
import { CannotTrace } from "../../../src/engine/trace/cannotTrace.ts";
import { trace, traceTwice } from "../../../src/engine/trace/trace.ts";
import { defineOp } from "../../../src/ops/define.ts";
import { gradient } from "../../../src/ops/gradient.ts";
import { map } from "../../../src/ops/map.ts";
import { eagerly, real, traced, wave } from "./both.ts";

const vector = [{ type: "real", shape: [3] }] as const;
const textOf = (f: (inputs: Tensor[]) => unknown, signature: Parameters<typeof trace>[1] = vector): string =>
  print(trace("f64", signature, f).graph);

const close = (got: readonly number[], want: readonly number[], tolerance = 1e-13): void => {
  expect(got.length).toBe(want.length);
  for (const [i, x] of want.entries()) expect(Math.abs(got[i] - x)).toBeLessThanOrEqual(tolerance * (1 + Math.abs(x)));
};

describe("trace", () => {
  it("gives a graph, and the form of the result", () => {
    const { graph, form, captured } = trace("f64", vector, ([x]) => ({ a: x.mul(0.1), list: [x], n: 7 }));
    expect(print(graph)).toBe(
      [
        "(%0: real[3]) →",
        "%1 = constant values=[0.1] : real[]",
        "%2 = reshape %1 shape=[1] : real[1]",
        "%3 = broadcast %2 shape=[3] : real[3]",
        "%4 = mul %0 %3 : real[3]",
        "→ %4, %0",
      ].join("\n"),
    );
    expect(captured).toEqual([]);
    const [p, q] = [tf.scalar(1), tf.scalar(2)];
    expect(rebuild(form, [p, q])).toEqual({ a: p, list: [q], n: 7 });
    tf.dispose([p, q]);
  });

  it("rounds literals in single precision, and in none in double", () => {
    const literal = (precision: "f32" | "f64"): string =>
      print(trace(precision, vector, ([x]) => x.add(0.1)).graph).split("\n")[1];
    expect(literal("f32")).toContain(`values=[${Math.fround(0.1)}]`);
    expect(literal("f64")).toContain("values=[0.1]");
  });

  it("spreads what is one value many times", () => {
    expect(textOf(() => tf.zeros([100]))).toContain("constant values=[0] : real[]");
    expect(textOf(() => tf.tensor1d([0, -0]))).toContain("constant values=[0, -0] : real[2]");
  });

  it("labels nodes and constants with the part they belong to", () => {
    const text = textOf(([x]) => within("guide", () => within("layer 1", () => x.mul(tf.tensor1d([1, 2, 3])))));
    expect(text.match(/# guide › layer 1/g)).toHaveLength(2);
  });

  it("knows tidy, keep, dispose, clone and variables of its own", () => {
    const f = ([x]: Tensor[]): Tensor => {
      const doubled = tf.tidy(() => tf.keep(x.add(x)).clone());
      const variable = tf.variable(doubled);
      variable.assign(variable.mul(x));
      const copy = variable.clone();
      doubled.dispose();
      return copy.add(variable);
    };
    close(traced(f, [wave(3)])[0].values, wave(3).values.map((x) => 4 * x * x) as unknown as number[]);
  });

  it("refuses to trace inside a trace", () => {
    expect(() => trace("f64", vector, () => trace("f64", vector, ([x]) => x))).toThrow("being traced already");
  });
});

describe("tensors from outside", () => {
  it("become inputs, each once, and stay where they are", () => {
    const outside = tf.tensor1d([1, 2, 3]);
    const { graph, captured } = trace("f64", vector, ([x]) => x.add(outside).mul(outside));
    expect(captured.map(({ tensor }) => tensor)).toEqual([outside]);
    expect(graph.inputs.map(({ attributes }) => attributes.index)).toEqual([0, 1]);
    expect(tf.engine().state.tensorInfo.get(outside.dataId)?.backend).toBe(tf.findBackend("cpu"));
    outside.dispose();
  });

  it("are told apart by shape and type, though they share their values", () => {
    const outside = tf.tensor1d([1, 0, 3], "bool");
    const [matrix, numbers] = [outside.reshape([3, 1]), outside.cast("float32")];
    const { captured } = trace("f64", vector, () => [outside.any(), matrix.any(), numbers.sum()]);
    expect(captured.map(({ tensor }) => tensor)).toEqual([outside, matrix, numbers]);
    tf.dispose([outside, matrix, numbers]);
  });

  it("say whether they were rounded when they were made", () => {
    const single = tf.scalar(0.1);
    const double = inDouble(() => tf.scalar(0.1));
    const whole = tf.scalar(1, "int32");
    const { captured } = trace("f64", vector, ([x]) => [x.mul(single), x.mul(double), x.mul(whole)]);
    expect(captured.map((each) => each.single)).toEqual([true, false, false]);
    tf.dispose([single, double, whole]);
  });

  it("may be the result", () => {
    const outside = tf.scalar(3);
    const { graph, captured } = trace("f64", vector, () => outside);
    expect(graph.outputs).toEqual([captured[0].node]);
    expect(outside.isDisposed).toBe(false);
    outside.dispose();
  });

  it("are refused as variables, read or written, with the place", () => {
    const weight = tf.variable(tf.scalar(2), true, "weight");
    const uses: ((x: Tensor) => unknown)[] = [
      (x) => x.mul(weight),
      (x) => weight.assign(x.sum()),
      () => weight,
      (x) => tf.variableGrads(() => x.mul(weight).sum(), [weight]),
    ];
    for (const use of uses) {
      const f = (): unknown => trace("f64", vector, ([x]) => within("decoder", () => use(x)));
      if (use === uses[2]) expect(f).toThrow(/tf\.Variable "weight"/);
      else expect(f).toThrow(/^decoder: the tf\.Variable "weight" is used .* pass it as an argument$/);
      expect(f).toThrow(FluvialError);
    }
    expect(weight.dataSync()[0]).toBe(2);
    weight.dispose();
  });
});

describe("what cannot be traced", () => {
  const refusal = (f: (inputs: Tensor[]) => unknown): CannotTrace => {
    try {
      trace("f64", vector, f);
    } catch (error) {
      if (error instanceof CannotTrace) return error;
      throw error;
    }
    throw new Error("was traced");
  };

  it("is a value that is read, of a traced tensor or another one", () => {
    const outside = tf.scalar(1);
    expect(refusal(([x]) => x.dataSync()[0]).message).toBe("a value is read");
    expect(refusal(([x]) => within("model", () => x.mul(outside.dataSync()[0]))).message).toBe(
      "model: a value is read",
    );
    expect(refusal(([x]) => x.print()).message).toBe("a value is read");
    expect(refusal(([x]) => inDouble(() => hostValues(x))).message).toBe("a value is read");
    outside.dispose();
  });

  it("is work on another backend", () => {
    const other = ([x]: Tensor[]): Tensor => {
      void tf.setBackend("cpu");
      return x.mul(tf.tensor1d([1, 2, 3]));
    };
    expect(refusal(other).message).toBe("another backend is used");
    expect(textOf(([x]) => inDouble(() => x.mul(0.1)))).toContain("[0.1]");
  });

  it("is a value that is read later, or a function that waits", () => {
    expect(
      refusal(([x]) => {
        void x.data();
        return x;
      }).message,
    ).toBe("a value is read");
    expect(refusal(async ([x]) => x).message).toBe("the function is asynchronous");
  });

  it("is an op without a compiled form, of tfjs or of one's own", () => {
    expect(refusal(([x]) => within("sort", () => tf.topk(x, 2).values)).message).toBe(
      "sort: there is no compiled form of the op TopK",
    );
    const own = defineOp<object>({
      name: "Unheard",
      run: ([x]) => ({ shape: x.shape, dtype: "float32", fill: (out) => out.set(x.values) }),
      gradient: (dy) => [dy],
    });
    expect(refusal(([x]) => own([x], {})).message).toBe("there is no compiled form of the op FluvialUnheard");
    expect(refusal(() => tf.complex([1], [2])).message).toContain("Complex");
    expect(refusal(() => tf.tensor(["a"])).message).toContain("string");
  });
});

describe("hidden randomness", () => {
  it("is found by tracing twice, and its place named", () => {
    const f = ([x]: Tensor[]): Tensor => within("prior", () => x.add(tf.randomNormal([3])));
    expect(() => traceTwice("f64", vector, f)).toThrow(/^prior: draws random numbers .* use the key$/);
    expect(() => trace("f64", vector, f)).not.toThrow();
  });

  it("is found in a scan", () => {
    const f = ([x]: Tensor[]): unknown =>
      tracing()?.scan(
        (states, elements) => ({ states: [within("turn", () => states[0].add(Math.random()))], elements }),
        [tf.scalar(0)],
        [x],
        3,
      ).states;
    expect(() => traceTwice("f64", vector, f)).toThrow(/^turn: draws random numbers/);
  });

  it("is told from a function that changes", () => {
    let calls = 0;
    expect(() => traceTwice("f64", vector, ([x]) => (calls++ % 2 ? x.sin() : x.cos()))).toThrow(
      "makes another program each time",
    );
    expect(print(traceTwice("f64", vector, ([x]) => x.sin()).graph)).toBe(textOf(([x]) => x.sin()));
  });
});

describe("a trace leaves nothing behind", () => {
  const counts = (): object => {
    const { numTensors, numDataBuffers, numBytes } = tf.memory();
    return { numTensors, numDataBuffers, numBytes, variables: Object.keys(tf.engine().registeredVariables) };
  };
  const state = (): object => {
    const { gradientDepth, kernelDepth, scopeStack } = tf.engine().state;
    return { gradientDepth, kernelDepth, scopes: scopeStack.length };
  };
  const messy = ([x]: Tensor[]): Tensor => {
    tf.keep(x.exp());
    tf.variable(x, true);
    const f = (z: Tensor): Scalar => map((row: Tensor) => row.square().sum(), z.expandDims(0)).sum() as Scalar;
    return tf.grad((z) => gradient(f)(z).gradient.sin())(x);
  };
  const failures: Readonly<Record<string, (inputs: Tensor[]) => unknown>> = {
    "where all goes well": messy,
    "after a throw": (inputs) => {
      messy(inputs);
      throw new Error("no");
    },
    "after a throw inside a gradient": ([x]) =>
      tf.grad((z) => {
        tf.keep(z.exp());
        throw new Error("no");
      })(x),
    "after a read": ([x]) => messy([x]).dataSync(),
    "after a refused variable": ([x]) => tf.variable(x).mul(tf.variable(tf.zeros([3]))),
  };
  for (const [when, f] of Object.entries(failures))
    it(when, () => {
      const [before, around] = [counts(), state()];
      const engine = Object.getOwnPropertyNames(tf.engine());
      try {
        trace("f64", vector, f);
      } catch {
        // what is left is looked at
      }
      expect(counts()).toEqual(before);
      expect(state()).toEqual(around);
      expect(Object.getOwnPropertyNames(tf.engine())).toEqual(engine);
      expect([tf.getBackend(), isDouble(), tracing()]).toEqual(["cpu", false, undefined]);
      expect(tf.scalar(2).square().dataSync()[0]).toBe(4);
    });
});

describe("another active backend", () => {
  beforeEach(() => {
    tf.registerBackend("other", tf.findBackendFactory("cpu"));
    void tf.setBackend("other");
  });
  afterEach(() => {
    void tf.setBackend("cpu");
    tf.removeBackend("other");
  });

  it("is active again afterwards, and keeps its tensors", () => {
    const outside = tf.tensor1d([1, 2, 3]);
    const { captured } = trace("f64", vector, ([x]) => x.add(outside));
    expect(captured[0].single).toBe(true);
    expect(tf.getBackend()).toBe("other");
    expect(tf.engine().state.tensorInfo.get(outside.dataId)?.backend).toBe(tf.findBackend("other"));
    expect(() => trace("f64", vector, ([x]) => x.dataSync())).toThrow(CannotTrace);
    expect(tf.getBackend()).toBe("other");
    outside.dispose();
  });
});

describe("gradients in a trace", () => {
  const x = real([3], [0.3, -1.2, 2]);
  const product = (z: Tensor): Scalar => z.exp().mul(z.sin()).sum() as Scalar;

  it("are those of the tape, ours and tfjs's, once", () => {
    const uses: ((z: Tensor) => unknown)[] = [
      (z) => gradient(product)(z),
      (z) => tf.grad(product)(z),
      (z) => tf.grad((at) => at.square())(z),
      (z) => tf.grad((at) => at.square())(z, z.exp()),
      (z) => tf.valueAndGrads((a: Tensor, b: Tensor) => a.mul(b).sum() as Scalar)([z, z.cos()]),
      (z) => tf.grads((a: Tensor, b: Tensor) => a.mul(b.sin()).sum())([z, z]),
      (z) => gradient(({ a, b }: { a: Tensor; b: Tensor }) => a.mul(b).sum() as Scalar)({ a: z, b: z }),
      (z) => tf.logSoftmax(z).mul(z).sum(),
      (z) => tf.grad((at) => tf.logSoftmax(at).mul(at).sum())(z),
    ];
    for (const use of uses) {
      const [got, want] = [traced(([z]) => use(z), [x]), eagerly(([z]) => use(z), [x])];
      for (const [i, { values }] of want.entries()) close(got[i].values, values);
    }
  });

  it("are right a second time, where the tape is not", () => {
    const f = (z: Tensor): Scalar => z.mul(z.exp()).sum() as Scalar;
    const second = (z: Tensor): Tensor => tf.grad((at) => tf.grad(f)(at))(z);
    close(
      traced(([z]) => second(z), [x])[0].values,
      [...x.values].map((v) => (v + 2) * Math.exp(v)),
    );
    const mixed = (z: Tensor): Tensor => gradient((at: Tensor) => gradient(f)(at).gradient.sum() as Scalar)(z).gradient;
    close(
      traced(([z]) => mixed(z), [x])[0].values,
      [...x.values].map((v) => (v + 2) * Math.exp(v)),
    );
  });

  it("take what is closed over for a constant, and give zeros where nothing depends", () => {
    const own = ([z]: Tensor[]): unknown => gradient((at: Tensor) => at.mul(z).sum() as Scalar)(z).gradient;
    close(traced(own, [x])[0].values, [...x.values]);
    const none = ([z]: Tensor[]): unknown => gradient(() => tf.scalar(2))(z).gradient;
    close(traced(none, [x])[0].values, [0, 0, 0]);
    expect(() => traced(([z]) => tf.grad(() => tf.scalar(2))(z), [x])).toThrow("does not depend on");
  });

  it("carry extra results", () => {
    const f = ([z]: Tensor[]): unknown => gradient((at: Tensor) => product(at))(z);
    expect(trace("f64", vector, f).graph.outputs.map(({ shape }) => shape)).toEqual([[], [3]]);
  });

  it("use a custom gradient, its closure and itself again", () => {
    const scale = (by: Tensor) =>
      tf.customGrad((...given) => {
        const [z, save] = given as [Tensor, (tensors: Tensor[]) => void];
        save([z]);
        return { value: z.square().sum(), gradFunc: (dy: Tensor, [at]: Tensor[]) => dy.mul(at).mul(by) };
      });
    const f = ([z]: Tensor[]): unknown => {
      const by = z.abs();
      return tf.grad((at) => scale(by)(at).mul(3))(z);
    };
    close(
      traced(f, [x])[0].values,
      [...x.values].map((v) => 3 * v * Math.abs(v)),
    );
    const power: (z: Tensor) => Tensor = tf.customGrad((...given) => {
      const [z, save] = given as [Tensor, (tensors: Tensor[]) => void];
      save([z]);
      return { value: z.exp(), gradFunc: (dy: Tensor, [at]: Tensor[]) => dy.mul(power(at)).mul(2) };
    }) as (z: Tensor) => Tensor;
    const third = ([z]: Tensor[]): unknown => tf.grad((a) => tf.grad((b) => tf.grad((c) => power(c))(b))(a))(z);
    close(
      traced(third, [x])[0].values,
      [...x.values].map((v) => 8 * Math.exp(v)),
    );
  });

  it("use a custom gradient inside a map, though it closes over the draw", () => {
    const f = ([z]: Tensor[]): unknown =>
      gradient(
        (at: Tensor) =>
          map((one: Tensor) => {
            const slope = one.cos();
            const own = tf.customGrad((...given) => ({
              value: (given[0] as Tensor).mul(2),
              gradFunc: (dy: Tensor) => dy.mul(slope),
            }));
            return own(one);
          }, at).sum() as Scalar,
      )(z).gradient;
    close(traced(f, [x])[0].values, [...x.values].map(Math.cos));
  });
});
