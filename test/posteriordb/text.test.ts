import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { posteriors } from "../../models/posteriordb/index.ts";
import { inDouble } from "../../src/core/double.ts";
import { fromHost, hostValues, type Scalar, type Tensor } from "../../src/core/tensor.ts";
import { tidy } from "../../src/core/tidy.ts";
import { condition } from "../../src/model/condition.ts";
import type { Model } from "../../src/model/model.ts";
import { gradient } from "../../src/ops/gradient.ts";
import { parseModel } from "../../src/text/parseModel.ts";
import { textFiles } from "./files.ts";
import { dataFor } from "./published.ts";
import { dataFolder, hasReferences } from "./reference.ts";

interface Slope {
  readonly value: number;
  readonly slope: Float64Array;
}

const at = (model: Model, posterior: string, shift: number): Slope => {
  const conditioned = condition(model, dataFor(model, posterior) as never);
  const { size } = conditioned;
  const z = Float64Array.from({ length: size }, (_, i) => shift + 0.05 * i);
  return inDouble(() =>
    tidy(() => {
      const target = conditioned.at(conditioned.tensors());
      const made = gradient((x: Tensor) => target.logDensity(x) as Scalar)(fromHost(z, [size]));
      return { value: hostValues(made.value)[0], slope: hostValues(made.gradient) };
    }),
  );
};

const near = (a: number, b: number, scale: number): boolean => Math.abs(a - b) <= 1e-11 * Math.max(1, scale);

it.skipIf(hasReferences())(`no posteriors in ${dataFolder}: nothing to hold models as text against`, () => {});

describe.skipIf(!hasReferences())("models of posteriordb as text", () => {
  it.each(Object.entries(textFiles))("%s is the model in TypeScript, up to a constant", async (posterior, file) => {
    const url = new URL(`../../models/posteriordb/${file}.fluvial`, import.meta.url);
    const text = await parseModel(readFileSync(url, "utf8"), file);
    const [first, second] = [0.1, -0.2].map((shift) => ({
      typed: at(posteriors[posterior], posterior, shift),
      text: at(text, posterior, shift),
    }));
    const scale = Math.max(Math.abs(first.typed.value), Math.abs(second.typed.value));
    const change = ({ typed, text }: typeof first): number => typed.value - text.value;
    expect(near(change(first), change(second), scale), `${change(first)} and ${change(second)}`).toBe(true);
    for (const { typed, text } of [first, second]) {
      const steepest = Math.max(...typed.slope.map(Math.abs));
      typed.slope.forEach((slope, i) => {
        expect(near(slope, text.slope[i], steepest), `slope ${i}: ${slope} and ${text.slope[i]}`).toBe(true);
      });
    }
  });
});
