import { expect, it } from "vitest";
import { hostKey, hostUniforms } from "../../src/core/key.ts";
import { range } from "../../src/core/shape.ts";
import { shuffled, shuffledPlaces } from "../../src/core/shuffled.ts";

it("holds every place once, and is the same for the same key", () => {
  expect(shuffledPlaces(hostKey(3), 20)).toEqual(shuffledPlaces(hostKey(3), 20));
  expect(shuffledPlaces(hostKey(3), 50).sort((a, b) => a - b)).toEqual(range(50));
  expect([shuffledPlaces(hostKey(1), 1), shuffledPlaces(hostKey(1), 0)]).toEqual([[0], []]);
});

it("leaves the list it is given alone", () => {
  const items = ["a", "b", "c"];
  expect([...shuffled(items, hostUniforms(hostKey(2)))].sort()).toEqual(items);
  expect(items).toEqual(["a", "b", "c"]);
});

it("makes all orders alike", () => {
  const counts = new Map<string, number>();
  const seeds = 6000;
  for (const seed of range(seeds)) {
    const order = shuffledPlaces(hostKey(seed), 3).join("");
    counts.set(order, (counts.get(order) ?? 0) + 1);
  }
  expect(counts.size).toBe(6);
  const sd = Math.sqrt(seeds * (1 / 6) * (5 / 6));
  for (const count of counts.values()) expect(Math.abs(count - seeds / 6)).toBeLessThan(4.5 * sd);
});
