import { describe, expect, it } from "vitest";
import {
  broadcast,
  broadcastsTo,
  indexFromOne,
  sameShape,
  showShape,
  sizeOf,
  splitShape,
} from "../../src/core/shape.ts";

/** What numpy.broadcast_shapes gives (numpy 2.4.6); undefined where it raises. */
const table: readonly (readonly [readonly number[], readonly number[], readonly number[] | undefined])[] = [
  [[], [], []],
  [[], [3], [3]],
  [[3], [3], [3]],
  [[1], [3], [3]],
  [[3], [1], [3]],
  [[2, 3], [3], [2, 3]],
  [[3], [2, 3], [2, 3]],
  [[2, 1], [3], [2, 3]],
  [
    [2, 1],
    [1, 3],
    [2, 3],
  ],
  [
    [8, 1, 6, 1],
    [7, 1, 5],
    [8, 7, 6, 5],
  ],
  [[2, 3], [2], undefined],
  [[3], [4], undefined],
  [[2, 3], [3, 2], undefined],
  [[0], [1], [0]],
  [[1], [0], [0]],
  [[0], [3], undefined],
  [
    [2, 0],
    [1, 1],
    [2, 0],
  ],
  [[0], [0], [0]],
];

describe("shapes", () => {
  it.each(table)("%j and %j broadcast as numpy has it", (a, b, expected) => {
    expect(broadcast(a, b)).toEqual(expected);
    expect(broadcast(b, a)).toEqual(expected);
    expect(broadcastsTo(a, b)).toBe(expected !== undefined && sameShape(expected, b));
  });

  it("know their size", () => expect([[], [3], [2, 3], [2, 0, 3]].map(sizeOf)).toEqual([1, 3, 6, 0]));

  it("are the same only where rank and lengths are", () => {
    expect(sameShape([2, 3], [2, 3])).toBe(true);
    expect(sameShape([2], [2, 1])).toBe(false);
    expect(sameShape([2, 3], [3, 2])).toBe(false);
  });

  it("show as people write them", () =>
    expect([[], [8], [8, 3]].map(showShape)).toEqual(["a scalar", "[8]", "[8, 3]"]));

  it("split at an event", () => {
    expect(splitShape([4, 2, 3], 0)).toEqual({ batch: [4, 2, 3], event: [] });
    expect(splitShape([4, 2, 3], 2)).toEqual({ batch: [4], event: [2, 3] });
    expect(splitShape([3], 1)).toEqual({ batch: [], event: [3] });
  });

  it("count indices from 1, row by row", () => {
    const all = Array.from({ length: 6 }, (_, i) => indexFromOne(i, [2, 3]));
    expect(all).toEqual([
      [1, 1],
      [1, 2],
      [1, 3],
      [2, 1],
      [2, 2],
      [2, 3],
    ]);
    expect(indexFromOne(0, [])).toEqual([]);
  });
});
