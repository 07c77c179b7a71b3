/** What callers of a compiled engine may get wrong, and what tells one program from another. */
import { describe, expect, it } from "vitest";
import * as tf from "#tfjs";
import { FluvialError } from "../../../src/core/check.ts";
import { hostKey } from "../../../src/core/key.ts";
import { hostValues, type Scalar, type Tensor } from "../../../src/core/tensor.ts";
import { within } from "../../../src/core/within.ts";
import { compiledEngine } from "../../../src/engine/compiled.ts";
import type { Engine, Metrics } from "../../../src/engine/engine.ts";
import { constant, make, placeholder } from "../../../src/engine/graph/node.ts";
import { print } from "../../../src/engine/graph/print.ts";
import { compileGraph } from "../../../src/engine/runtime/modules.ts";

const listening = (): { engine: Engine; said: string[] } => {
  const said: string[] = [];
  return { engine: compiledEngine("f64", { warn: (message) => said.push(message) }), said };
};

describe("a loop's caller", () => {
  const start = (step: (s: Tensor) => readonly [Tensor, Metrics] = (s) => [s.add(1), { sum: s.sum() as Scalar }]) => {
    const { engine } = listening();
    const init = engine.tensor([1, 2, 3], [3]);
    const loop = engine.loop(step, init, hostKey(1));
    init.dispose();
    return { engine, loop };
  };

  it.each([0, 2])("may write a state of its own form alone, after %d steps", (steps) => {
    const { engine, loop } = start();
    loop.run([], steps);
    for (const [values, type, shown] of [
      [[1, 2], "real", "real[2]"],
      [[1, 2, 3, 4], "real", "real[4]"],
      [[1, 2, 3], "int", "int[3]"],
    ] as const) {
      const state = engine.tensor(values, [values.length], type);
      expect(() => loop.write(state)).toThrow(`goes in as real[3] and is written as ${shown}`);
      state.dispose();
    }
    expect([...loop.run([], 1).sum]).toEqual([6 + 3 * steps]);
  });

  it("is told that a metric is no scalar", () => {
    expect(() => start((s) => [s, { all: s as Scalar }]).loop.run([], 1)).toThrow(
      'the metric "all" must be a scalar tensor, got real[3]',
    );
    expect(() => start((s) => [s, { three: 3 as unknown as Scalar }]).loop.run([], 1)).toThrow("got number 3");
  });

  it("is told that there are no half steps, and none after the end", () => {
    const { loop } = start();
    expect(() => loop.run([], 2.5)).toThrow("expected a whole number from 0, got 2.5");
    expect(() => loop.run([], -1)).toThrow(FluvialError);
    loop.run([], 1);
    loop.dispose();
    expect(() => loop.run([], 1)).toThrow("used after dispose()");
    expect(() => loop.read()).toThrow("used after dispose()");
  });
});

describe("arguments that are no tensors", () => {
  it("make another program where they differ", () => {
    const { engine } = listening();
    const x = engine.tensor([1, 2], [2]);
    const run = <A>(f: (x: Tensor, a: A) => Tensor, ...all: A[]): number[] => {
      const compiled = engine.compile(f);
      return all.map((a) => {
        const made = compiled(x, a);
        const [first] = hostValues(made);
        made.dispose();
        return first;
      });
    };
    const times = (k: number) => (at: Tensor) => at.mul(k);
    expect(run((at, f) => f(at), times(2), times(3))).toEqual([2, 3]);
    expect(run((at, words) => at.mul(words.length), ["a", "b"], ["a,string b"])).toEqual([2, 1]);
    expect(run((at, zero) => at.div(at.mul(zero)), 0, -0)).toEqual([
      Number.POSITIVE_INFINITY,
      Number.NEGATIVE_INFINITY,
    ]);
    x.dispose();
  });
});

describe("a tensor that is no more", () => {
  it("is an error that names the part where it is used", () => {
    const { engine, said } = listening();
    const [x, gone] = [engine.tensor([1, 2], [2]), engine.tensor([1, 2], [2])];
    gone.dispose();
    expect(() => engine.compile((at: Tensor) => within("site y", () => at.add(gone)))(x)).toThrow(
      /^site y: a tensor that has been disposed of is used/,
    );
    let kept: Tensor | undefined;
    const remembering = (at: Tensor): Tensor => {
      kept ??= tf.scalar(2.5183);
      return at.mul(kept);
    };
    expect(() => engine.compile(remembering)(x)).toThrow("disposed of");
    expect(said).toEqual([]);
    x.dispose();
  });
});

describe("the digest of a large constant", () => {
  /** The two halves of the digest of n numbers that begin with these two and go on with zeros. */
  const halves = (n: number, first: number, second: number): string[] => {
    const values = new Float64Array(n);
    values.set([first, second]);
    const [digest] = print({ inputs: [], outputs: [constant(values, [n])] }).match(/[0-9a-f]{16}/) ?? [""];
    return [digest.slice(0, 8), digest.slice(8)];
  };

  it("keeps a difference that lies far from its end, in each half", () => {
    const all = Array.from({ length: 3000 }, (_, i) => halves(5000, i % 60, Math.floor(i / 60)));
    // 3,000 numbers of 32 bits: 0.001 pairs are expected to be equal.
    expect([0, 1].map((half) => new Set(all.map((digest) => digest[half])).size)).toEqual([3000, 3000]);
  });
});

describe("a program beyond the limits", () => {
  it("runs op by op where it is too deep for the compiler", () => {
    const { engine, said } = listening();
    const gradient = engine.gradient(
      (z: Tensor) => {
        let sum = z;
        for (let i = 0; i < 4000; i++) sum = sum.mul(0.9999).add(0.0001);
        return sum.sum() as Scalar;
      },
      1,
      [],
    );
    const slope = new Float64Array(1);
    gradient.at(Float64Array.of(1), slope);
    expect(Math.abs(slope[0] - 0.9999 ** 4000)).toBeLessThan(1e-12);
    // A compiler that goes deeper one day needs no warning.
    expect(said.every((line) => line.includes("too long to compile"))).toBe(true);
  });

  it("is not compiled where it needs more than 2 GiB", () => {
    const shape = [3, 10000, 10000];
    const x = placeholder(0, "real", [3, 1, 1]);
    const wide = make("broadcast", [x], { shape });
    const sums = make("cumsum", [wide], { axis: 1, exclusive: false, reverse: false });
    const graph = { inputs: [x], outputs: [make("max", [sums], { axes: [0, 1, 2] })] };
    const options = { precision: "f64", relaxed: false, kind: "function", extend: () => undefined } as const;
    expect(() => compileGraph(graph, print(graph), options)).toThrow("needs 2.2 GiB of memory");
  });
});
