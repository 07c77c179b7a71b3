import { afterEach, beforeEach, describe, expect, it } from "vitest";
import * as tf from "#tfjs";
import { inDouble, isDouble } from "../../src/core/double.ts";
import { hostKey } from "../../src/core/key.ts";
import { hostValues, type Scalar, type Tensor } from "../../src/core/tensor.ts";
import { disposeTree } from "../../src/core/tree.ts";
import { eagerEngine } from "../../src/engine/eager.ts";
import { fold, key as keyOf, normal } from "../../src/ops/random.ts";
import { softplus } from "../../src/ops/special.ts";

const f32 = eagerEngine("f32");
const f64 = eagerEngine();
const both = [f32, f64] as const;
const value = (x: Tensor): number => {
  const [first] = hostValues(x);
  x.dispose();
  return first;
};

let before = 0;
beforeEach(() => {
  before = tf.memory().numTensors;
});
afterEach(() => expect(tf.memory().numTensors).toBe(before));

it("engines have names, and work in double unless told otherwise", () => {
  expect(both.map(({ name }) => name)).toEqual(["eager-f32", "eager-f64"]);
  for (const engine of both) expect(engine.compile(() => isDouble())()).toBe(engine === f64);
  expect(isDouble()).toBe(false);
});

describe("precision", () => {
  it("is that of the engine, whatever stands outside", () => {
    const literal = (): Tensor => tf.scalar(1).mul(0.1);
    expect(value(f64.compile(literal)())).toBe(0.1);
    expect(value(f32.compile(literal)())).toBe(Math.fround(0.1));
    expect(value(inDouble(() => f32.compile(literal)()))).toBe(Math.fround(0.1));
    expect(value(f64.tensor([0.1], []))).toBe(0.1);
    expect(value(f32.tensor([0.1], []))).toBe(Math.fround(0.1));
    const ints = f64.tensor([7, -2], [2], "int");
    expect([ints.dtype, ...hostValues(ints)]).toEqual(["int32", 7, -2]);
    ints.dispose();
  });

  it("is double to the last digits through a chain of ops, state and gradients", () => {
    const chain = f64.compile((x: Tensor) => softplus(x).log().add(x.tanh().square()).sum().sqrt());
    const x = f64.tensor([0.3, 1.7], [2]);
    const want = Math.sqrt([0.3, 1.7].reduce((s, v) => s + Math.log(Math.log1p(Math.exp(v))) + Math.tanh(v) ** 2, 0));
    expect(Math.abs(value(chain(x)) / want - 1)).toBeLessThan(1e-14);
    x.dispose();
    const start = f64.tensor([0.1], []);
    const loop = f64.loop((s: Tensor) => [s.mul(1.1), { s: s as Scalar }] as const, start, hostKey(1));
    start.dispose();
    expect(Math.abs(loop.run([], 10).s[9] / (0.1 * 1.1 ** 9) - 1)).toBeLessThan(1e-14);
    loop.dispose();
  });

  it("is put back after a throw", () => {
    for (const engine of both) {
      const broken = (): never => {
        tf.scalar(1).add(1);
        throw new Error("inside");
      };
      expect(() => engine.compile(broken)()).toThrow("inside");
      const gradient = engine.gradient(broken, 1, []);
      expect(() => gradient.at(new Float64Array(1), new Float64Array(1))).toThrow("inside");
      const loop = engine.loop(broken as () => readonly [[], Record<string, never>], [], hostKey(1));
      expect(() => loop.run([], 1)).toThrow("inside");
      expect(isDouble()).toBe(false);
    }
  });
});

describe.each(both)("compile", (engine) => {
  it(`gives results that are the caller's: ${engine.name}`, () => {
    const x = engine.tensor([1, 2], [2]);
    const captured = engine.tensor([5], []);
    const made = engine.compile((a: Tensor, n: number) => {
      const twice = a.mul(n);
      return { same: a, nested: [twice, { twice }], captured, n, none: null, host: new Float64Array([1]) };
    })(x, 3);
    expect(made.n).toBe(3);
    expect(made.none).toBeNull();
    expect([...made.host]).toEqual([1]);
    disposeTree(made.same);
    disposeTree(made.nested[0]);
    disposeTree(made.captured);
    expect([...hostValues((made.nested[1] as { twice: Tensor }).twice)]).toEqual([3, 6]);
    expect([...hostValues(x), ...hostValues(captured)]).toEqual([1, 2, 5]);
    disposeTree([made.nested[1], x, captured]);
  });

  it(`leaves nothing else, and may be called again with other shapes: ${engine.name}`, () => {
    const f = engine.compile((a: Tensor) => a.square().sum().add(1));
    for (const shape of [[2], [3, 2], []]) {
      const x = engine.tensor(new Array(shape.reduce((a, b) => a * b, 1)).fill(2), shape);
      expect(value(f(x))).toBe(4 * x.size + 1);
      x.dispose();
    }
    expect(engine.compile(() => undefined)()).toBeUndefined();
  });
});

describe.each(both)("loop", (engine) => {
  const step = (
    state: { a: Tensor; b: Tensor; still: Tensor },
    input: { add: Tensor },
    key: Parameters<typeof normal>[0],
  ) =>
    [
      { a: state.b, b: state.a.add(input.add), still: state.still },
      { a: state.a as Scalar, noise: normal(key, []) as Scalar },
    ] as const;
  const start = () => ({ a: engine.tensor([1], []), b: engine.tensor([10], []), still: engine.tensor([7], []) });

  it(`keeps a state whose tensors are passed on, swapped or doubled: ${engine.name}`, () => {
    const [init, input] = [start(), { add: engine.tensor([1], []) }];
    const loop = engine.loop(step, init, hostKey(1));
    disposeTree(init);
    expect([...loop.run(input, 5).a]).toEqual([1, 10, 2, 11, 3]);
    const doubling = engine.loop(
      (s: readonly [Tensor, Tensor], i: { add: Tensor }) => [[i.add, i.add] as const, { s: s[0].add(s[1]) as Scalar }],
      [input.add, input.add] as const,
      hostKey(1),
    );
    expect([...doubling.run(input, 3).s]).toEqual([2, 2, 2]);
    doubling.dispose();
    const read = loop.read();
    loop.dispose();
    expect([read.a, read.b, read.still].map((x) => hostValues(x)[0])).toEqual([12, 4, 7]);
    disposeTree([read, input]);
  });

  it(`gives step i the key that fold makes of i: ${engine.name}`, () => {
    const [init, input] = [start(), { add: engine.tensor([1], []) }];
    const loop = engine.loop(step, init, hostKey(3));
    const { noise } = loop.run(input, 4);
    const want = [0, 1, 2, 3].map((i) =>
      value(engine.compile(() => normal(fold(keyOf(hostKey(3)), tf.scalar(i, "int32")), []))()),
    );
    expect([...noise]).toEqual(want);
    const later = engine.loop(step, init, hostKey(3), 2);
    expect([...later.run(input, 2).noise]).toEqual(want.slice(2));
    for (const each of [loop, later]) each.dispose();
    disposeTree([init, input]);
  });

  it(`copies what it is given and gives: ${engine.name}`, () => {
    const [init, input] = [start(), { add: engine.tensor([1], []) }];
    const loop = engine.loop(step, init, hostKey(1));
    const saved = loop.read();
    loop.run(input, 3);
    loop.write(saved);
    disposeTree([init, saved]);
    expect([...loop.run(input, 2).a]).toEqual([1, 10]);
    loop.dispose();
    loop.dispose();
    input.add.dispose();
  });

  it(`keeps its state where a step throws: ${engine.name}`, () => {
    const [init, input] = [start(), { add: engine.tensor([1], []) }];
    let fails = false;
    const loop = engine.loop(
      (state: ReturnType<typeof start>, given: typeof input, key: Parameters<typeof normal>[0]) => {
        const made = step(state, given, key);
        if (fails) throw new Error("no");
        return made;
      },
      init,
      hostKey(1),
    );
    loop.run(input, 2);
    fails = true;
    expect(() => loop.run(input, 1)).toThrow("no");
    fails = false;
    expect([...loop.run(input, 1).a]).toEqual([2]);
    loop.dispose();
    disposeTree([init, input]);
  });
});

describe.each(both)("gradient", (engine) => {
  it(`fills the slope and returns the value: ${engine.name}`, () => {
    const data = { scale: engine.tensor([0.5, 2, 3], [3]) };
    const gradient = engine.gradient(
      (z: Tensor, { scale }: typeof data) => z.div(scale).square().sum().mul(-0.5) as Scalar,
      3,
      data,
    );
    const position = Float64Array.of(0.1, -0.7, 1.9);
    const slope = new Float64Array(3);
    const held = tf.memory().numTensors;
    const got = gradient.at(position, slope);
    expect(tf.memory().numTensors).toBe(held);
    const scales = [0.5, 2, 3];
    const want = -0.5 * scales.reduce((sum, s, i) => sum + (position[i] / s) ** 2, 0);
    const tolerance = engine === f64 ? 1e-15 : 1e-6;
    expect(Math.abs(got - want)).toBeLessThan(tolerance);
    slope.forEach((v, i) => {
      expect(Math.abs(v + position[i] / scales[i] ** 2)).toBeLessThan(tolerance);
    });
    expect([...position]).toEqual([0.1, -0.7, 1.9]);
    expect(gradient.size).toBe(3);
    gradient.dispose();
    disposeTree(data);
  });

  it(`is 0 where nothing depends on the position: ${engine.name}`, () => {
    const slope = Float64Array.of(9, 9);
    expect(engine.gradient(() => tf.scalar(4), 2, []).at(new Float64Array(2), slope)).toBe(4);
    expect([...slope]).toEqual([0, 0]);
    const partly = engine.gradient((z: Tensor) => z.slice([0], [1]).sum() as Scalar, 2, []);
    expect(partly.at(Float64Array.of(3, 5), slope)).toBe(3);
    expect([...slope]).toEqual([1, 0]);
  });

  it(`refuses arrays of another length: ${engine.name}`, () => {
    const gradient = engine.gradient((z: Tensor) => z.sum() as Scalar, 2, []);
    expect(() => gradient.at(new Float64Array(3), new Float64Array(2))).toThrow(
      "gradient: expected arrays of 2 numbers, got 3 and 2",
    );
  });
});

describe("another active backend", () => {
  const factory = tf.findBackendFactory("cpu");
  beforeEach(() => {
    tf.registerBackend("other", factory);
    void tf.setBackend("other");
  });
  afterEach(() => {
    void tf.setBackend("cpu");
    tf.removeBackend("other");
  });

  it("is active again afterwards, after a throw too, and its tensors serve as inputs", () => {
    const foreign = tf.tensor1d([1, 2, 3]);
    const made = f64.compile((x: Tensor) => {
      expect(tf.getBackend()).toBe("cpu");
      return softplus(x).sum();
    })(foreign);
    expect(tf.getBackend()).toBe("other");
    const want = [1, 2, 3].reduce((sum, v) => sum + Math.log1p(Math.exp(v)), 0);
    expect(Math.abs(value(made) - want)).toBeLessThan(1e-14);
    expect(() =>
      f64.compile(() => {
        throw new Error("no");
      })(),
    ).toThrow("no");
    expect(tf.getBackend()).toBe("other");
    foreign.dispose();
  });
});
