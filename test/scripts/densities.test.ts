import { crc32, inflateSync } from "node:zlib";
import { datasets } from "fluvial";
import { describe, expect, it } from "vitest";
import { everyFlow } from "../../scripts/densities/job.ts";
import { hasPatches, patches } from "../../scripts/densities/patches.ts";
import { paintedPng } from "../../scripts/densities/png.ts";
import type { Job, Result } from "../../scripts/densities/results.ts";
import { setNames } from "../../scripts/densities/sets.ts";
import { settings } from "../../scripts/densities/settings.ts";
import { sheetSvg } from "../../scripts/densities/sheet.ts";
import { report } from "../../scripts/densities/table.ts";
import type { Failed } from "../../scripts/jobs/lines.ts";
import { parseGuide } from "../../src/cli/guides.ts";
import { parseSvg, textsOf } from "../plot/svg.ts";

/** The chunks of a PNG by name; fails where a check sum is wrong. */
const chunksOf = (png: Buffer): Record<string, Buffer> => {
  const chunks: Record<string, Buffer> = {};
  for (let at = 8; at < png.length; ) {
    const length = png.readUInt32BE(at);
    expect(png.readUInt32BE(at + 8 + length)).toBe(crc32(png.subarray(at + 4, at + 8 + length)));
    chunks[png.toString("latin1", at + 4, at + 8)] = png.subarray(at + 8, at + 8 + length);
    at += 12 + length;
  }
  return chunks;
};

describe("a painted PNG", () => {
  it("holds its pixels as shades of one colour", () => {
    const { IHDR, PLTE, tRNS, IDAT, IEND } = chunksOf(
      paintedPng(Uint8Array.from([0, 1, 2, 3, 4, 255]), 3, [10, 20, 30]),
    );
    expect([IHDR.readUInt32BE(0), IHDR.readUInt32BE(4), ...IHDR.subarray(8)]).toEqual([3, 2, 8, 3, 0, 0, 0]);
    expect([...inflateSync(IDAT)]).toEqual([0, 0, 1, 2, 0, 3, 4, 255]);
    expect([...PLTE.subarray(0, 6)]).toEqual([10, 20, 30, 10, 20, 30]);
    expect(tRNS[7]).toBe(7);
    expect(IEND).toHaveLength(0);
  });
});

const job = { set: "moons", batch: 256, steps: 10, seconds: 1, seed: 1 };
const took = { steps: 10, seconds: 1.5, drawing: 0 };
const result: Result = {
  ...{ ...job, flow: "spline", label: "spline:layers=2", parameters: 1234, notFinite: 0, took, ending: "levelled" },
  ...{ test: { mean: -2.5, se: 0.01 }, shortfall: { mean: 0.1061, se: 0.002 } },
  stretch: { toNoise: 3.14, toSamples: 0.5, inversionError: 0 },
};
const failure: Failed<Job> = { ...job, flow: "planar", error: "it broke | here" };

describe("the report", () => {
  const budget = { batch: 256, steps: 10, seconds: 1 };
  const page = report([result, failure], setNames, ["planar", "spline", "maf"], budget, "nowhere");

  it("has a row a flow and a column a set, where there are results", () => {
    expect(page).toContain("|  | moons |");
    expect(page).toContain("| spline | 0.106 ± 0.002 |");
    expect(page).toContain("| planar | failed |");
    expect(page).not.toContain("maf");
  });

  it("tells each fit, the best first, and what went wrong", () => {
    expect(page).toContain("| spline | 1,234 | −2.500 ± 0.010 | 0.106 ± 0.002 | 3.1, 0.5 | 10 | 1.5 | levelled off |");
    expect(page).toContain("- planar: it broke | here");
    expect(page).toContain("E log p = −2.3939 nats");
  });
});

describe("a sheet of pictures", () => {
  it("is one valid svg with a tile a density", () => {
    const paint = Buffer.from(new Uint8Array(16).fill(255)).toString("base64");
    const tile = {
      title: "<a>",
      note: "0.1",
      picture: {
        cells: 4,
        paint,
        samples: [
          [0, 0],
          [99, 99],
        ],
      },
    };
    const svg = parseSvg(sheetSvg(datasets.moons, [tile, tile]));
    expect(textsOf(svg)).toEqual(["<a>", "0.1", "<a>", "0.1"]);
    expect(svg.querySelectorAll("image")).toHaveLength(2);
    // The middle of the frame; what lies outside is left out.
    expect(svg.querySelector("path")?.getAttribute("d")).toBe("M54 54h0");
  });
});

describe("the settings", () => {
  it("are flows that there are", () => {
    for (const [name, rows] of Object.entries(settings))
      for (const { flow } of rows) {
        expect(parseGuide(flow, everyFlow).name).toBe(name);
      }
  });
});

describe.skipIf(!hasPatches())("the patches", () => {
  const { training, validation, test } = hasPatches() ? patches() : ({} as ReturnType<typeof patches>);

  it("are eight numbers each, and less than a byte's range from their mean", () => {
    expect([training.shape, validation.shape, test.shape]).toEqual([
      [90_000, 8],
      [4000, 8],
      [10_000, 8],
    ]);
    for (const { values } of [training, validation, test])
      expect(Math.max(...values.map(Math.abs).slice(0, 80_000))).toBeLessThan(1);
  });

  it("are centred, and neighbours are more alike than pixels further apart", () => {
    const { values } = test;
    const product = (i: number, j: number): number => {
      let sum = 0;
      for (let row = 0; row < 10_000; row++) sum += values[8 * row + i] * values[8 * row + j];
      return sum / 10_000;
    };
    const alike = (i: number, j: number): number => product(i, j) / Math.sqrt(product(i, i) * product(j, j));
    // Pixels 0 1 2 / 3 4 5 / 6 7 (8).
    expect(alike(0, 1)).toBeGreaterThan(alike(0, 2) + 0.2);
    expect(alike(0, 3)).toBeGreaterThan(alike(0, 6) + 0.2);
    const mean = values.reduce((a, b) => a + b, 0) / values.length;
    expect(Math.abs(mean)).toBeLessThan(0.002);
  });
});
