import { describe, expect, it } from "vitest";
import { elboPlot, runningMean } from "../../src/plot/elbo.ts";
import {
  densityPlot,
  forestPlot,
  type PlotSpec,
  pairPlot,
  rankPlot,
  renderHtml,
  renderSvg,
  tracePlot,
} from "../../src/plot/index.ts";
import { rankCounts } from "../../src/plot/rank.ts";
import { parseSvg, textsOf } from "./svg.ts";
import { comparisonOf } from "./synthetic.ts";

const comparison = comparisonOf({ draws: 400 });
const { methods } = comparison;
const { nuts, ...rest } = methods;
const fits = rest as unknown as Record<string, { history: Float64Array }>;

const specs: Record<string, PlotSpec> = {
  density: densityPlot(methods, "tau", { reference: "nuts" }),
  trace: tracePlot(nuts, "theta[<b>&]"),
  rank: rankPlot(nuts, "mu"),
  forest: forestPlot(methods, { reference: "nuts" }),
  elbo: elboPlot(fits),
  pairs: pairPlot(methods, ["mu", "tau"], { reference: "nuts" }),
};

const paths = (svg: Element, kind: string): number => svg.querySelectorAll(`[aria-label=${kind}] path`).length;

for (const [name, spec] of Object.entries(specs))
  describe(`the ${name} plot`, () => {
    it("survives JSON", async () => {
      const copy = JSON.parse(JSON.stringify(spec)) as PlotSpec;
      expect(await renderSvg(copy)).toBe(await renderSvg(spec));
    });

    it("is one valid, labelled svg element without ids, style sheets or addresses", async () => {
      const text = await renderSvg(spec);
      const svg = parseSvg(text);
      expect(svg.tagName.toLowerCase()).toBe("svg");
      expect(svg.getAttribute("role")).toBe("img");
      expect(svg.getAttribute("aria-label")).toBe(spec.description);
      expect(svg.querySelector("title")?.textContent).toBe(spec.description);
      expect(textsOf(svg)).toContain(spec.title);
      expect(text).not.toMatch(/\sid=|<style|NaN|undefined/);
      expect(text.replace('xmlns="http://www.w3.org/2000/svg"', "")).not.toMatch(/https?:/);
    });

    it("names its series in the legend", async () => {
      const texts = textsOf(parseSvg(await renderSvg(spec)));
      for (const series of spec.series ?? []) expect(texts).toContain(series);
      const { length } = textsOf(parseSvg(await renderSvg({ ...spec, legend: false })));
      expect(length).toBe(texts.length - (spec.legend === false ? 0 : (spec.series ?? []).length));
    });
  });

describe("what is drawn", () => {
  it("a line per method and the reference's shade, in ink", async () => {
    const svg = parseSvg(await renderSvg(specs.density));
    expect(paths(svg, "line")).toBe(5);
    expect(paths(svg, "area")).toBe(1);
    const strokes = [...svg.querySelectorAll("[aria-label=line] path")].map((p) => p.getAttribute("stroke"));
    expect(strokes).toContain("currentColor");
    expect(new Set(strokes).size).toBe(5);
  });

  it("a line per chain, thinned", async () => {
    expect(paths(parseSvg(await renderSvg(specs.trace)), "line")).toBe(4);
    const thin = tracePlot(nuts, "mu", { points: 30 });
    expect(thin.marks.every(({ x }) => x !== undefined && x.length <= 30)).toBe(true);
  });

  it("a histogram of ranks per chain, flat for chains that take turns", () => {
    const turns = [0, 1, 2, 3].map((c) => Float64Array.from({ length: 100 }, (_, d) => 4 * d + c));
    expect(rankCounts(turns, 10)).toEqual(Array(4).fill(Array(10).fill(10)));
    const apart = [0, 1].map((c) => Float64Array.from({ length: 10 }, (_, d) => 100 * c + d));
    expect(rankCounts(apart, 2)).toEqual([
      [10, 0],
      [0, 10],
    ]);
  });

  it("an interval per scalar and method, on the reference's scale", async () => {
    const [, thin, , dots] = specs.forest.marks;
    expect(thin.x1).toHaveLength(50);
    const at = (i: number): number => (dots.x as readonly number[])[i];
    const fourth = 4; // nuts, at mu: the median of a normal lies near its mean
    expect(Math.abs(at(fourth))).toBeLessThan(0.3);
    expect(textsOf(parseSvg(await renderSvg(specs.forest)))).toContain("theta[Choate]");
  });

  it("the running mean over the raw bound, both inside the frame", () => {
    expect([...runningMean([1, 2, 3, 4, 5], 3)]).toEqual([1.5, 2, 3, 4, 4.5]);
    expect([...runningMean([1, NaN, 3], 3)]).toEqual([1, 2, 3]);
    const [low, high] = specs.elbo.y!.domain as number[];
    expect(high - low).toBeLessThan(40); // the fits begin 900 nats below
    for (const { y } of specs.elbo.marks)
      for (const value of y as (number | null)[]) if (value !== null) expect(value >= low && value <= high).toBe(true);
  });

  it("nothing of a fit without a history", async () => {
    const none = elboPlot({
      empty: { history: new Float64Array(0) },
      broken: { history: new Float64Array(9).fill(NaN) },
    });
    expect(await renderSvg(none)).not.toContain("NaN");
  });
});

describe("names from users", () => {
  const evil = `<script>alert("1")</script> & 'x'`;

  it("are text, never markup", async () => {
    const spec = densityPlot({ [evil]: nuts, other: nuts }, "mu", { title: evil });
    const text = await renderHtml([spec, { ...spec, x: { ...spec.x, label: evil } }]);
    expect(text).not.toContain("<script");
    expect(textsOf(parseSvg(await renderSvg(spec))).filter((t) => t === evil)).toHaveLength(2);
  });

  it("that are wrong are refused with the right one", () => {
    expect(() => tracePlot(nuts, "taw")).toThrow('plot: there is no "taw" among the draws (did you mean "tau"?)');
    expect(() => densityPlot(methods, "zzzzzz")).toThrow("there are mu, tau, theta[Choate]");
  });
});
