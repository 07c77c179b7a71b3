import { fail } from "../core/check.ts";
import type { Tensor } from "../core/tensor.ts";
import { within } from "../core/within.ts";
import { split } from "../ops/random.ts";
import type { Bijection, Mapped, Transform } from "../transforms/transform.ts";
import type { Flow, Given, Side } from "./flow.ts";

type Way = (x: Tensor) => Mapped;

/** One way after another; log-determinants add up. */
const through = (ways: readonly (readonly [label: string, way: Way])[], x: Tensor): Mapped =>
  ways.slice(1).reduce(
    (made, [label, way]) =>
      within(label, () => {
        const { value, logDet } = way(made.value);
        return { value, logDet: made.logDet.add(logDet) };
      }),
    within(ways[0][0], () => ways[0][1](x)),
  );

const labelled = <T>(maps: readonly T[]): (readonly [string, T])[] =>
  maps.map((map, i) => [`layer ${i + 1}`, map] as const);

/** Maps of one rank one after another, the first one first, where no way back is asked for. */
export const chainForward = (maps: readonly Transform[]): Transform => ({
  rank: maps[0].rank,
  forward: (x) =>
    through(
      labelled(maps).map(([label, map]) => [label, (at: Tensor): Mapped => map.forward(at)]),
      x,
    ),
});

/** Bijections of one rank one after another, the first one first. */
const chainMaps = (maps: readonly Bijection[]): Bijection => ({
  ...chainForward(maps),
  inverse: (y) =>
    through(
      labelled(maps)
        .reverse()
        .map(([label, map]) => [label, (at: Tensor): Mapped => map.inverse(at)]),
      y,
    ),
  domain: (shape) => maps.reduceRight((after, map) => map.domain(after), shape),
});

/** The layers' own givens: one context for all, a key each. */
const givenEach = (layers: readonly { readonly random?: boolean }[], given: Given = {}): Given[] => {
  const { context, key } = given;
  const used = layers.filter(({ random }) => random).length;
  const keys = key && used > 0 ? split(key, used) : [];
  let next = 0;
  return layers.map(({ random }) => (random && key ? { context, key: keys[next++] } : { context }));
};

const prepared = (
  layers: readonly Flow<unknown>[],
  params: readonly unknown[],
  x: Tensor,
  side: Side,
  given: Given,
) => {
  const made = [...params];
  let values = x;
  const order = layers.map((_, i) => i);
  for (const i of side === "before" ? order : order.reverse()) {
    made[i] = layers[i].prepare?.(made[i], values, side, given) ?? made[i];
    const map = layers[i].at(made[i], given);
    values = side === "before" ? map.forward(values).value : map.inverse(values).value;
  }
  return made;
};

/**
 * One learnable map after another, the first one first: the usual way to a flow that does more than its layers.
 * @throws FluvialError where there is no layer.
 */
export const chain = <P>(layers: readonly Flow<P>[]): Flow<readonly P[]> => {
  if (layers.length === 0) fail("chain: expected at least one layer, got none");
  return {
    random: layers.some(({ random }) => random),
    init: (key) => split(key, layers.length).map((layerKey, i) => layers[i].init(layerKey)),
    at: (params, given) => {
      const givens = givenEach(layers, given);
      return chainMaps(params.map((p, i) => layers[i].at(p, givens[i])));
    },
    ...(layers.some(({ prepare }) => prepare) && {
      prepare: (params: readonly P[], values: Tensor, side: Side, given: Given = {}) =>
        prepared(layers as readonly Flow<unknown>[], params, values, side, { context: given.context }) as P[],
    }),
  };
};
