import { expect } from "vitest";
import { inDouble } from "../../src/core/double.ts";
import { range } from "../../src/core/shape.ts";
import type { Scalar, Tensor } from "../../src/core/tensor.ts";
import { disposeTree } from "../../src/core/tree.ts";
import { compiledEngine } from "../../src/engine/compiled.ts";
import { eagerEngine } from "../../src/engine/eager.ts";
import type { Engine } from "../../src/engine/engine.ts";
import { condition } from "../../src/model/condition.ts";
import type { Model } from "../../src/model/model.ts";
import type { Values } from "../../src/model/site.ts";
import { parseModel } from "../../src/text/parseModel.ts";

interface Point {
  readonly value: number;
  readonly gradient: readonly number[];
}

/** Points that differ, the same for every model of a size. */
const pointsOf = (size: number): Float64Array[] =>
  [0.2, 0.7, 1.3].map((scale, k) => Float64Array.from(range(size), (i) => scale * Math.sin(1 + i * (k + 1))));

const refuseWarning = (message: string): never => {
  throw new Error(`not compiled: ${message}`);
};

/** Value and gradient at a few points. */
export const evaluateWith = (engine: Engine, model: Model, data: unknown): readonly Point[] => {
  const conditioned = condition(model, data as never);
  const { size } = conditioned;
  const tensors = inDouble(() => conditioned.tensors());
  const density = (z: Tensor, given: Values): Scalar => conditioned.at(given).logDensity(z).asScalar();
  const gradient = engine.gradient(density, size, tensors);
  try {
    return pointsOf(size).map((z) => {
      const slope = new Float64Array(size);
      return { value: gradient.at(z, slope), gradient: [...slope] };
    });
  } finally {
    gradient.dispose();
    disposeTree(tensors);
  }
};

const expectClose = (came: readonly Point[], expected: readonly Point[]): void => {
  for (const [i, { value, gradient }] of expected.entries()) {
    expect(Math.abs(came[i].value - value), `value ${came[i].value}, expected ${value}`).toBeLessThan(
      1e-11 * (1 + Math.abs(value)),
    );
    const largest = Math.max(1, ...gradient.map(Math.abs));
    for (const [j, slope] of gradient.entries())
      expect(Math.abs(came[i].gradient[j] - slope), `slope ${j}`).toBeLessThan(1e-10 * largest);
  }
};

/** The model of a text is the given one: density and gradient at some points, in both engines. */
export const expectSame = async (text: string, model: unknown, data: unknown, its: unknown = data): Promise<void> => {
  const parsed = await parseModel(text, "text");
  const compiled = compiledEngine("f64", { warn: refuseWarning });
  const expected = evaluateWith(eagerEngine(), model as Model, its);
  expectClose(evaluateWith(eagerEngine(), parsed, data), expected);
  expectClose(evaluateWith(compiled, parsed, data), expected);
};
