import { calibrationHistogram, calibrationPlot, type PlotSpec, renderSvg } from "fluvial/plot";
import { describe, expect, it } from "vitest";
import { hostKey, hostUniforms } from "../../src/core/key.ts";
import { parseSvg, textsOf } from "../plot/svg.ts";

const uniform = hostUniforms(hostKey(5));
const ranks = (bend: number): Int32Array => Int32Array.from({ length: 500 }, () => Math.floor(100 * uniform() ** bend));
const calibration = { ranks: { mu: ranks(1), "theta[<b>&]": ranks(2) }, draws: 99, level: 0.99 };

/** Whether the line stays inside the band. */
const isInside = ({ marks }: PlotSpec): boolean => {
  const [band, , line] = marks.map((mark) => ({ low: mark.y1 as number[], y: mark.y as number[] }));
  return line.y.every((y, i) => y >= band.low[i] - 1e-12 && y <= band.y[i] + 1e-12);
};

describe("the plots of a calibration", () => {
  it("show uniform ranks inside the band, others outside", () => {
    expect(isInside(calibrationPlot(calibration, "mu"))).toBe(true);
    expect(isInside(calibrationPlot(calibration, "theta[<b>&]"))).toBe(false);
  });

  it("count every rank once", () => {
    const [bars] = calibrationHistogram(calibration, "mu").marks;
    expect((bars.y as number[]).reduce((a, b) => a + b, 0)).toBe(500);
    expect(bars.y).toHaveLength(20);
  });

  it.each(["mu", "theta[<b>&]"])("are valid, labelled svg: %s", async (scalar) => {
    for (const spec of [calibrationPlot(calibration, scalar), calibrationHistogram(calibration, scalar)]) {
      const text = await renderSvg(JSON.parse(JSON.stringify(spec)) as PlotSpec);
      const svg = parseSvg(text);
      expect(svg.getAttribute("aria-label")).toBe(spec.description);
      expect(textsOf(svg)).toContain(scalar);
      expect(text).not.toMatch(/NaN|undefined/);
    }
  });

  it("refuse scalars that there are not", () => {
    expect(() => calibrationPlot(calibration, "mo")).toThrow(
      /no scalar "mo" in the calibration \(did you mean "mu"\?\)/,
    );
  });
});
