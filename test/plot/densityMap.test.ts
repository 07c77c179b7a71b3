import { describe, expect, it } from "vitest";
import * as datasets from "../../src/data/index.ts";
import { densityGrid } from "../../src/plot/densityMap.ts";
import { densityMapPlot, type PlotSpec, renderSvg } from "../../src/plot/index.ts";
import { parseSvg, textsOf } from "./svg.ts";

const { twoUniforms, eightGaussians } = datasets;
const { bounds } = twoUniforms;
const samples = twoUniforms.sample(2000, 1);

/** x and y of every point of the paths of a group, as its coordinates stand in the svg. */
const pointsOf = (path: Element): number[][] =>
  [...path.getAttribute("d")!.matchAll(/(-?[\d.]+),(-?[\d.]+)/g)].map(([, x, y]) => [Number(x), Number(y)]);

describe("the density map", () => {
  const spec = densityMapPlot(twoUniforms.logDensity, { samples, bounds, title: "two <uniforms>" });

  it("survives JSON", async () => {
    expect(await renderSvg(JSON.parse(JSON.stringify(spec)) as PlotSpec)).toBe(await renderSvg(spec));
  });

  it("is one valid, labelled svg element without ids, style sheets or addresses", async () => {
    const text = await renderSvg(spec);
    const svg = parseSvg(text);
    expect(svg.getAttribute("aria-label")).toBe(spec.description);
    expect(textsOf(svg)).toEqual(expect.arrayContaining(["two <uniforms>", "density", "samples"]));
    expect(text).not.toMatch(/\sid=|<style|NaN|undefined/);
    expect(text.replace('xmlns="http://www.w3.org/2000/svg"', "")).not.toMatch(/https?:/);
  });

  it("paints the mass where it is, the right way up", async () => {
    const upper = (points: { shape: readonly number[]; values: Float64Array }): number[] =>
      Array.from({ length: points.shape[0] }, (_, i) => {
        const [x, y] = points.values.subarray(2 * i, 2 * i + 2);
        return x > 0 && y > 2 ? 0 : -Infinity;
      });
    const frame = [
      [-2, 2],
      [-4, 4],
    ] as const;
    const svg = parseSvg(await renderSvg(densityMapPlot(upper, { bounds: frame, width: 400, height: 400 })));
    const corner = pointsOf(svg.querySelector("[aria-label=contour] path")!);
    expect(corner.length).toBeGreaterThan(3);
    // The frame is 400 by 400; 40 to 380 across and 20 to 370 down lie inside its margins, and a cell is 4 wide: x > 0 is the
    // right half, y > 2 the upper quarter.
    for (const [x, y] of corner) expect(x > 206 && y < 112).toBe(true);
  });

  it("has a layer a level and a dot a sample, in frames of their own", async () => {
    const svg = parseSvg(await renderSvg(spec));
    const heat = [...svg.querySelectorAll("[aria-label=contour]")];
    expect(heat.flatMap((g) => [...g.querySelectorAll("path")].filter((p) => p.getAttribute("d")))).toHaveLength(12);
    const dots = svg.querySelectorAll("[aria-label=dot] circle").length;
    expect(dots).toBe(1000); // every second of 2,000 is 1,000, at most 1,500
    const alone = parseSvg(await renderSvg(densityMapPlot(twoUniforms.logDensity, { bounds })));
    expect(alone.querySelectorAll("[aria-label=dot] circle")).toHaveLength(0);
  });

  it("holds exp(log p) at the middles of its cells", () => {
    const grid = densityGrid({ logProb: eightGaussians.logDensity }, { bounds: eightGaussians.bounds, cells: 3 });
    expect(grid).toMatchObject({ columns: 3, rows: 3, x: [-4.5, 4.5], y: [-4.5, 4.5] });
    const rows = [-3, 0, 3].flatMap((y) => [-3, 0, 3].map((x) => [x, y]));
    eightGaussians.logDensity(rows).forEach((log, i) => {
      expect(Math.abs(grid.values[i] / Math.exp(log) - 1)).toBeLessThan(1e-3);
    });
  });

  it("is not made pale by a spike", () => {
    const spiked = ({ shape }: { shape: readonly number[] }): number[] =>
      Array.from({ length: shape[0] }, (_, i) => (i === 100 ? Math.log(200) : 0));
    const { levels } = densityGrid(spiked, { bounds, cells: 90 });
    expect(levels).toHaveLength(12);
    expect(levels.at(-1)).toBeLessThan(200);
    expect(densityGrid(spiked, { bounds, cells: 90, full: 2 }).levels.at(-1)).toBeCloseTo((2 * 11.5) / 12, 3);
  });

  it("takes its frame from samples where none is given", () => {
    const { grid } = densityMapPlot(twoUniforms.logDensity, { samples }).marks[0];
    const [low, high] = grid!.x;
    expect(low).toBeGreaterThan(-3.4);
    expect(low).toBeLessThan(-3);
    expect(high).toBeGreaterThan(3);
    const rows = [
      [0, 0],
      [1, 2],
    ];
    expect(densityMapPlot(twoUniforms.logDensity, { samples: rows }).marks[1].x).toHaveLength(2);
  });

  it("says what is missing or wrong", () => {
    expect(() => densityMapPlot(twoUniforms.logDensity)).toThrow(
      "expected bounds, or samples to take them from; got neither",
    );
    expect(() =>
      densityMapPlot(twoUniforms.logDensity, {
        bounds: [
          [1, 0],
          [0, 1],
        ],
      }),
    ).toThrow("expected bounds [[low, high]");
    const three = { shape: [1, 3], values: new Float64Array(3) };
    expect(() => densityMapPlot(twoUniforms.logDensity, { samples: three })).toThrow(
      "expected samples [n, 2], got [1, 3]",
    );
  });
});
