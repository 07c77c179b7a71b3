import { fail } from "../core/check.ts";
import { inDouble } from "../core/double.ts";
import { indexFromOne, sizeOf, splitShape } from "../core/shape.ts";
import { asTensor, fromHost, hostValues, type Shape, type Tensor } from "../core/tensor.ts";
import { tidy } from "../core/tidy.ts";
import { within } from "../core/within.ts";
import type { Distribution } from "../distributions/distribution.ts";
import { sameSet, type ValueSet } from "../transforms/support.ts";
import type { Bound } from "./data.ts";
import { allAt } from "./discrete.ts";
import { settingOf } from "./evaluate.ts";
import { checkDerived, type Layout, siteShape } from "./layout.ts";
import { distributionOf, type ObservedSite, type Site, siteLabel, type Values } from "./site.ts";
import { tablesOf, valuesOf } from "./sumOut.ts";
import { walk } from "./walk.ts";

const showIndex = (flat: number, shape: Shape): string =>
  shape.length ? ` at [${indexFromOne(flat, shape).join(",")}]` : "";

/** The first element outside a set, as " -15 at [3]". */
const firstOutside = (set: ValueSet, value: Tensor): string | undefined => {
  const inside = set.contains(value);
  const flat = inside.dataSync().findIndex((x) => !x);
  if (flat < 0) return undefined;
  const width = sizeOf(splitShape(value.shape, set.rank).event);
  const came = hostValues(value).slice(flat * width, (flat + 1) * width);
  return `${[...came].join(", ")}${showIndex(flat, inside.shape)}`;
};

const checkParameters = ({ name, parameters }: Distribution, fixed: (parameter: string) => boolean): void => {
  for (const [parameter, { value, within: set }] of Object.entries(parameters)) {
    if (!fixed(parameter)) continue;
    const outside = firstOutside(set, asTensor(value));
    if (outside !== undefined) fail(`${name}: ${parameter} must be ${set.name}, got ${outside}`);
  }
};

/** The host values of a distribution's parameters, to see which of them depend on the latents. */
const parametersOf = (distribution: Distribution): Record<string, Float64Array> =>
  Object.fromEntries(
    Object.entries(distribution.parameters).map(([name, { value }]) => [name, hostValues(asTensor(value))]),
  );

const same = (a: Float64Array | undefined, b: Float64Array | undefined): boolean =>
  a !== undefined && b !== undefined && a.length === b.length && a.every((x, i) => Object.is(x, b[i]));

interface Seen {
  readonly site: Site;
  readonly distribution: Distribution;
  readonly values: Values;
}

/** Every site with a distribution, at one unconstrained point. */
const distributionsOf = (sites: readonly Site[], values: Values): Seen[] =>
  sites.flatMap((site) =>
    site.role === "latent" || site.role === "observed"
      ? [{ site, distribution: distributionOf(site, values), values }]
      : [],
  );

const checkObserved = (
  site: ObservedSite,
  distribution: Distribution,
  x: Tensor,
  bound: Bound,
  fixed: boolean,
): void => {
  siteShape(site, distribution.shape, bound);
  if (!fixed) return;
  const outside = firstOutside(distribution.support, x);
  if (outside !== undefined)
    fail(
      `${distribution.name} takes ${distribution.support.name}, got ${outside}; the observation is impossible under the model`,
    );
};

const checkAllDerived = (sites: readonly Site[], bound: Bound, values: Values): void => {
  for (const site of sites)
    within(siteLabel(site), () =>
      site.role === "derived" ? checkDerived(site, values[site.name].shape, bound) : undefined,
    );
};

/** Two points far enough apart that whatever depends on the latents differs between them. */
export const probes = (size: number): Float64Array[] => [
  Float64Array.from({ length: size }, (_, i) => 0.3 * Math.sin(1 + i)),
  Float64Array.from({ length: size }, (_, i) => 0.4 * Math.cos(2 + 3 * i)),
];

/** The sites that depend on a discrete latent: what is impossible under one of its values may be possible under another. */
const conditional = (sites: readonly Site[], layout: Layout, data: Values): ReadonlySet<string> => {
  if (Object.keys(layout.discrete).length === 0) return new Set();
  const { tables } = tablesOf(sites, settingOf(layout, fromHost(probes(layout.size)[0], [layout.size]), data));
  return new Set(
    tables.filter(({ uses }) => uses.length > 0).flatMap(({ members }) => members.map(({ name }) => name)),
  );
};

/** Discrete latents at their first values, and each alone at each of its others; one without any where there are none. */
const assignments = ({ discrete }: Layout): Values[] => {
  const first = Object.fromEntries(
    Object.entries(discrete).map(([name, slot]) => [name, allAt(slot.shape, slot.first)]),
  );
  const others = Object.entries(discrete).flatMap(([name, slot]) =>
    valuesOf(slot)
      .slice(1)
      .map((value) => ({ ...first, [name]: allAt(slot.shape, value) })),
  );
  return [first, ...others];
};

/**
 * Checks what does not depend on the latents: parameters in their sets, observations in their supports; and that every
 * distribution fits the shape of its value.
 * @throws FluvialError naming the site, the distribution, the parameter, what it must be and what came.
 */
export const inspect = (sites: readonly Site[], layout: Layout, bound: Bound, data: Values): void =>
  inDouble(() =>
    tidy(() => {
      const open = conditional(sites, layout, data);
      for (const assumed of assignments(layout)) inspectAt(sites, layout, bound, data, assumed, open);
    }),
  );

const inspectAt = (
  sites: readonly Site[],
  layout: Layout,
  bound: Bound,
  data: Values,
  assumed: Values,
  open: ReadonlySet<string>,
): void => {
  const points = probes(layout.size).map((z) => {
    const setting = { ...settingOf(layout, fromHost(z, [layout.size]), data), assumed };
    return walk(sites, setting).values;
  });
  checkAllDerived(sites, bound, points[0]);
  const [first, second] = points.map((values) => distributionsOf(sites, values));
  for (const [i, { site, distribution, values }] of first.entries())
    within(siteLabel(site), () => {
      const here = parametersOf(distribution);
      const there = parametersOf(second[i].distribution);
      const fixed = (parameter: string): boolean => same(here[parameter], there[parameter]);
      checkParameters(distribution, fixed);
      if (site.role === "observed") {
        const known = sameSet(distribution.support, second[i].distribution.support) || Object.keys(here).every(fixed);
        checkObserved(site, distribution, values[site.name], bound, known && !open.has(site.name));
      }
      return undefined;
    });
};
