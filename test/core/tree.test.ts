import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as tf from "#tfjs";
import { disposeTree, leaves, mapTree, paths, rebuild, zipTrees } from "../../src/core/tree.ts";

beforeAll(() => tf.engine().startScope());
afterAll(() => tf.engine().endScope());

const scalars = (count: number): tf.Scalar[] => Array.from({ length: count }, (_, i) => tf.scalar(i));
const numbers = (tree: unknown): number[] => leaves(tree).map((leaf) => leaf.dataSync()[0]);

describe("trees", () => {
  it("have their leaves in the order written, depth first, whatever lies between", () => {
    const [a, b, c, d] = scalars(4);
    const tree = { z: a, layers: [{ w: b, b: c }, []], none: null, n: 3, name: "x", bytes: new Float64Array(3), a: d };
    expect(leaves(tree)).toEqual([a, b, c, d]);
    expect(paths(tree)).toEqual(["z", "layers.0.w", "layers.0.b", "a"]);
    expect(leaves(a)).toEqual([a]);
    expect(paths(a)).toEqual([""]);
    for (const empty of [undefined, null, 1, "x", [], {}, new Int32Array(2)]) expect(leaves(empty)).toEqual([]);
  });

  it("map tensors alone: typed arrays, numbers and functions stay the very same", () => {
    const [a, b] = scalars(2);
    const bytes = new Float64Array([1, 2]);
    const f = (): number => 1;
    const tree = { a, deep: [b, { bytes, f, n: 7, nothing: undefined }] as const };
    const mapped = mapTree(tree, (leaf, i) => leaf.add(10 * (i + 1)));
    expect(numbers(mapped)).toEqual([10, 21]);
    expect(mapped.deep[1].bytes).toBe(bytes);
    expect(mapped.deep[1]).toEqual({ bytes, f, n: 7, nothing: undefined });
    expect(numbers(tree)).toEqual([0, 1]);
  });

  it("are rebuilt from their leaves", () => {
    const tree = { x: tf.scalar(5), y: [tf.scalar(6), tf.scalar(7)] };
    const again = rebuild(tree, leaves(tree));
    expect(again).toEqual(tree);
    expect(again.y[1]).toBe(tree.y[1]);
  });

  it("are zipped by key, not by the order of keys", () => {
    const [a, b, c, d] = scalars(4);
    const zipped = zipTrees((x, y) => x.mul(10).add(y), { p: a, q: [b] }, { q: [c], p: d });
    expect(numbers(zipped)).toEqual([3, 12]);
    expect(Object.keys(zipped)).toEqual(["p", "q"]);
  });

  it("are not zipped where their forms differ", () => {
    const [a, b] = scalars(2);
    expect(() => zipTrees((x, y) => x.add(y), { p: a, q: [b] }, { p: a, q: [] })).toThrow(
      'zipTrees: expected a tensor at "q.0" in every tree',
    );
    expect(() => zipTrees((x, y) => x.add(y), { p: a }, undefined)).toThrow('a tensor at "p"');
  });

  it("are disposed of whole, a tensor that stands twice too", () => {
    const before = tf.memory().numTensors;
    const twice = tf.scalar(1);
    disposeTree({ a: twice, b: [twice, tf.scalar(2)], c: 3 });
    expect(tf.memory().numTensors).toBe(before);
  });
});
