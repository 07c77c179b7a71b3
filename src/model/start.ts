import { fail, suggest } from "../core/check.ts";
import { showShape, sizeOf } from "../core/shape.ts";
import { fromHost, type Tensor } from "../core/tensor.ts";
import { isMissingValue, type Layout } from "./layout.ts";

type Nested = number | readonly Nested[];

/** A point to start from: every latent by name, on its own scale. */
export type Start = Readonly<Record<string, Nested | Float64Array>>;

const flat = (value: Nested | Float64Array): number[] =>
  typeof value === "number" ? [value] : Array.from(value as readonly Nested[]).flatMap((part) => flat(part));

/**
 * A start as tensors. Missing values of observations may be left out of it.
 * @throws FluvialError for an unknown or missing latent, or one of the wrong size.
 */
export const startTensors = (model: string, layout: Layout, start: Start): Record<string, Tensor> => {
  const known = Object.keys(layout.latents);
  for (const name of Object.keys(start))
    if (!known.includes(name)) fail(`${model}: a start names "${name}", which is no latent${suggest(name, known)}`);
  const given = (name: string): boolean => Object.hasOwn(start, name) && start[name] !== undefined;
  const needed = known.filter((name) => given(name) || !isMissingValue(layout, name));
  return Object.fromEntries(
    needed.map((name) => {
      const { shape } = layout.latents[name];
      if (!given(name)) fail(`${model}: a start lacks the latent "${name}"`);
      const values = flat(start[name]);
      if (values.length !== sizeOf(shape))
        fail(`${model}: a start has ${values.length} values for "${name}", expected shape ${showShape(shape)}`);
      const wrong = values.find((x) => !Number.isFinite(x));
      if (wrong !== undefined) fail(`${model}: a start has ${wrong} for "${name}", expected finite numbers`);
      return [name, fromHost(values, shape)];
    }),
  );
};
