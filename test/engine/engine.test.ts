/** What every engine does. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import * as tf from "#tfjs";
import { inDouble, isDouble } from "../../src/core/double.ts";
import { hostKey, type Key } from "../../src/core/key.ts";
import { hostValues, type Scalar, type Tensor } from "../../src/core/tensor.ts";
import { disposeTree } from "../../src/core/tree.ts";
import type { Engine } from "../../src/engine/engine.ts";
import { fold, key as keyOf, normal } from "../../src/ops/random.ts";
import { softplus } from "../../src/ops/special.ts";
import { engines, fewRoundings } from "./engines.ts";

const value = (x: Tensor): number => {
  const [first] = hostValues(x);
  x.dispose();
  return first;
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
});

it("engines have names that tell them apart", () => {
  const names = engines.map(({ name }) => name.replace("-relaxed", ""));
  expect(names).toEqual(["eager-f32", "eager-f64", "compiled-f32", "compiled-f64"]);
});

interface Walk {
  readonly a: Tensor;
  readonly b: Tensor;
  readonly still: Tensor;
}
type Add = Readonly<Record<"add", Tensor>>;

/** Swaps two numbers and adds to one, beside one that stays. */
const walk = (state: Walk, input: Add, key: Key) =>
  [
    { a: state.b, b: state.a.add(input.add), still: state.still },
    { a: state.a as Scalar, noise: normal(key, []) as Scalar },
  ] as const;
const startIn = (engine: Engine): Walk => ({
  a: engine.tensor([1], []),
  b: engine.tensor([10], []),
  still: engine.tensor([7], []),
});

describe.each(engines.map((engine) => [engine.name, engine] as const))("%s", (_, engine) => {
  const exact = engine.precision === "f64";
  const near = fewRoundings[engine.precision];

  describe("precision", () => {
    it("is that of the engine, whatever stands outside", () => {
      expect(engine.compile(() => isDouble())()).toBe(exact);
      const tenth = exact ? 0.1 : Math.fround(0.1);
      const one = engine.tensor([1], []);
      const literal = engine.compile((x: Tensor) => x.mul(0.1));
      expect(value(literal(one))).toBe(tenth);
      expect(value(inDouble(() => literal(one)))).toBe(tenth);
      expect(value(inDouble(() => engine.compile((x: Tensor) => tf.scalar(0.1).mul(x))(one)))).toBe(tenth);
      expect(value(engine.tensor([0.1], []))).toBe(tenth);
      one.dispose();
      const ints = engine.tensor([7, -2], [2], "int");
      expect([ints.dtype, ...hostValues(ints)]).toEqual(["int32", 7, -2]);
      ints.dispose();
    });

    it("is kept through a chain of ops, state and gradients", () => {
      const chain = engine.compile((x: Tensor) => softplus(x).log().add(x.tanh().square()).sum().sqrt());
      const x = engine.tensor([0.3, 1.7], [2]);
      const want = Math.sqrt([0.3, 1.7].reduce((s, v) => s + Math.log(Math.log1p(Math.exp(v))) + Math.tanh(v) ** 2, 0));
      expect(Math.abs(value(chain(x)) / want - 1)).toBeLessThan(10 * near);
      x.dispose();
      const start = engine.tensor([0.1], []);
      const loop = engine.loop((s: Tensor) => [s.mul(1.1), { s: s as Scalar }] as const, start, hostKey(1));
      start.dispose();
      expect(Math.abs(loop.run([], 10).s[9] / (0.1 * 1.1 ** 9) - 1)).toBeLessThan(10 * near);
      loop.dispose();
    });

    it("is put back after a throw", () => {
      const broken = (): never => {
        tf.scalar(1).add(1);
        throw new Error("inside");
      };
      const x = engine.tensor([1], []);
      expect(() => engine.compile(broken as (y: Tensor) => Tensor)(x)).toThrow("inside");
      x.dispose();
      expect(() => engine.gradient(broken, 1, []).at(new Float64Array(1), new Float64Array(1))).toThrow("inside");
      const loop = engine.loop(broken as () => readonly [[], Record<string, never>], [], hostKey(1));
      expect(() => loop.run([], 1)).toThrow("inside");
      loop.dispose();
      expect(isDouble()).toBe(false);
    });
  });

  describe("compile", () => {
    it("gives results that are the caller's, of any form", () => {
      const x = engine.tensor([1, 2], [2]);
      const captured = engine.tensor([5], []);
      const made = engine.compile((a: Tensor, n: number) => {
        const twice = a.mul(n);
        return { same: a, nested: [twice, { twice }], captured, n, none: null, host: new Float64Array([1]) };
      })(x, 3);
      expect(made.n).toBe(3);
      expect(made.none).toBeNull();
      expect([...made.host]).toEqual([1]);
      expect([...hostValues(made.same), ...hostValues(made.captured)]).toEqual([1, 2, 5]);
      disposeTree(made.same);
      disposeTree(made.nested[0]);
      disposeTree(made.captured);
      expect([...hostValues((made.nested[1] as { twice: Tensor }).twice)]).toEqual([3, 6]);
      expect([...hostValues(x), ...hostValues(captured)]).toEqual([1, 2, 5]);
      disposeTree([made.nested[1], x, captured]);
    });

    it("leaves nothing else, and may be called again with other shapes and types", () => {
      const f = engine.compile((a: Tensor) => a.square().sum().add(1));
      for (const shape of [[2], [3, 2], [], [2], [0], [4, 0]]) {
        const x = engine.tensor(new Array(shape.reduce((a, b) => a * b, 1)).fill(2), shape);
        expect(value(f(x))).toBe(4 * x.size + 1);
        x.dispose();
      }
      const ints = engine.tensor([3, 4], [2], "int");
      const made = f(ints);
      expect(made.dtype).toBe("float32");
      expect(value(made)).toBe(26);
      ints.dispose();
      expect(engine.compile(() => undefined)()).toBeUndefined();
    });

    it("takes other numbers and words than before for another program", () => {
      const f = engine.compile((a: Tensor, { power, sign }: { power: number; sign: string }) =>
        a.pow(power).mul(sign === "minus" ? -1 : 1),
      );
      const x = engine.tensor([3], []);
      expect(value(f(x, { power: 2, sign: "plus" }))).toBe(9);
      expect(value(f(x, { power: 3, sign: "minus" }))).toBe(-27);
      expect(value(f(x, { power: 2, sign: "plus" }))).toBe(9);
      x.dispose();
    });

    it("takes trees, ints and bools, and gives them", () => {
      const f = engine.compile(({ pair: [a, n], flag }: { pair: readonly [Tensor, Tensor]; flag: Tensor }) => ({
        picked: tf.where(flag, a, a.neg()),
        count: n.add(tf.scalar(2, "int32")),
        flags: [a.greater(0), flag.logicalNot()],
        quotient: n.div(tf.scalar(2, "int32")),
      }));
      const tree = {
        pair: [engine.tensor([1, -2, 3], [3]), engine.tensor([7, -7], [2], "int")] as const,
        flag: tf.tensor1d([1, 0, 1], "bool"),
      };
      const made = f(tree);
      const all = [made.picked, made.count, ...made.flags, made.quotient];
      expect(all.map(({ dtype }) => dtype)).toEqual(["float32", "int32", "bool", "bool", "int32"]);
      expect(all.map((x) => [...x.dataSync()])).toEqual([
        [1, 2, 3],
        [9, -5],
        [1, 0, 1],
        [0, 1, 0],
        [3, -4],
      ]);
      disposeTree([made, tree]);
    });

    it("takes tensors without elements", () => {
      const f = engine.compile((x: Tensor, y: Tensor) => ({
        joined: tf.concat([x, y]),
        product: tf.matMul(x as tf.Tensor2D, x as tf.Tensor2D, true),
        none: x.exp(),
        sum: x.sum(),
      }));
      const [x, y] = [engine.tensor([], [0, 3]), engine.tensor([1, 2, 3, 4, 5, 6], [2, 3])];
      const made = f(x, y);
      expect(made.joined.shape).toEqual([2, 3]);
      expect([...hostValues(made.joined)]).toEqual([1, 2, 3, 4, 5, 6]);
      expect(made.none.shape).toEqual([0, 3]);
      expect([...hostValues(made.product)]).toEqual(new Array(9).fill(0));
      expect([...hostValues(made.sum)]).toEqual([0]);
      disposeTree([made, x, y]);
    });

    it("may be called inside a program", () => {
      const inner = engine.compile((a: Tensor, n: number) => a.mul(n).exp());
      const outer = engine.compile((a: Tensor) => inner(a, 2).sub(1));
      const x = engine.tensor([0.5, -1], [2]);
      const made = outer(x);
      [0.5, -1].forEach((v, i) => {
        expect(Math.abs(hostValues(made)[i] - Math.expm1(2 * v))).toBeLessThan(10 * near);
      });
      const gradient = engine.gradient((z: Tensor) => inner(z, 3).sum() as Scalar, 1, []);
      const slope = new Float64Array(1);
      gradient.at(Float64Array.of(0.2), slope);
      expect(Math.abs(slope[0] - 3 * Math.exp(0.6))).toBeLessThan(10 * near);
      gradient.dispose();
      disposeTree([made, x]);
    });
  });

  describe("loop", () => {
    const input = (): Add => ({ add: engine.tensor([1], []) });

    it("keeps a state whose tensors are passed on, swapped or doubled", () => {
      const [init, given] = [startIn(engine), input()];
      const loop = engine.loop(walk, init, hostKey(1));
      disposeTree(init);
      expect([...loop.run(given, 5).a]).toEqual([1, 10, 2, 11, 3]);
      const doubling = engine.loop(
        (s: readonly [Tensor, Tensor], i: Add) => [[i.add, i.add] as const, { s: s[0].add(s[1]) as Scalar }],
        [given.add, given.add] as const,
        hostKey(1),
      );
      expect([...doubling.run(given, 3).s]).toEqual([2, 2, 2]);
      doubling.dispose();
      const read = loop.read();
      loop.dispose();
      expect([read.a, read.b, read.still].map((x) => hostValues(x)[0])).toEqual([12, 4, 7]);
      disposeTree([read, given]);
    });

    it("gives step i the key that fold makes of i", () => {
      const [init, given] = [startIn(engine), input()];
      const loop = engine.loop(walk, init, hostKey(3));
      const { noise } = loop.run(given, 4);
      const at = engine.compile((i: Tensor) => normal(fold(keyOf(hostKey(3)), i as Scalar), []));
      const want = [0, 1, 2, 3].map((i) => {
        const index = engine.tensor([i], [], "int");
        const made = value(at(index));
        index.dispose();
        return made;
      });
      expect([...noise]).toEqual(want);
      const later = engine.loop(walk, init, hostKey(3), 2);
      expect([...later.run(given, 2).noise]).toEqual(want.slice(2));
      for (const each of [loop, later]) each.dispose();
      disposeTree([init, given]);
    });

    it("counts steps across calls: many short ones are one long one, bit for bit", () => {
      const step = (x: Tensor, { add }: Add, key: Key) => {
        const next = x
          .mul(0.9)
          .add(normal(key, [3]))
          .add(add);
        return [next, { sum: next.sum() as Scalar }] as const;
      };
      const [init, given] = [engine.tensor([1, 2, 3], [3]), input()];
      // Longer than what one call of a compiled loop holds at a time.
      const lengths = engine.name.startsWith("compiled") ? [[1030], [1, 1023, 6], [7, 1017, 5, 1]] : [[8], [1, 6, 1]];
      const histories = lengths.map((runs) => {
        const loop = engine.loop(step, init, hostKey(5));
        const history = runs.flatMap((n) => [...loop.run(given, n).sum]);
        const last = loop.read();
        history.push(...hostValues(last));
        last.dispose();
        loop.dispose();
        return history;
      });
      for (const history of histories) expect(history).toEqual(histories[0]);
      expect(new Set(histories[0]).size).toBeGreaterThan(5);
      disposeTree([init, given]);
    });

    it("copies what it is given and gives", () => {
      const [init, given] = [startIn(engine), input()];
      const loop = engine.loop(walk, init, hostKey(1));
      const saved = loop.read();
      loop.run(given, 3);
      loop.write(saved);
      disposeTree([init, saved]);
      expect([...loop.run(given, 2).a]).toEqual([1, 10]);
      loop.dispose();
      loop.dispose();
      given.add.dispose();
    });

    it("takes inputs that change from run to run, in values and in form", () => {
      const start = engine.tensor([100], []);
      const loop = engine.loop(
        (s: Tensor, x: Tensor | { readonly two: readonly Tensor[] }) => {
          const add = x instanceof tf.Tensor ? x.sum() : x.two[0].sub(x.two[1]).sum();
          return [s.add(add), { s: s.add(add) as Scalar, size: tf.scalar(x instanceof tf.Tensor ? x.size : -1) }];
        },
        start,
        hostKey(1),
      );
      start.dispose();
      tf.engine().startScope();
      const [three, other, five, none] = [
        engine.tensor([1, 2, 3], [3]),
        engine.tensor([4, 5, 6], [3]),
        engine.tensor([1, 1, 1, 1, 1], [5]),
        engine.tensor([], [0]),
      ];
      expect([...loop.run(three, 2).s]).toEqual([106, 112]);
      expect([...loop.run(other, 1).s]).toEqual([127]);
      const made = loop.run(five, 2);
      expect([...made.s, ...made.size]).toEqual([132, 137, 5, 5]);
      expect([...loop.run({ two: [five, five.mul(2)] }, 1).s]).toEqual([132]);
      expect([...loop.run(none, 1).s]).toEqual([132]);
      expect([...loop.run(three, 1).s]).toEqual([138]);
      const last = loop.read();
      expect(hostValues(last)[0]).toBe(138);
      tf.engine().endScope();
      loop.dispose();
    });

    it("holds ints, bools and tensors without elements in its state", () => {
      const start = {
        n: engine.tensor([1, 2], [2], "int"),
        up: tf.tensor1d([1, 0], "bool"),
        none: engine.tensor([], [0]),
      };
      const loop = engine.loop(
        ({ n, up, none }: typeof start) => {
          const next = tf.where(up, n.add(tf.scalar(1, "int32")), n.mul(tf.scalar(2, "int32")));
          return [
            { none, up: up.logicalNot() as tf.Tensor1D, n: next },
            { sum: next.sum() as Scalar, odd: up.slice(0, 1).reshape([]) as Scalar },
          ];
        },
        start as { n: Tensor; up: tf.Tensor1D; none: Tensor },
        hostKey(1),
      );
      const { sum, odd } = loop.run([], 3);
      // [1, 2] → [2, 4] → [4, 5] → [5, 10]
      expect([...sum]).toEqual([6, 9, 15]);
      expect([...odd]).toEqual([1, 0, 1]);
      const read = loop.read();
      expect([read.n.dtype, read.up.dtype, read.none.shape[0]]).toEqual(["int32", "bool", 0]);
      expect([[...read.n.dataSync()], [...read.up.dataSync()]]).toEqual([
        [5, 10],
        [0, 1],
      ]);
      loop.write(read);
      expect([...loop.run([], 1).sum]).toEqual([21]);
      loop.dispose();
      disposeTree([start, read]);
    });

    it("reports nothing where a step reports nothing, and runs no steps", () => {
      const start = engine.tensor([1], []);
      const loop = engine.loop((s: Tensor) => [s.add(1), {}] as const, start, hostKey(1));
      expect(loop.run([], 3)).toEqual({});
      loop.run([], 0);
      const read = loop.read();
      expect(value(read)).toBe(4);
      loop.dispose();
      start.dispose();
    });
  });

  describe("gradient", () => {
    it("fills the slope and returns the value", () => {
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
      expect(Math.abs(got - want)).toBeLessThan(near);
      slope.forEach((v, i) => {
        expect(Math.abs(v + position[i] / scales[i] ** 2)).toBeLessThan(near);
      });
      expect([...position]).toEqual([0.1, -0.7, 1.9]);
      expect(gradient.size).toBe(3);
      gradient.dispose();
      disposeTree(data);
    });

    it("takes other data of the same form", () => {
      const density = (z: Tensor, { at, n }: { at: Tensor; n: Tensor }): Scalar =>
        z.sub(at.exp()).square().sum().mul(n.cast("float32")) as Scalar;
      const dataAt = (values: number[], n: number) => ({
        at: engine.tensor(values, [2]),
        n: engine.tensor([n], [], "int"),
      });
      const first = dataAt([0, 1], 1);
      const gradient = engine.gradient(density, 2, first);
      const other = dataAt([2, -1], 3);
      gradient.bind(other);
      const slope = new Float64Array(2);
      const value = gradient.at(new Float64Array(2), slope);
      expect(Math.abs(value - 3 * (Math.exp(4) + Math.exp(-2)))).toBeLessThan(1000 * near);
      expect(Math.abs(slope[0] + 6 * Math.exp(2))).toBeLessThan(1000 * near);
      const wide = { ...other, at: engine.tensor([1, 2, 3], [3]) };
      expect(() => gradient.bind(wide)).toThrow('gradient: expected the data "at" as real[2], got real[3]');
      expect(() => gradient.bind({ at: other.at } as typeof other)).toThrow('gradient: expected data "n", got none');
      gradient.dispose();
      disposeTree([first, other, wide.at]);
    });

    it("is 0 where nothing depends on the position", () => {
      const slope = Float64Array.of(9, 9);
      expect(engine.gradient(() => tf.scalar(4), 2, []).at(new Float64Array(2), slope)).toBe(4);
      expect([...slope]).toEqual([0, 0]);
      const partly = engine.gradient((z: Tensor) => z.slice([0], [1]).sum() as Scalar, 2, []);
      expect(partly.at(Float64Array.of(3, 5), slope)).toBe(3);
      expect([...slope]).toEqual([1, 0]);
    });

    it("takes ints among the data, and what it closes over", () => {
      const data = { index: engine.tensor([2, 0], [2], "int") };
      const shift = engine.tensor([1, 2], [2]);
      const gradient = engine.gradient(
        (z: Tensor, { index }: typeof data) =>
          z
            .gather(index.toInt() as tf.Tensor1D)
            .sub(shift)
            .square()
            .sum() as Scalar,
        3,
        data,
      );
      const slope = new Float64Array(3);
      expect(gradient.at(Float64Array.of(5, 6, 7), slope)).toBe(45);
      expect([...slope]).toEqual([6, 0, 12]);
      gradient.dispose();
      disposeTree([data, shift]);
    });

    it("is NaN or infinite where the function is", () => {
      const gradient = engine.gradient((z: Tensor) => z.log().sum() as Scalar, 2, []);
      const slope = new Float64Array(2);
      expect(gradient.at(Float64Array.of(0, 1), slope)).toBe(Number.NEGATIVE_INFINITY);
      expect([...slope]).toEqual([Number.POSITIVE_INFINITY, 1]);
      expect(gradient.at(Float64Array.of(-1, 1), slope)).toBeNaN();
      expect(gradient.at(Float64Array.of(1, 1), slope)).toBe(0);
      gradient.dispose();
    });

    it("refuses arrays of another length", () => {
      const gradient = engine.gradient((z: Tensor) => z.sum() as Scalar, 2, []);
      expect(() => gradient.at(new Float64Array(3), new Float64Array(2))).toThrow(
        "gradient: expected arrays of 2 numbers, got 3 and 2",
      );
    });
  });

  describe("with another active backend", () => {
    const factory = tf.findBackendFactory("cpu");
    beforeEach(() => {
      tf.registerBackend("other", factory);
      void tf.setBackend("other");
    });
    afterEach(() => {
      void tf.setBackend("cpu");
      tf.removeBackend("other");
    });

    it("makes it active again afterwards, after a throw too, and takes its tensors", () => {
      const foreign = tf.tensor1d([1, 2, 3]);
      const made = engine.compile((x: Tensor) => {
        expect(tf.getBackend()).not.toBe("other");
        return softplus(x).sum();
      })(foreign);
      expect(tf.getBackend()).toBe("other");
      const want = [1, 2, 3].reduce((sum, v) => sum + Math.log1p(Math.exp(v)), 0);
      expect(Math.abs(value(made) / want - 1)).toBeLessThan(near);
      expect(() =>
        engine.compile((_: Tensor): Tensor => {
          throw new Error("no");
        })(foreign),
      ).toThrow("no");
      expect(tf.getBackend()).toBe("other");
      foreign.dispose();
    });
  });
});
