import { noncentredNames } from "../distributions/noncentred.ts";
import { isContinuous } from "./discrete.ts";
import { distributionOf, type Site, type Values } from "./site.ts";
import { watched } from "./watched.ts";

/** A latent whose prior could be written with `noncentred`, and is not. */
export interface Centred {
  readonly name: string;
  /** The name of its prior: "normal". */
  readonly distribution: string;
  /** What its prior is computed from. */
  readonly from: readonly string[];
}

/** The latents of a model whose prior could be written with `noncentred`. @param values those of all sites. */
export const centredLatents = (sites: readonly Site[], values: Values): Centred[] =>
  sites.flatMap((site) => {
    if (site.role !== "latent") return [];
    const seen = new Set<string>();
    const prior = distributionOf(site, watched(values, seen));
    const could = noncentredNames.includes(prior.name) || (isContinuous(prior) && prior.standard !== undefined);
    const is = isContinuous(prior) && prior.coordinates !== undefined;
    return could && !is ? [{ name: site.name, distribution: prior.name, from: [...seen] }] : [];
  });
