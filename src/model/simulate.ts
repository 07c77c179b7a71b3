import { fail } from "../core/check.ts";
import type { Key } from "../core/key.ts";
import { sameShape, showShape } from "../core/shape.ts";
import type { Shape, Tensor } from "../core/tensor.ts";
import { within } from "../core/within.ts";
import type { Distribution } from "../distributions/distribution.ts";
import { sampleShaped as spreadSample } from "../distributions/sampleShaped.ts";
import { split } from "../ops/random.ts";
import type { Bound } from "./data.ts";
import { isContinuous } from "./discrete.ts";
import { checkDerived, checkFits, siteShape } from "./layout.ts";
import { distributionOf, type Site, siteLabel, type Values, valueOf } from "./site.ts";

/**
 * A draw of a larger shape than the distribution's own: every axis that spreads holds independent copies.
 * @throws FluvialError where the distribution's shape does not spread over it.
 */
export const sampleShaped = (distribution: Distribution, key: Key, shape: Shape): Tensor => {
  checkFits(distribution, shape);
  return spreadSample(distribution, key, shape);
};

/** What a simulation is given and what it makes. */
export interface Simulation {
  readonly sites: readonly Site[];
  readonly bound: Bound;
  readonly data: Values;
  /** Latents that are known already: then only observations are drawn. */
  readonly latents?: Values;
}

const observedShape = (site: Site & { role: "observed" }, own: Shape, { bound }: Simulation): Shape =>
  bound.data[site.name]?.shape ?? siteShape(site, own, bound);

/** A latent drawn before, whose shape must be what the model gives it with these data. */
const known = (site: Site & { role: "latent" }, value: Tensor, values: Values, bound: Bound): Tensor => {
  const prior = distributionOf(site, values);
  const shape = siteShape(site, prior.shape, bound);
  if (!sameShape(shape, value.shape))
    fail(`the posterior has shape ${showShape(value.shape)}, but with these data it is ${showShape(shape)}`);
  return asLatent(prior, value);
};

/** A discrete latent as the whole number that it is in the density, where it can be an index. */
const asLatent = (prior: Distribution, value: Tensor): Tensor => (isContinuous(prior) ? value : value.cast("int32"));

/** One draw of every latent not yet known, derived quantity and observation, in the order of the sites. */
export const simulateOnce = (simulation: Simulation, key: Key): Record<string, Tensor> => {
  const { sites, bound, data, latents } = simulation;
  const declared = new Set(sites.filter((site) => site.role === "data").map(({ name }) => name));
  const observed = new Set(
    sites.filter((site) => site.role === "observed" && !declared.has(site.name)).map(({ name }) => name),
  );
  const values: Record<string, Tensor> = Object.fromEntries(
    Object.entries(data).filter(([name]) => !observed.has(name)),
  );
  const made: Record<string, Tensor> = {};
  const keys = split(key, sites.length);
  const set = (name: string, value: Tensor): Tensor => {
    values[name] = value;
    made[name] = value;
    return value;
  };
  for (const [i, site] of sites.entries())
    within(siteLabel(site), () => {
      switch (site.role) {
        case "latent": {
          if (latents) return set(site.name, known(site, latents[site.name], values, bound));
          const prior = distributionOf(site, values);
          return set(site.name, asLatent(prior, sampleShaped(prior, keys[i], siteShape(site, prior.shape, bound))));
        }
        case "parameter":
          if (!latents) fail("a raw log joint has no prior to draw from; write the model with latent(name, prior)");
          return set(site.name, (latents as Values)[site.name]);
        case "derived": {
          const value = valueOf(site, values);
          checkDerived(site, value.shape, bound);
          return set(site.name, value);
        }
        case "observed": {
          const distribution = distributionOf(site, values);
          return set(
            site.name,
            sampleShaped(distribution, keys[i], observedShape(site, distribution.shape, simulation)),
          );
        }
        case "factor":
          if (!latents) fail("a factor cannot be drawn from; prior draws would ignore it");
          return undefined;
        case "joint": {
          if (!site.simulate)
            return fail(
              "a raw log joint cannot be simulated without a simulate function: logJoint({ …, simulate }, f)",
            );
          for (const [name, value] of Object.entries(site.simulate(keys[i], values, data))) set(name, value);
          return undefined;
        }
        default:
          return undefined;
      }
    });
  return made;
};
