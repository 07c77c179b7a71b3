/** What the compiled engine does beside what every engine does: it refuses, falls back, warns and remembers. */
import { condition, fit, meanField, model, normal as normalDistribution } from "fluvial";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import * as tf from "#tfjs";
import { FluvialError } from "../../../src/core/check.ts";
import { hostKey, type Key } from "../../../src/core/key.ts";
import { hostValues, type Scalar, type Tensor } from "../../../src/core/tensor.ts";
import { disposeTree } from "../../../src/core/tree.ts";
import { within } from "../../../src/core/within.ts";
import { compiledEngine } from "../../../src/engine/compiled.ts";
import { eagerEngine } from "../../../src/engine/eager.ts";
import type { Engine } from "../../../src/engine/engine.ts";
import { normal } from "../../../src/ops/random.ts";

/** A compiled engine and what it says. */
const listening = (precision: "f32" | "f64" = "f64"): { engine: Engine; said: string[] } => {
  const said: string[] = [];
  return { engine: compiledEngine(precision, { warn: (message) => said.push(message) }), said };
};

const eager = eagerEngine();
const value = (x: Tensor): number => {
  const [first] = hostValues(x);
  x.dispose();
  return first;
};

/** Counts the modules that are compiled while f runs. */
const modulesIn = async (f: () => unknown): Promise<number> => {
  const { Module } = WebAssembly;
  let count = 0;
  WebAssembly.Module = new Proxy(Module, {
    construct: (target, given: [BufferSource]) => {
      count++;
      return new target(...given);
    },
  });
  try {
    await f();
    return count;
  } finally {
    WebAssembly.Module = Module;
  }
};

const singles = Float32Array;
let tensors = 0;
let buffers = 0;
beforeEach(() => {
  tensors = tf.memory().numTensors;
  buffers = tf.memory().numDataBuffers;
});
afterEach(() => {
  expect(tf.memory().numTensors).toBe(tensors);
  expect(tf.memory().numDataBuffers).toBe(buffers);
  expect(globalThis.Float32Array).toBe(singles);
  expect(tf.getBackend()).toBe("cpu");
  expect(globalThis.WebAssembly.Module.name).toBe("Module");
});

describe("a state that does not keep its form", () => {
  const run = (step: (s: { deep: { a: Tensor }; n: Tensor }) => unknown): (() => unknown) => {
    const { engine } = listening();
    const init = { deep: { a: engine.tensor([1, 2], [2]) }, n: engine.tensor([1], [], "int") };
    const loop = engine.loop((s: typeof init) => [step(s) as typeof init, {}] as const, init, hostKey(1));
    disposeTree(init);
    return () => loop.run([], 1);
  };

  it("is refused by the path of its tensor", () => {
    expect(run(({ deep, n }) => ({ deep: { a: deep.a.sum() }, n }))).toThrow(
      'the state "deep.a" goes in as real[2] and comes out of a step as real',
    );
    expect(run(({ deep, n }) => ({ deep, n: n.cast("float32") }))).toThrow('the state "n" goes in as int');
    expect(run(({ deep }) => ({ deep }))).toThrow("n is missing");
    expect(run(({ deep, n }) => ({ deep, n, more: n }))).toThrow(FluvialError);
  });

  it("may come out in another order", () => {
    const { engine } = listening();
    const init = { a: engine.tensor([1], []), b: engine.tensor([2], []) };
    const loop = engine.loop(
      ({ a, b }: typeof init) => [{ b: b.add(1), a }, { b: b as Scalar }] as const,
      init,
      hostKey(1),
    );
    expect([...loop.run([], 3).b]).toEqual([2, 3, 4]);
    const read = loop.read();
    expect([value(read.a), value(read.b)]).toEqual([1, 5]);
    disposeTree(init);
  });
});

describe("a program that cannot be compiled", () => {
  const reading = (x: Tensor): Tensor => within("the site", () => x.mul(hostValues(x)[0]));
  const unknownOp = (x: Tensor): Tensor => within("the layer", () => tf.topk(x as tf.Tensor1D, 2).values);
  const whys = [
    [reading, /the site: a value is read/],
    [unknownOp, /the layer: there is no compiled form of the op TopK/],
  ] as const;

  it.each(whys)("runs op by op, with one warning that says why: compile, %#", (f, why) => {
    const { engine, said } = listening();
    const compiled = engine.compile(f);
    const x = eager.tensor([2, 5, 3], [3]);
    const want = eager.compile(f)(x);
    for (let i = 0; i < 3; i++) {
      const got = compiled(x);
      expect([...hostValues(got)]).toEqual([...hostValues(want)]);
      got.dispose();
    }
    expect(said).toHaveLength(1);
    expect(said[0]).toMatch(why);
    disposeTree([x, want]);
  });

  it.each(whys)("runs op by op, with one warning that says why: loop, %#", (f, why) => {
    const step = (s: Tensor, _: unknown, key: Key) => {
      const next = s.add(normal(key, [3])).add(f(s).sum().mul(0.01));
      return [next, { sum: next.sum() as Scalar }] as const;
    };
    const init = eager.tensor([2, 5, 3], [3]);
    const { engine, said } = listening();
    const [got, want] = [engine, eager].map((each) => {
      const loop = each.loop(step, init, hostKey(4), 7);
      const first = [...loop.run([], 2).sum];
      const state = loop.read();
      loop.write(init);
      const all = [...first, ...hostValues(state), ...loop.run([], 2).sum];
      loop.dispose();
      state.dispose();
      return all;
    });
    expect(got).toEqual(want);
    expect(said).toHaveLength(1);
    expect(said[0]).toMatch(why);
    init.dispose();
  });

  it("goes on op by op where an input of another form needs it, with the state and the count it has", () => {
    const step = (s: Tensor, x: Tensor, key: Key) => {
      const next = s.add(x.rank === 0 ? x : reading(x).sum()).add(normal(key, []));
      return [next, { next: next as Scalar }] as const;
    };
    const [init, scalar, vector] = [eager.tensor([1], []), eager.tensor([2], []), eager.tensor([1, 2], [2])];
    const { engine, said } = listening();
    const [got, want] = [engine, eager].map((each) => {
      const loop = each.loop(step, init, hostKey(4));
      const all = [scalar, vector, scalar].flatMap((x) => [...loop.run(x, 2).next]);
      loop.dispose();
      return all;
    });
    got.forEach((v, i) => {
      expect(Math.abs(v - want[i])).toBeLessThan(1e-14 * (1 + Math.abs(v)));
    });
    expect(said).toHaveLength(1);
    disposeTree([init, scalar, vector]);
  });

  it("runs op by op, with one warning that says why: gradient", () => {
    const { engine, said } = listening();
    const f = (z: Tensor): Scalar => within("the site", () => z.mul(z.slice(0, 1).dataSync()[0]).sum()) as Scalar;
    for (let i = 0; i < 2; i++) {
      const gradient = engine.gradient(f, 2, []);
      const slope = new Float64Array(2);
      expect(gradient.at(Float64Array.of(3, 4), slope)).toBe(21);
      expect([...slope]).toEqual([3, 3]);
      gradient.dispose();
    }
    expect(said).toHaveLength(1);
    expect(said[0]).toMatch(/the gradient runs op by op, since the site: a value is read/);
  });

  it("says so where nobody listens in particular", () => {
    const warned: unknown[] = [];
    const { warn } = console;
    console.warn = (...all: unknown[]) => warned.push(...all);
    try {
      const x = eager.tensor([2, 5], [2]);
      disposeTree([compiledEngine().compile(reading)(x), x]);
    } finally {
      console.warn = warn;
    }
    expect(warned).toEqual(["fluvial: runs op by op, since the site: a value is read"]);
  });
});

describe("what a program closes over", () => {
  it("is an input of it, copied when it is compiled", () => {
    const { engine, said } = listening();
    const captured = engine.tensor([0.1, 0.2], [2]);
    const f = engine.compile((x: Tensor) => ({ sum: x.add(captured), captured, again: captured.reshape([1, 2]) }));
    const x = engine.tensor([1, 1], [2]);
    const first = f(x);
    captured.dispose();
    const second = f(x);
    for (const made of [first, second])
      expect([...hostValues(made.sum), ...hostValues(made.captured), ...hostValues(made.again)]).toEqual([
        1.1, 1.2, 0.1, 0.2, 0.1, 0.2,
      ]);
    expect(said).toEqual([]);
    disposeTree([x, first, second]);
  });

  it("is no part of the code: another tensor of its shape makes no other module", async () => {
    const { engine } = listening();
    const x = engine.tensor([1, 1], [2]);
    const made = await modulesIn(() => {
      for (const shift of [1, 2, 3]) {
        const captured = engine.tensor([shift, 0.618], [2]);
        const f = engine.compile((y: Tensor) => y.add(captured).sinh().sum());
        expect(value(f(x))).toBeCloseTo(Math.sinh(1 + shift) + Math.sinh(1.618), 12);
        captured.dispose();
      }
    });
    expect(made).toBeLessThanOrEqual(1);
    x.dispose();
  });

  it("is named where it was rounded to single precision", () => {
    const single = tf.tensor1d([0.1, 0.2]);
    const x = eager.tensor([1, 1], [2]);
    for (const [precision, count] of [
      ["f64", 1],
      ["f32", 0],
    ] as const) {
      const { engine, said } = listening(precision);
      const f = engine.compile((y: Tensor) => y.mul(single));
      disposeTree([f(x), f(x)]);
      expect(said).toHaveLength(count);
      if (count === 1) expect(said[0]).toMatch(/double precision uses 1 tensor made outside in single precision/);
    }
    disposeTree([single, x]);
  });

  it("may not be a variable, unless as an argument", () => {
    const { engine } = listening();
    const x = engine.tensor([2], []);
    const three = tf.scalar(3);
    const variable = tf.variable(three, true, "weight");
    const uses = (y: Tensor): Tensor => within("layer 2", () => y.mul(variable));
    const names = /layer 2: the tf.Variable "weight" is used in a compiled function/;
    expect(() => engine.compile(uses)(x)).toThrow(names);
    expect(() => engine.gradient((z: Tensor) => uses(z).sum() as Scalar, 1, [])).toThrow(names);
    const loop = engine.loop((s: Tensor) => [uses(s), {}] as const, x, hostKey(1));
    expect(() => loop.run([], 1)).toThrow(names);
    const f = engine.compile((y: Tensor, w: Tensor) => y.mul(w));
    expect(value(f(x, variable))).toBe(6);
    const next = tf.scalar(4);
    variable.assign(next);
    expect(value(f(x, variable))).toBe(8);
    disposeTree([x, next, three]);
    variable.dispose();
  });
});

describe("hidden randomness", () => {
  const kinds = {
    "tf.randomNormal": (x: Tensor) => x.add(tf.randomNormal([3])),
    "tf.randomUniform": (x: Tensor) => x.mul(tf.randomUniform([])),
    "Math.random": (x: Tensor) => x.mul(Math.random()),
    "a state of its own": (() => {
      let calls = 0;
      return (x: Tensor) => (calls++ % 2 === 0 ? x.sin() : x.cos());
    })(),
  };
  it.each(Object.entries(kinds))("is an error that names the site: %s", (_, f) => {
    const { engine, said } = listening();
    const noisy = (x: Tensor): Tensor => within("site y", () => f(x.atan()));
    const x = engine.tensor([1, 2, 3], [3]);
    expect(() => engine.compile(noisy)(x)).toThrow(/^site y: (draws random numbers|makes another program)/);
    const loop = engine.loop((s: Tensor) => [noisy(s), {}] as const, x, hostKey(1));
    expect(() => loop.run([], 1)).toThrow(/^site y: (draws random numbers|makes another program)/);
    expect(() => engine.gradient((z: Tensor) => noisy(z).sum() as Scalar, 3, [])).toThrow(/^site y: /);
    expect(said).toEqual([]);
    x.dispose();
  });
});

describe("modules", () => {
  const line = model("a line of its own")
    .latent("slope", normalDistribution(0, 2))
    .observe("y", ({ slope }) => normalDistribution(slope.mul(1.37), 1), ["N"]);
  const run = (engine: Engine, y: readonly number[]) =>
    fit(line, { y }, { engine, guide: meanField(), steps: 40, draws: 50, seed: 3 });

  it("are made once for all fits of a model on data of one shape, by any engine of one precision", async () => {
    const { engine, said } = listening();
    expect(await modulesIn(() => run(engine, [1, 2, 3]))).toBeGreaterThan(0);
    expect(await modulesIn(() => run(engine, [-1, 2, 5]))).toBe(0);
    expect(await modulesIn(() => run(listening().engine, [0, 0, 1]))).toBe(0);
    expect(await modulesIn(() => run(engine, [0, 0, 1, 1]))).toBeGreaterThan(0);
    expect(said).toEqual([]);
    expect(condition(line, { y: [1, 2, 3] }).size).toBe(1);
  });

  it("serve many running programs, each with a state of its own", async () => {
    const { engine } = listening();
    const start = engine.tensor([1], []);
    const step = (s: Tensor, x: Tensor) => [s.mul(x).add(0.2271), { s: s as Scalar }] as const;
    const [two, three] = [engine.tensor([2], []), engine.tensor([3], [])];
    let second = 0;
    const first = await modulesIn(async () => {
      const a = engine.loop(step, start, hostKey(1));
      a.run(two, 1);
      second = await modulesIn(() => {
        const b = engine.loop(step, start, hostKey(1));
        expect(b.run(three, 2).s[1]).toBe(3.2271);
        b.dispose();
      });
      expect(a.run(two, 1).s[0]).toBe(2.2271);
      a.dispose();
    });
    expect([first, second]).toEqual([1, 0]);
    disposeTree([start, two, three]);
  });
});
