/** The flows that docs/adding-a-flow.md adds, made of its code as it stands, keep the contract that it gives them. */
import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, describe, expect, it } from "vitest";
import { parseGuide } from "../../src/cli/guides.ts";
import { fitDensity } from "../../src/density/fitDensity.ts";
import { linearFlow } from "../../src/flows/linear.ts";
import type { FlowSpec } from "../../src/flows/spec.ts";
import { rowsFrom } from "../density/samples.ts";
import { compilers } from "../package/installed.ts";
import { brokenLinks, shownFiles } from "./shown.ts";

const run = promisify(execFile);
const root = fileURLToPath(new URL("../..", import.meta.url));
const { text, files, folder, load, remove } = shownFiles("adding-a-flow");
afterAll(remove);

it("shows two flows, the map that they are made of, and their row of the contract, each short", () => {
  expect([...files.keys()]).toEqual([
    "src/transforms/monotone/sinhArcsinh.ts",
    "src/flows/sinhArcsinh.ts",
    "src/flows/ridge.ts",
    "test/flows/contract/ridge.test.ts",
  ]);
  for (const [path, code] of files) expect(code.split("\n").length, path).toBeLessThanOrEqual(40);
});

it("links to places that are there", () => expect(brokenLinks(text)).toEqual([]));

it("shows code that compiles", async () => {
  const config = join(folder, "tsconfig.json");
  const include = [join(folder, "src")];
  writeFileSync(config, JSON.stringify({ extends: join(root, "tsconfig.json"), include }));
  const { stdout } = await run(process.execPath, [compilers["TypeScript 6"], "-p", config]).catch((error) => error);
  expect(stdout).toBe("");
});

// The contract's own tests, as the page's last file asks for them.
await load("test/flows/contract/ridge.test.ts");

const { ridge } = (await load("src/flows/ridge.ts")) as { ridge: () => FlowSpec };
const { sinhArcsinh } = (await load("src/flows/sinhArcsinh.ts")) as { sinhArcsinh: () => FlowSpec };
const added = { ridge, "sinh-arcsinh": sinhArcsinh };

describe("the flows of the page", () => {
  it("are named on the command line as the page says", () => {
    const forms = [...text.matchAll(/(?:--guide |--flows |,)((?:ridge|sinh-arcsinh):\S+?)(?=[,\s])/g)].map(
      ([, form]) => form,
    );
    expect(forms).toEqual(["ridge:layers=4", "ridge:layers=4", "sinh-arcsinh:layers=2:hidden=32x32", "ridge:layers=8"]);
    expect(forms.map((form) => parseGuide(form, added).options)).toEqual([
      { layers: 4 },
      { layers: 4 },
      { layers: 2, hidden: [32, 32], activation: "tanh", order: "natural" },
      { layers: 8 },
    ]);
    expect(() => parseGuide("ridge:layer=4", added)).toThrow(/layers/);
  });

  it("learn a density with tails that they can bend, where no normal fits", async () => {
    // x = R sinh(asinh(z)/0.5), R a turn: the log density is that of sinh(0.5 asinh(Rᵀx)).
    const [c, s] = [Math.cos(0.7), Math.sin(0.7)];
    const draws = rowsFrom(3, 6000, ({ normal }) => [Math.sinh(Math.asinh(normal()) / 0.5), normal()]);
    const rows = draws.map(([a, b]) => [c * a - s * b, s * a + c * b]);
    const truth = draws.map(([a, b]) => {
      const z = Math.sinh(0.5 * Math.asinh(a));
      const slope = (0.5 * Math.sqrt(1 + z * z)) / Math.sqrt(1 + a * a);
      return Math.log(slope / (2 * Math.PI)) - (z * z + b * b) / 2;
    });
    const gapOf = async (spec: FlowSpec): Promise<number> => {
      const density = await fitDensity(spec, rows.slice(0, 4000), { steps: 1500, seed: 1, standardise: false });
      const gaps = [...density.logProb(rows.slice(4000))].map((log, i) => truth[4000 + i] - log);
      return gaps.reduce((sum, gap) => sum + gap) / gaps.length;
    };
    const ofNormal = await gapOf(linearFlow());
    expect(ofNormal).toBeGreaterThan(0.1);
    // The truth is a ridge: what is left is the cost of fitting 32 numbers, about 32 / (2 · 4000) = 0.004 nats.
    expect(await gapOf(ridge())).toBeLessThan(0.015);
    // The other has no turns to find the direction by.
    expect(await gapOf(sinhArcsinh())).toBeLessThan(ofNormal / 2);
  });
});
