import type { LatentPlace } from "../core/density.ts";
import { range } from "../core/shape.ts";
import { fromHost } from "../core/tensor.ts";
import { tidy } from "../core/tidy.ts";
import { type Support, sameSet } from "../transforms/support.ts";
import { isContinuous } from "./discrete.ts";
import { settingOf } from "./evaluate.ts";
import type { Layout } from "./layout.ts";
import { resolved } from "./resolve.ts";
import { distributionOf, type Site, supportOf, type Values } from "./site.ts";

type Supports = Readonly<Record<string, Support>>;

/** The sets of latents whose free numbers are those of their sets, at given values of all sites. */
const supportsAt = (sites: readonly Site[], values: Values): Supports => {
  const found: Record<string, Support> = {};
  for (const site of sites) {
    if (site.role === "parameter") found[site.name] = supportOf(site, values);
    if (site.role !== "latent") continue;
    const prior = distributionOf(site, values);
    if (isContinuous(prior) && !prior.coordinates) found[site.name] = prior.support;
  }
  return found;
};

/** Two points in general position: a set that is the same at both does not move with latents. */
const somewhere = (size: number, offset: number): readonly number[] =>
  range(size).map((i) => offset + 0.4 * ((i * 0.618) % 1));

/** Where every continuous latent stands in the unconstrained vector, with its set where that is fixed. */
export const latentPlaces = (sites: readonly Site[], layout: Layout, data: Values): readonly LatentPlace[] =>
  tidy(() => {
    const [one, other] = [-0.3, 0.2].map((offset) => {
      const z = fromHost(somewhere(layout.size, offset), [layout.size]);
      return supportsAt(sites, resolved(sites, settingOf(layout, z, data)));
    });
    return Object.entries(layout.latents).map(([name, { offset, length, shape }]) => {
      const fixed = name in one && sameSet(one[name], other[name]);
      return { name, shape, from: offset, size: length, ...(fixed && { support: one[name] }) };
    });
  });
