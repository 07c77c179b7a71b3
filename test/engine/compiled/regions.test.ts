import { describe, expect, it } from "vitest";
import * as tf from "#tfjs";
import { hostKey, type Key } from "../../../src/core/key.ts";
import { range } from "../../../src/core/shape.ts";
import { hostValues, type Scalar, type Tensor } from "../../../src/core/tensor.ts";
import { disposeTree, leaves } from "../../../src/core/tree.ts";
import { compiledEngine } from "../../../src/engine/compiled.ts";
import { eagerEngine } from "../../../src/engine/eager.ts";
import { reach } from "../../../src/engine/graph/traverse.ts";
import type { HostArray } from "../../../src/engine/interpret/array.ts";
import { optimise } from "../../../src/engine/passes/pipeline.ts";
import { gradient } from "../../../src/ops/gradient.ts";
import { loop } from "../../../src/ops/loop.ts";
import { map } from "../../../src/ops/map.ts";
import { normal, splitMany } from "../../../src/ops/random.ts";
import { scan } from "../../../src/ops/scan.ts";
import { withGradient } from "../../../src/ops/withGradient.ts";
import { int, real, wave } from "../trace/both.ts";
import { expectEnginesAgree, programOf, runTraced } from "./agreement.ts";
import { recursions } from "./recursions.ts";

/** Value and slopes in everything that a formula is given. */
const withSlopes =
  (formula: (inputs: readonly Tensor[]) => Tensor) =>
  (inputs: Tensor[]): unknown =>
    gradient((at: readonly Tensor[]) => formula(at) as Scalar)(inputs);

/** A central difference of a plain function along one number, of fourth order. */
const differenceOf = (f: (x: number) => number, x: number, step: number): number =>
  (8 * (f(x + step) - f(x - step)) - (f(x + 2 * step) - f(x - 2 * step))) / (12 * step);

const changed = (inputs: readonly HostArray[], input: number, at: number, to: number): Float64Array[] =>
  inputs.map(({ values }, i) => Float64Array.from(values, (v, j) => (i === input && j === at ? to : v)));

const near = (got: number, want: number, tolerance: number, name: string): void => {
  expect(Math.abs(got - want) / Math.max(1, Math.abs(want)), `${name}: ${got} for ${want}`).toBeLessThan(tolerance);
};

describe.each(Object.entries(recursions))("%s", (name, { formula, plain, inputs }) => {
  it.each([1, 2, 8])("and its gradient are what the interpreter and eager give, %i steps", (length) => {
    const { undecided } = expectEnginesAgree(name, withSlopes(formula), inputs(length));
    expect(undecided).toBe(0);
  });

  it("agrees in single precision", () => {
    expectEnginesAgree(name, withSlopes(formula), inputs(30), { precision: "f32" });
  });

  it.each([30, 5000])("is the recursion written out, with its slopes, %i steps", (length) => {
    const given = inputs(length);
    const [value, ...slopes] = runTraced(withSlopes(formula), given);
    const host = given.map(({ values }) => values);
    near(value.values[0], plain(host), 1e-11, name);
    given.forEach(({ values }, i) => {
      for (const at of new Set([0, Math.floor(values.length / 2), values.length - 1])) {
        const want = differenceOf((x) => plain(changed(given, i, at, x)), values[at], 1e-3);
        // Rounding of a sum of `length` terms over the step; the rest is the difference's own error.
        near(slopes[i].values[at], want, 1e-8 + length * 1e-12, `${name}: slope of input ${i} at ${at}`);
      }
    });
  });

  it("is a program whose size does not depend on the number of steps", () => {
    const sizes = [50, 5000].map((length) => {
      const { graph } = programOf(withSlopes(formula), inputs(length));
      return [reach(graph.outputs).length, reach(optimise(graph, "f64").outputs).length];
    });
    expect(sizes[1]).toEqual(sizes[0]);
  });

  it("goes over draws", () => {
    const [first, ...rest] = inputs(12);
    const draws: HostArray = real(
      [4, ...first.shape],
      range(4).flatMap((draw) => [...first.values].map((x) => x * (1 + 0.1 * draw))),
    );
    const over: (given: readonly Tensor[]) => Tensor = ([many, ...others]) =>
      map((one: Tensor) => formula([one, ...others]), many)
        .mul(tf.tensor1d([1, -2, 0.5, 3]))
        .sum();
    expectEnginesAgree(name, withSlopes(over), [draws, ...rest]);
    const [values] = runTraced(
      ([many, ...others]) => map((one: Tensor) => formula([one, ...others]), many),
      [draws, ...rest],
    );
    const size = first.values.length;
    for (const draw of range(4)) {
      const host = [draws.values.slice(draw * size, (draw + 1) * size), ...rest.map((x) => x.values)];
      near(values.values[draw], plain(host), 1e-12, `draw ${draw}`);
    }
  });
});

describe("a scan", () => {
  it("has a second gradient", () => {
    const { formula, inputs } = recursions["GARCH(1, 1)"];
    const twice = (given: Tensor[]): unknown =>
      gradient((at: readonly Tensor[]) => {
        const slopes = gradient((z: readonly Tensor[]) => formula(z) as Scalar)(at).gradient;
        return tf.addN(
          slopes.map((slope, i) =>
            slope
              .mul(i + 1)
              .square()
              .sum(),
          ),
        ) as Scalar;
      })(given);
    expectEnginesAgree("second order", twice, inputs(12), { eager: false });
    const given = inputs(12);
    const total = (values: readonly ArrayLike<number>[]): number =>
      runTraced(
        (at) => gradient((z: readonly Tensor[]) => formula(z) as Scalar)(at as readonly Tensor[]).gradient,
        given.map((x, i) => real(x.shape, Array.from(values[i]))),
      ).reduce((sum, slope, i) => sum + [...slope.values].reduce((s, v) => s + ((i + 1) * v) ** 2, 0), 0);
    const [, ...second] = runTraced(twice, given);
    for (const [input, at] of [
      [0, 0],
      [0, 2],
      [1, 3],
    ])
      near(
        second[input].values[at],
        differenceOf((x) => total(changed(given, input, at, x)), given[input].values[at], 1e-3),
        1e-8,
        `input ${input} at ${at}`,
      );
  });

  it("swaps, keeps and doubles what it carries", () => {
    const f = ([a, b, xs]: Tensor[]): unknown =>
      scan(
        ({ a, b, c, still }: Record<"a" | "b" | "c" | "still", Tensor>, x: Tensor) =>
          [
            { a: b, b: a.add(x), c: a, still },
            { old: a, next: a.add(x), same: still, view: c.reverse(), x },
          ] as const,
        { a, b, c: a, still: b },
        xs,
      );
    expectEnginesAgree("swaps", f, [wave(5), wave(5), wave(7, 5)]);
    expectEnginesAgree(
      "scalars",
      ([a, b, xs]) => scan((s: readonly Tensor[], x: Tensor) => [[s[1], s[0].mul(x)], s[0]] as const, [a, b], xs),
      [real([], [2]), real([], [3]), wave(6)],
    );
  });

  it("carries a state that moves along itself", () => {
    const f = ([first, xs]: Tensor[]): unknown =>
      scan(
        (last: Tensor, x: Tensor) => [tf.concat([x.reshape([1]), last.slice(0, 4)]), last.cumsum().reverse()] as const,
        first,
        xs,
      );
    expectEnginesAgree("a shift register", f, [wave(5), wave(9)]);
  });

  it("carries ints and bools", () => {
    const f = ([xs]: Tensor[]): unknown =>
      scan(
        ({ count, up }: { count: Tensor; up: Tensor }, x: Tensor) => {
          const now = x.greater(0);
          return [
            { count: count.add(now.cast("int32")), up: now.logicalXor(up) },
            { count, up, turns: tf.where(up, x, x.neg()) },
          ] as const;
        },
        { count: tf.scalar(0, "int32"), up: tf.scalar(false, "bool") },
        xs,
      );
    expectEnginesAgree("counts", f, [wave(9)]);
    expectEnginesAgree("counts", f, [wave(9)], { precision: "f32" });
  });

  it("gives what does not change, and takes nothing that does", () => {
    const f = ([a, b, xs]: Tensor[]): unknown =>
      scan(
        (_: readonly Tensor[], __: Tensor) =>
          [[tf.scalar(3), b, a.exp()], { three: tf.scalar(3), b, wide: tf.ones([2, 3]), row: b.mul(2) }] as const,
        [a, b, a],
        xs,
      );
    expectEnginesAgree("constants", f, [real([], [2]), wave(4), wave(3, 2)]);
    const slope = (given: readonly Tensor[]): Tensor =>
      tf.addN((f([...given]) as unknown[]).flatMap(leaves).map((x) => x.sum()));
    expectEnginesAgree("constants", withSlopes(slope), [real([], [2]), wave(4), wave(3, 2)]);
  });

  it("runs kernels on constants of its own", () => {
    const f = ([xs]: Tensor[]): unknown =>
      scan(
        (state: Tensor, x: Tensor) => {
          const weights = tf.tensor2d([0.5, -0.2, 0.1, 0.3], [2, 2]);
          const moved = tf
            .matMul(state.reshape([1, 2]), weights)
            .reshape([2])
            .add(x);
          const picked = moved.gather(tf.scalar(1, "int32"));
          return [moved.mul(picked), tf.pad(moved, [[1, 1]], 0.25)] as const;
        },
        tf.tensor1d([1, 2]),
        xs,
      );
    expectEnginesAgree("constants", f, [wave(6, 2)]);
  });

  it("reads sequences and constants that are views", () => {
    const f = ([xs, a]: Tensor[]): unknown =>
      scan(
        (state: Tensor, { x, y, z }: { x: Tensor; y: Tensor; z: Tensor }) =>
          [state.mul(a.reverse().transpose().slice([0, 0], [1, 3]).reshape([3])).add(x), y.mul(z).add(state)] as const,
        tf.zeros([3]),
        {
          x: xs.transpose().slice([1, 0], [4, 3]),
          y: xs.transpose().slice([0, 0], [4, 3]).reverse(0),
          z: a.slice([0, 0], [1, 3]).tile([4, 1]),
        },
      );
    expectEnginesAgree("views", f, [wave(3, 6), wave(3, 3)]);
  });

  it("draws with a key a turn, the same as in eager", () => {
    const walk = ([key, scale]: Tensor[]): unknown =>
      scan(
        (at: Tensor, k: Tensor) => [at.add(normal(k as never, [4]).mul(scale)), at] as const,
        tf.zeros([4]),
        splitMany(key as never, 20),
      );
    expectEnginesAgree("a walk", walk, [int([2], [3, 4]), real([], [0.3])]);
    expectEnginesAgree(
      "its slope",
      ([key, scale]) =>
        gradient((z: Tensor) => (walk([key, z]) as Tensor[])[0].square().sum() as Scalar)(scale).gradient,
      [int([2], [3, 4]), real([], [0.3])],
    );
  });

  it("stands in a scan, with a gradient", () => {
    const f = ([a, xs]: readonly Tensor[]): Tensor => {
      const [last, rows] = scan(
        (state: Tensor, row: Tensor) => {
          const [inner, seen] = scan(
            (s: Tensor, x: Tensor) => [s.mul(a).add(x.mul(state)).sin(), s.square()] as const,
            state,
            row,
          );
          return [inner.add(row.mean()), seen.sum().add(inner)] as const;
        },
        tf.scalar(0.3),
        xs,
      );
      return last.add(rows.sum());
    };
    expectEnginesAgree("nested", withSlopes(f), [real([], [0.7]), wave(5, 4)]);
    const over = ([a, xs]: readonly Tensor[]): Tensor => map((one: Tensor) => f([one, xs]), a).sum();
    expectEnginesAgree("nested, over draws", withSlopes(over), [real([3], [0.7, 0.1, -0.4]), wave(5, 4)]);
  });
});

describe("regions in larger programs", () => {
  it("hand on the state of an engine's loop, made, passed on and swapped by them", () => {
    interface State {
      readonly a: Tensor;
      readonly b: Tensor;
      readonly n: Tensor;
    }
    const step = ({ a, b, n }: State, xs: Tensor, key: Key) => {
      const [next, rows] = scan((s: Tensor, x: Tensor) => [s.mul(0.5).add(x.mul(b)).tanh(), s.mul(x)] as const, a, xs);
      const { x, turns } = newton(rows.square().sum().add(1));
      const state = { a: b.add(normal(key, [2]).mul(0.1)), b: next, n: n.add(turns) };
      return [state, { root: x as Scalar, rows: rows.sum() as Scalar }] as const;
    };
    const made = [compiledEngine("f64", { warn: expect.fail }), eagerEngine()].map((engine) => {
      const start = {
        a: engine.tensor([1, 2], [2]),
        b: engine.tensor([0.3, -0.4], [2]),
        n: engine.tensor([0], [], "int"),
      };
      const xs = engine.tensor(wave(5, 2).values, [5, 2]);
      const run = engine.loop(step, start, hostKey(2));
      const { root, rows } = run.run(xs, 12);
      const state = run.read();
      const all = [...root, ...rows, ...hostValues(state.a), ...hostValues(state.b), ...hostValues(state.n)];
      run.dispose();
      disposeTree([start, xs, state]);
      return all;
    });
    made[0].forEach((v, i) => {
      near(v, made[1][i], 1e-11, `number ${i}`);
    });
  });

  it("stand in programs that are cut into functions", () => {
    const f = ([a, xs]: readonly Tensor[]): Tensor => {
      let x = a;
      for (let i = 0; i < 120; i++) {
        x = x.mul(0.9).add(Math.sin(i)).sin();
        if (i % 40 === 20)
          x = x.add(scan((s: Tensor, y: Tensor) => [s.mul(y).cos(), s.add(y)] as const, x, xs)[1].mean());
      }
      return x.sum();
    };
    const { graph } = programOf(withSlopes(f), [wave(3), wave(4, 3)]);
    expect(reach(optimise(graph, "f64").outputs).length).toBeGreaterThan(800);
    expectEnginesAgree("a long program", withSlopes(f), [wave(3), wave(4, 3)]);
  });
});

/** Newton's steps to the cube root. */
const newton = (a: Tensor, most = 100): { readonly x: Tensor; readonly turns: Tensor } =>
  loop(
    {
      while: ({ x }) => x.pow(3).sub(a).abs().greater(a.abs().mul(1e-13)),
      step: ({ x, turns }) => ({ turns: turns.add(tf.scalar(1, "int32")), x: x.mul(2).add(a.div(x.square())).div(3) }),
      most,
    },
    { x: tf.scalar(1) as Tensor, turns: tf.scalar(0, "int32") as Tensor },
  );

/** With the gradient of the implicit function: 3 x² dx = da. */
const cubeRoot = withGradient(
  (a: Tensor) => newton(a).x,
  (g, a) => g.div(cubeRoot(a).square().mul(3)),
) as (a: Tensor) => Tensor;

describe("a loop", () => {
  it("goes on while it is told to, and at most so often", () => {
    const [x, turns] = runTraced(([a]) => newton(a), [real([], [27])]);
    near(x.values[0], 3, 1e-13, "root");
    expect(turns.values[0]).toBeGreaterThan(3);
    expect(turns.values[0]).toBeLessThan(12);
    expect(runTraced(([a]) => newton(a, 2).turns, [real([], [27])])[0].values[0]).toBe(2);
    expect(runTraced(([a]) => newton(a).turns, [real([], [1])])[0].values[0]).toBe(0);
  });

  it("gives every draw as many turns as it needs", () => {
    const want = [1, 8, 1000, 2.5].map((a) => {
      let [x, turns] = [1, 0];
      for (; Math.abs(x ** 3 - a) > a * 1e-13; turns++) x = (2 * x + a / x ** 2) / 3;
      return { x, turns };
    });
    const [x, turns] = runTraced(([a]) => map((one: Tensor) => newton(one), a), [real([4], [1, 8, 1000, 2.5])]);
    expect([...turns.values]).toEqual(want.map((each) => each.turns));
    for (const [i, each] of want.entries()) near(x.values[i], each.x, 1e-14, `draw ${i}`);
    expectEnginesAgree("newton over draws", ([a]) => map((one: Tensor) => newton(one), a), [
      real([4], [1, 8, 1000, 2.5]),
    ]);
  });

  it("takes the gradient that it is given, twice, and in a scan over draws", () => {
    const first = ([a]: Tensor[]): Tensor => gradient((z: Tensor) => cubeRoot(z) as Scalar)(a).gradient;
    const second = ([a]: Tensor[]): Tensor => gradient((z: Tensor) => first([z]) as Scalar)(a).gradient;
    near(runTraced(first, [real([], [8])])[0].values[0], 1 / 12, 1e-14, "first");
    near(runTraced(second, [real([], [8])])[0].values[0], -2 / 9 / 32, 1e-14, "second");
    const walk = ([a, xs]: readonly Tensor[]): Tensor =>
      map(
        (one: Tensor) =>
          scan(
            (s: Tensor, x: Tensor) => [cubeRoot(s.mul(one).add(x.square()).add(1)), []] as const,
            tf.scalar(1),
            xs,
          )[0],
        a,
      ).sum();
    expectEnginesAgree("roots in a scan", withSlopes(walk), [real([3], [0.5, 1, 2]), wave(6)]);
  });

  it("goes on for ever but for the most, and never begins", () => {
    const f =
      (goes: boolean) =>
      ([a, b]: Tensor[]): unknown =>
        loop(
          { while: () => tf.scalar(goes, "bool"), step: ({ a }) => ({ a: a.add(b), c: b.mean() }), most: 7 },
          { a, c: a.sum() },
        );
    for (const goes of [true, false]) expectEnginesAgree(`${goes}`, f(goes), [wave(3), wave(3)]);
  });

  it("stands in a loop, and a scan stands in it", () => {
    const f = ([a, xs]: Tensor[]): unknown =>
      loop(
        {
          while: ({ x }) => x.abs().max().less(5),
          step: ({ x, turns }) => {
            const inner = newton(x.square().sum().add(1));
            const [last] = scan((s: Tensor, row: Tensor) => [s.add(row.mul(inner.x)), []] as const, x, xs);
            return { x: last, turns: turns.add(inner.turns) };
          },
          most: 30,
        },
        { x: a, turns: tf.scalar(0, "int32") as Tensor },
      );
    expectEnginesAgree("nested", f, [wave(3), wave(4, 3)]);
    expectEnginesAgree("over draws", ([a, xs]) => map((one: Tensor) => f([one, xs]), a), [wave(5, 3), wave(4, 3)]);
  });

  it("counts, swaps and stops by a state of its own", () => {
    const f = ([a, b]: Tensor[]): unknown =>
      loop(
        {
          while: ({ going }) => going,
          step: ({ a, b, going, i }) => ({
            going: i.less(tf.scalar(6, "int32")).logicalAnd(going),
            a: b,
            b: a.add(b),
            i: i.add(tf.scalar(1, "int32")),
          }),
          most: 50,
        },
        { a, b, going: tf.scalar(true, "bool") as Tensor, i: tf.scalar(0, "int32") as Tensor },
      );
    expectEnginesAgree("Fibonacci", f, [real([3], [0, 1, 2]), real([3], [1, 1, -1])]);
    expectEnginesAgree("Fibonacci", f, [real([3], [0, 1, 2]), real([3], [1, 1, -1])], { precision: "f32" });
  });
});
