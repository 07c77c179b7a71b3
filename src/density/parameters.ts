import { fail } from "../core/check.ts";
import { hostKey, type Key } from "../core/key.ts";
import { sameShape, showShape } from "../core/shape.ts";
import { hostValues } from "../core/tensor.ts";
import { disposeTree, leaves, paths, rebuild } from "../core/tree.ts";
import type { Engine } from "../engine/engine.ts";
import { key } from "../ops/random.ts";
import type { HostParameter } from "../posterior/posterior.ts";

/** Parameters of a flow on the host, by their path. */
export type HostParameters = Readonly<Record<string, HostParameter>>;

export const hostParameters = (params: unknown): HostParameters => {
  const tensors = leaves(params);
  return Object.fromEntries(
    paths(params).map((path, i) => [path, { shape: tensors[i].shape, values: hostValues(tensors[i]) }]),
  );
};

/** Makes of host parameters the flow's own, which the caller disposes of. */
export type Place = (parameters: HostParameters) => unknown;

/**
 * How parameters of a flow are put together from those of the host.
 * @throws FluvialError, when it is called, where a parameter is missing, unknown, or of another shape.
 */
export const placeIn = (who: string, engine: Engine, flow: { init(key: Key): unknown }): Place => {
  // Only its form is kept.
  const form = engine.compile(() => flow.init(key(hostKey(0))))();
  disposeTree(form);
  const names = paths(form);
  const shapes = leaves(form).map(({ shape }) => shape);
  return (parameters) => {
    const unknown = Object.keys(parameters).find((name) => !names.includes(name));
    if (unknown !== undefined) fail(`${who}: the flow has no "${unknown}"`);
    names.forEach((name, i) => {
      const given = parameters[name] ?? fail(`${who}: "${name}" is missing`);
      if (!sameShape(given.shape, shapes[i]))
        fail(`${who}: "${name}" has shape ${showShape(given.shape)}, the flow takes ${showShape(shapes[i])}`);
    });
    return rebuild(
      form,
      names.map((name) => engine.tensor(parameters[name].values, parameters[name].shape)),
    );
  };
};
