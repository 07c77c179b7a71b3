import { describe, expect, it } from "vitest";
import { hostKey, hostUniforms } from "../../src/core/key.ts";
import {
  chiSquareP,
  countsBelow,
  coverageAt,
  evenClasses,
  rankBand,
  rankLaw,
  rankShape,
  uniformityP,
} from "../../src/diagnostics/uniformity.ts";

const uniform = hostUniforms(hostKey(3));
const uniformRanks = (count: number, draws: number): number[] =>
  Array.from({ length: count }, () => Math.floor(uniform() * (draws + 1)));

describe("the law of uniform ranks", () => {
  it("has the coverage that counting every outcome gives", () => {
    // 4 ranks among 0 … 3: 256 outcomes.
    const law = rankLaw(4, 3);
    const outcomes = Array.from({ length: 256 }, (_, i) => [i & 3, (i >> 2) & 3, (i >> 4) & 3, (i >> 6) & 3]);
    const tail = (ranks: number[]): number =>
      Math.min(...countsBelow(ranks, law).map((k, i) => 2 * Math.min(law.tails[i].atMost[k], law.tails[i].atLeast[k])));
    for (const ranks of outcomes.slice(0, 60)) {
      const own = tail(ranks);
      const beyond = outcomes.filter((other) => tail(other) <= own + 1e-12).length / 256;
      expect(1 - coverageAt(law, own + 1e-12)).toBeCloseTo(beyond, 12);
      if (beyond < 1) expect(Math.abs(uniformityP(ranks, law) - beyond)).toBeLessThan(1e-12);
    }
  });

  it("has p-values that are below α as often as α says, or more rarely", () => {
    const law = rankLaw(200, 19);
    const values = Array.from({ length: 1_000 }, () => uniformityP(uniformRanks(200, 19), law));
    for (const alpha of [0.01, 0.05, 0.25, 0.5]) {
      const share = values.filter((p) => p <= alpha).length / 1_000;
      expect((share - alpha) / Math.sqrt((alpha * (1 - alpha)) / 1_000)).toBeLessThan(4);
      expect((share - alpha) / Math.sqrt((alpha * (1 - alpha)) / 1_000)).toBeGreaterThan(-5);
    }
  });

  it("has a band that holds 99 of 100 and that agrees with the p-value", () => {
    const law = rankLaw(300, 29);
    const band = rankBand(law, 0.99);
    expect(band.coverage).toBeGreaterThanOrEqual(0.99);
    expect(band.coverage).toBeLessThan(0.993);
    for (let i = 0; i < 200; i++) {
      const ranks = uniformRanks(300, 29).map((rank) => Math.min(29, Math.floor(rank * (1 + 0.2 * uniform()))));
      const inside = countsBelow(ranks, law).every((k, at) => k / 300 >= band.lower[at] && k / 300 <= band.upper[at]);
      expect(inside).toBe(uniformityP(ranks, law) > 1 - band.coverage - 1e-9);
    }
  });

  it("tells shapes apart", () => {
    const bent = (f: (u: number) => number): number[] =>
      Array.from({ length: 1_000 }, () => Math.floor(100 * f(uniform())));
    const law = rankLaw(1_000, 99);
    const cup = bent((u) => Math.sin((Math.PI / 2) * u) ** 2);
    const low = bent((u) => u ** 1.3);
    expect(rankShape(cup, 99).bow).toBeGreaterThan(8);
    expect(rankShape(low, 99).slope).toBeLessThan(-5);
    expect(uniformityP(cup, law)).toBeLessThan(1e-6);
    expect(chiSquareP(cup, 99)).toBeLessThan(1e-6);
    const flat = uniformRanks(1_000, 99);
    expect(uniformityP(flat, law)).toBeGreaterThan(1e-3);
    expect(chiSquareP(flat, 99)).toBeGreaterThan(1e-3);
    expect(Math.abs(rankShape(flat, 99).bow)).toBeLessThan(4);
  });

  it("has classes that ranks fall into evenly", () => {
    expect(evenClasses(99, 20)).toBe(20);
    expect(evenClasses(9, 20)).toBe(10);
    expect(evenClasses(100, 20)).toBe(20);
  });
});
