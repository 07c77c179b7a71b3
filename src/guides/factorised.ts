import * as tf from "#tfjs";
import { fail, showAny, suggest } from "../core/check.ts";
import type { Density, Guide, GuideSpec, HostTarget, LatentPlace, Target } from "../core/density.ts";
import { within } from "../core/within.ts";
import { split } from "../ops/random.ts";
import { sameSet, type ValueSet } from "../transforms/support.ts";
import { families } from "./families.ts";
import { gaussianRate } from "./gaussian.ts";
import { meanField } from "./meanField.ts";

/** What a latent's factor may be called: a distribution on the scale of the latent itself. */
export type FactorName =
  | "normal"
  | "multivariateNormal"
  | "logNormal"
  | "gamma"
  | "inverseGamma"
  | "weibull"
  | "beta"
  | "dirichlet";

/** The parameters of every factor by the name of its latent. */
export type FactorisedParameters = Readonly<Record<string, unknown>>;

/** One factor: where it stands, and its density over the free numbers there. */
interface Factor {
  readonly place: LatentPlace;
  readonly guide: Guide<unknown, Density>;
}

const names: readonly string[] = Object.keys(families);

/** @throws FluvialError where a family is none. */
const checkFamilies = (options: Readonly<Record<string, FactorName>>): void => {
  if (options === null || typeof options !== "object" || Array.isArray(options))
    fail(`factorised: expected { latent: "gamma", … }, got ${showAny(options)}`);
  for (const [latent, family] of Object.entries(options))
    if (typeof family !== "string" || !Object.hasOwn(families, family))
      fail(
        `factorised: ${latent}: there is no family ${showAny(family)}${suggest(String(family), names)}; there are ${names.join(", ")}`,
      );
};

/** @throws FluvialError where a name is that of no latent. */
const checkLatents = (options: Readonly<Record<string, FactorName>>, places: readonly LatentPlace[]): void => {
  const known = places.map(({ name }) => name);
  for (const latent of Object.keys(options))
    if (!known.includes(latent))
      fail(
        `factorised: there is no latent "${latent}"${suggest(latent, known)}; there are ${known.join(", ") || "none known"}`,
      );
};

/** @throws FluvialError where a family does not live on the latent's set. */
const checkSupport = ({ name, support }: LatentPlace, family: FactorName): void => {
  const { supports } = families[family];
  if (supports.some((set) => support && sameSet(support as ValueSet, set))) return;
  const its = support
    ? `${support.name}${boundsOf(support as ValueSet)}`
    : "a set that other latents move, or free numbers of its prior's own";
  const fitting = names.filter((other) =>
    families[other].supports.some((set) => support && sameSet(support as ValueSet, set)),
  );
  const instead =
    fitting.length > 0 ? `take ${fitting.join(", ")}` : "leave it out: it is normal on the unconstrained scale then";
  fail(`factorised: ${name}: ${family} covers ${supports[0].name}, but "${name}" lies in ${its}; ${instead}`);
};

const boundsOf = ({ bounds }: ValueSet): string =>
  bounds?.every((bound) => typeof bound === "number") ? ` (${bounds.join(", ")})` : "";

const factorFor = (place: LatentPlace, family: FactorName | undefined, target: Target, host?: HostTarget): Factor => {
  if (family === undefined) {
    const guide = meanField().for({ ...target, size: place.size }, host) as Guide<unknown, Density>;
    return { place, guide };
  }
  checkSupport(place, family);
  return { place, guide: families[family].guide(place) };
};

/** The whole vector as one latent, where the target does not say what it is made of. */
const whole = ({ size }: Target): readonly LatentPlace[] => [{ name: "z", shape: [size], from: 0, size }];

const product = (factors: readonly Factor[]): Guide<FactorisedParameters, Density> => ({
  init: (key) => {
    const keys = split(key, factors.length);
    return Object.fromEntries(factors.map(({ place, guide }, i) => [place.name, guide.init(keys[i])]));
  },
  at: (params) => {
    const densities = factors.map(({ place, guide }) => ({ place, density: guide.at(params[place.name]) }));
    const each = <T>(f: (factor: (typeof densities)[number], i: number) => T): T[] =>
      densities.map((factor, i) => within(factor.place.name, () => f(factor, i)));
    return {
      draw: (key, batch = []) => {
        const keys = split(key, densities.length);
        const drawn = each(({ density }, i) => density.draw(keys[i], batch));
        return {
          value: tf.concat(
            drawn.map(({ value }) => value),
            -1,
          ),
          logQ: tf.addN(drawn.map(({ logQ }) => logQ)),
        };
      },
      logProb: (z) => {
        const parts =
          densities.length === 1
            ? [z]
            : tf.split(
                z,
                densities.map(({ place }) => place.size),
                -1,
              );
        return tf.addN(each(({ density }, i) => density.logProb(parts[i])));
      },
    };
  },
});

/**
 * Independent factors, each latent by a family on its own scale: `factorised({ tau: "gamma", w: "dirichlet" })`. Latents that are not named
 * are normal on the unconstrained scale. Positive parameters are learned in log scale; draws move with them by implicit
 * reparameterisation (Figurnov, Mohamed & Mnih 2018). A gamma has parameters logMean and logConcentration, of which its rate is the
 * concentration over the mean; an inverseGamma those of the reciprocal; a beta logitMean and logTotal = log(a + b); a Dirichlet
 * logConcentration [..., K]; multivariateNormal, over all elements of a latent together, those of full-rank.
 * @throws FluvialError on families that are none; of `for`, where there is no such latent, or a family does not cover the latent's set.
 */
export const factorised = (
  options: Readonly<Record<string, FactorName>> = {},
): GuideSpec<Density, FactorisedParameters> => {
  checkFamilies(options);
  return {
    name: "factorised",
    options: { ...options },
    rate: gaussianRate,
    for: (target, host) => {
      const places = target.latents?.() ?? whole(target);
      checkLatents(options, places);
      const factors = places.map((place) =>
        factorFor(place, Object.hasOwn(options, place.name) ? options[place.name] : undefined, target, host),
      );
      return product(factors);
    },
  };
};
