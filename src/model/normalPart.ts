/** The part of a log density that is a sum of normals with numbers that depend on nothing unknown. */
import * as tf from "#tfjs";
import type { NormalPart } from "../core/density.ts";
import { asTensor, type Tensor } from "../core/tensor.ts";
import type { Distribution } from "../distributions/distribution.ts";
import { isContinuous } from "./discrete.ts";
import type { Layout } from "./layout.ts";
import { distributionOf, type LatentSite, type Site, type Values } from "./site.ts";
import { watched } from "./watched.ts";

/** The normal that the free numbers of a latent have as their prior, where there is one. */
const freeNormal = (prior: Distribution): Distribution | undefined => {
  if (!isContinuous(prior)) return undefined;
  const free = prior.coordinates ? prior.coordinates.base : prior;
  return free?.name === "normal" ? free : undefined;
};

/** Whether parameters are plain numbers, which nothing unknown can have gone into. */
const isFixed = ({ parameters }: Distribution): boolean =>
  Object.values(parameters).every(({ value }) => !(value instanceof tf.Tensor));

const isKnown = ({ missing }: Layout, data: Values, name: string): boolean =>
  Object.hasOwn(data, name) && !Object.hasOwn(missing, name);

/** The latents whose free numbers have normal priors that depend on data alone, noncentred ones among them. @param values those of all sites. */
export const normalLatents = (sites: readonly Site[], layout: Layout, values: Values, data: Values): LatentSite[] =>
  sites.filter((site): site is LatentSite => {
    if (site.role !== "latent") return false;
    const seen = new Set<string>();
    const prior = distributionOf(site, watched(values, seen));
    const free = freeNormal(prior);
    return (
      free !== undefined &&
      ((prior !== free && isFixed(free)) || [...seen].every((name) => isKnown(layout, data, name)))
    );
  });

/** These latents' part of the log density at these data. @param values those of all sites, for priors of which a part looks at them. */
export const normalPartAt = (latents: readonly LatentSite[], layout: Layout, values: Values): NormalPart => {
  const known = new Map(latents.map((site) => [site.name, site]));
  const parts = Object.entries(layout.latents).map(([name, { length, freeShape }]) => {
    const flat = (x: Tensor): Tensor => x.broadcastTo([...freeShape]).reshape([length]);
    const site = known.get(name);
    const free = site && freeNormal(distributionOf(site, values));
    if (!free) return { loc: tf.zeros([length]), scale: tf.ones([length]), counts: tf.zeros([length]) };
    const parameter = (which: string): Tensor => flat(asTensor(free.parameters[which].value).cast("float32"));
    return { loc: parameter("loc"), scale: parameter("scale"), counts: tf.ones([length]) };
  });
  const joined = (which: keyof NormalPart): Tensor => tf.concat(parts.map((part) => part[which]));
  return { loc: joined("loc"), scale: joined("scale"), counts: joined("counts") };
};
