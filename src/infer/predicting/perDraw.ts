import { sizeOf } from "../../core/shape.ts";
import type { Shape, Tensor } from "../../core/tensor.ts";
import { hostValues } from "../../core/tensor.ts";
import { disposeTree } from "../../core/tree.ts";
import { defaultEngine } from "../../engine/choose.ts";
import type { Engine } from "../../engine/engine.ts";
import type { Conditioned } from "../../model/condition.ts";
import type { Values } from "../../model/site.ts";
import type { HostParameter } from "../../posterior/posterior.ts";

/** Draws evaluated in one go, at the most, and numbers that a block of them should not exceed by much. */
const most = 500;
const mostNumbers = 2 ** 21;

const blockOf = ({ bound }: Pick<Conditioned<unknown>, "bound">, total: number): number => {
  const numbers = Object.values(bound.data).reduce((sum, { values }) => sum + values.length, 1);
  return Math.min(total, most, Math.max(8, Math.floor(mostNumbers / numbers)));
};

/** What one name has at every draw: values[draw, ...shape]. */
export interface Column {
  readonly shape: Shape;
  readonly values: Float64Array;
}

const store = (columns: Record<string, Column>, made: Values, from: number, total: number): void => {
  for (const [name, x] of Object.entries(made)) {
    const shape = x.shape.slice(1);
    const width = sizeOf(shape);
    if (!Object.hasOwn(columns, name)) columns[name] = { shape, values: new Float64Array(total * width) };
    columns[name].values.set(hostValues(x), from * width);
  }
};

/**
 * Evaluates a function of the unconstrained vector at every draw, as one program run block by block.
 * @param z [chains, draws, size]. @param f z [count, size] and data → named tensors [count, ...].
 */
export const perDraw = <L>(
  conditioned: Conditioned<L>,
  z: HostParameter,
  f: (z: Tensor, data: Values) => Values,
  engine: Engine = defaultEngine(),
): Record<string, Column> => {
  const size = conditioned.size;
  const total = z.values.length / size;
  const count = blockOf(conditioned, total);
  const columns: Record<string, Column> = {};
  const data = engine.compile(() => conditioned.tensors())();
  const program = engine.compile(f);
  try {
    // Every block has the same size, so that it is the same program: the last one overlaps the one before.
    for (let next = 0; next < total; next += count) {
      const from = Math.min(next, total - count);
      const part = engine.tensor(z.values.subarray(from * size, (from + count) * size), [count, size]);
      const made = program(part, data);
      store(columns, made, from, total);
      disposeTree([made, part]);
    }
  } finally {
    disposeTree(data);
  }
  return columns;
};
