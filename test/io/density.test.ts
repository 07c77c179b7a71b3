import { describe, expect, it } from "vitest";
import { fitDensity } from "../../src/density/fitDensity.ts";
import { langevin, planar } from "../../src/flows/index.ts";
import { fromJson, toJson } from "../../src/io/json.ts";
import { bent, rowsFrom } from "../density/samples.ts";

interface Loose {
  [name: string]: Loose;
}

describe("files of densities", async () => {
  const rows = rowsFrom(1, 100, bent);
  const text = toJson(await fitDensity(planar({ layers: 2 }), rows, { steps: 10 }));
  const bounded = toJson(await fitDensity(langevin({ steps: 1 }), rows, { steps: 10 }));

  it("hold the same again", () => expect(toJson(fromJson(text) as never)).toBe(text));

  it.each([
    [
      (f: Loose) => Object.assign(f.flow, { name: "planer" }),
      'flow.name: expected a flow of Fluvial, got "planer" (did you mean "planar"?)',
    ],
    [
      (f: Loose) => Object.assign(f.flow, { name: "toString" }),
      'flow.name: expected a flow of Fluvial, got "toString"',
    ],
    [
      (f: Loose) => Object.assign(f.flow.options, { layers: 0 }),
      "flow.options: planar: layers: expected a whole number from 1",
    ],
    [(f: Loose) => Object.assign(f.flow.options, { layers: 3 }), 'parameters: "2.w" is missing'],
    [(f: Loose) => Object.assign(f.flow.options, { layers: 1 }), 'parameters: the flow has no "1.w"'],
    [
      (f: Loose) => Object.assign(f.parameters["0.w"], { shape: [1, 2] }),
      'parameters: "0.w" has shape [1, 2], the flow takes [2]',
    ],
    [
      (f: Loose) => Object.assign(f.standard.sds, { shape: [1], numbers: [1], float64: undefined }),
      "standard.sds: expected 2 numbers, got 1",
    ],
    [
      (f: Loose) => Object.assign(f.standard.sds, { numbers: [1, 0], float64: undefined }),
      "standard.sds: expected numbers above 0",
    ],
    [(f: Loose) => Object.assign(f, { heldOut: undefined }), "heldOutLogProb: expected no rows, got 10"],
    [(f: Loose) => Object.assign(f, { ending: "well" }), "ending: expected"],
    [(f: Loose) => Object.assign(f, { kind: "bounded-density" }), 'kind: the density of a "planar" is known'],
  ])("say what is wrong, %#", (change, message) => {
    const file = JSON.parse(text) as Loose;
    change(file);
    expect(() => fromJson(file, "d.json")).toThrow(`d.json.${message}`);
  });

  it("of bounds are no densities", () => {
    expect(() => fromJson({ ...JSON.parse(bounded), kind: "density" })).toThrow(
      'of a "langevin" only bounds are known',
    );
  });
});
