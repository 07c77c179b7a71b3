import { checkCount, checkOptions, fail, showAny } from "../core/check.ts";
import type { Density, Guide, GuideSpec, HostTarget, Preparation, Target } from "../core/density.ts";
import { inDouble } from "../core/double.ts";
import { foldHostKey, hostKey } from "../core/key.ts";
import { specLabel } from "../core/label.ts";
import { range } from "../core/shape.ts";
import { fromHost, type Tensor } from "../core/tensor.ts";
import { tidy } from "../core/tidy.ts";
import { logNormalised } from "../ops/logMix.ts";
import { key as keyOf, split } from "../ops/random.ts";
import { meanField } from "./meanField.ts";
import { mixtureDensity } from "./mixtureDensity.ts";
import { type Mode, searchModes } from "./modes.ts";
import { type Place, placed, placesAt } from "./place.ts";
import { boundDraws, boundOfNormal } from "./worth.ts";

type Component = GuideSpec<Density>;

/** How weights are given: learned, all equal, or one for each component, which are then fixed. */
export type MixtureWeights = "learned" | "equal" | readonly number[];

export interface MixtureOptions {
  /** Components; 2 unless said or listed. */
  readonly components?: number;
  /** What each of them is, or a list of what they are; mean-field unless said. They must know their density anywhere. */
  readonly of?: Component | readonly Component[];
  /** Where they start: at the modes that L-BFGS finds from dispersed starts, which is the default, or dispersed at random. */
  readonly start?: "modes" | "random";
  /** Learned unless said. */
  readonly weights?: MixtureWeights;
}

/** logits [components], whose softmax are the weights, where those are learned. */
export interface MixtureParameters {
  readonly logits?: Tensor;
  readonly components: readonly unknown[];
}

const starts: readonly string[] = ["modes", "random"];

/** @throws FluvialError where there is none, or one that is no guide. */
const checkedComponents = ({ of = meanField() as Component, components }: MixtureOptions): readonly Component[] => {
  const list = Array.isArray(of) ? (of as readonly Component[]) : undefined;
  if (components !== undefined) checkCount("mixtureGuide: components", components);
  if (list && (list.length === 0 || (components !== undefined && components !== list.length)))
    fail(`mixtureGuide: of lists ${list.length} guides where components is ${components ?? "not given"}`);
  const all = list ?? range(components ?? 2).map(() => of as Component);
  all.forEach((spec, k) => {
    if (typeof spec?.for !== "function")
      fail(
        `mixtureGuide: of: expected a guide such as fullRank(), got ${showAny(spec)}${list ? ` at place ${k + 1}` : ""}`,
      );
  });
  return all;
};

/** @throws FluvialError unless there is one weight above 0 for every component. */
const checkWeights = (weights: MixtureWeights, components: number): void => {
  if (weights === "learned" || weights === "equal") return;
  if (!Array.isArray(weights) || !weights.every((w) => Number.isFinite(w) && w > 0))
    fail(`mixtureGuide: weights: expected "learned", "equal" or a list of numbers above 0, got ${showAny(weights)}`);
  if (weights.length !== components)
    fail(`mixtureGuide: weights: expected ${components}, one for each component, got ${weights.length}`);
};

/** Fixed weights as logits. */
const fixedLogits = (weights: MixtureWeights, components: number): readonly number[] =>
  Array.isArray(weights) ? weights.map(Math.log) : range(components).map(() => 0);

/** @throws FluvialError where a component is only a sampler. */
const checkDensities = (guides: readonly Guide<unknown, Density>[], specs: readonly Component[]): void => {
  const unknown = inDouble(() =>
    tidy(() => guides.findIndex((guide) => !("logProb" in guide.at(guide.init(keyOf(hostKey(0))))))),
  );
  if (unknown >= 0)
    fail(
      `mixtureGuide: ${specLabel(specs[unknown])} has no log density away from its own draws, which a mixture needs; take a normal guide, or a flow whose inverse is a formula`,
    );
};

interface Parts {
  readonly size: number;
  readonly guides: readonly Guide<unknown, Density>[];
  /** Where components are moved to; false for those that stand where they should. */
  readonly places: readonly (Place | undefined | false)[];
  readonly logits: readonly number[];
  readonly learned: boolean;
  readonly prepared?: Preparation;
}

const builtFrom = ({ size, guides, places, logits, learned, prepared }: Parts): Guide<MixtureParameters, Density> => {
  const start = (): Tensor => fromHost(logits, [guides.length]);
  return {
    ...(prepared && { prepared }),
    init: (key) => {
      const keys = split(key, 2 * guides.length);
      const components = guides.map((guide, k) => {
        const [own, place] = [guide.init(keys[2 * k]), places[k]];
        return place === false ? own : placed(own, size, place, keys[2 * k + 1]);
      });
      return learned ? { logits: start(), components } : { components };
    },
    at: (params) =>
      mixtureDensity(
        logNormalised(params.logits ?? start()),
        guides.map((guide, k) => guide.at(params.components[k])),
      ),
  };
};

/** Where components start, and what finding that out took. */
interface Places {
  readonly places: readonly (Place | undefined)[];
  readonly prepared?: Preparation;
}

const startsOfSearch = (components: number): number => Math.max(16, 8 * components);

const told = (modes: number, components: number): string | undefined => {
  if (modes === 0) return "mixtureGuide: no mode was found; the components start dispersed at random";
  if (modes < components) return `mixtureGuide: ${components} components start at ${modes} mode${modes > 1 ? "s" : ""}`;
  return modes > components ? `mixtureGuide: ${modes} modes were found for ${components} components` : undefined;
};

const atRandom = (host: HostTarget | undefined, components: number): (Place | undefined)[] =>
  range(components).map((k) => (host ? { loc: host.start(k), logWeight: 0 } : undefined));

/** How wide guides are that start at random. */
const startingScale = 0.5;
/** Nats by which a random start must be better before modes are left for it. */
const clearly = 1;

/**
 * The modes, or none where every normal at one of them has a clearly lower bound than one at a random start: they are spikes then that hold next to
 * nothing, as that of a centred hierarchical model is.
 */
const worthwhile = (host: HostTarget, modes: readonly Mode[], components: number): readonly Mode[] => {
  const { gradient, key } = host;
  const scale = new Float64Array(gradient.size).fill(startingScale);
  const bounds = modes.map((mode) => boundOfNormal(gradient, mode.position, mode.scale, foldHostKey(key, -2)));
  const dispersed = range(components).map((k) =>
    boundOfNormal(gradient, host.start(k), scale, foldHostKey(key, -3 - k)),
  );
  return Math.max(...bounds) > Math.max(...dispersed) - clearly ? modes : [];
};

const findPlaces = async (host: HostTarget, components: number): Promise<Places> => {
  const { modes: found, gradients: searching } = await searchModes(host, startsOfSearch(components));
  const modes = worthwhile(host, found, components);
  const spikes = found.length > 0 && modes.length === 0;
  const note = spikes
    ? "mixtureGuide: the modes that were found hold next to nothing; the components start dispersed at random"
    : told(modes.length, components);
  const gradients = searching + boundDraws * (found.length + components);
  const prepared = { gradients, converged: modes.length > 0, ...(note && { note }) };
  if (modes.length === 0) return { places: atRandom(host, components), prepared };
  return { places: placesAt(modes, components, foldHostKey(host.key, -2)), prepared };
};

/** The target as one component is to see it: it starts at its place. */
const hostAt = (host: HostTarget, place: Place | undefined, k: number): HostTarget => ({
  get gradient() {
    return host.gradient;
  },
  start: (index) => place?.loc.slice() ?? host.start(index),
  key: foldHostKey(host.key, k),
  precision: host.precision,
});

/**
 * Several guides as one, q(z) = Σ w_k q_k(z), for posteriors of several modes, and for those that no single normal fits. Every component
 * must know its density anywhere: normal guides, and flows whose inverse is a formula. Components of the default start stand at the modes
 * that L-BFGS found from dispersed starts, as wide as the curvature there says, weighted by the mass that it tells of; where there are fewer
 * modes than components, the others stand beside them. Training cannot find a mode that no component started near, and a
 * component whose weight falls to nothing is not learned any more. Without the host's view of the target they start dispersed at random.
 * Weights get their gradients from draws in equal parts from every component: Morningstar, Vikram, Ham, Gallagher & Dillon 2021.
 * @throws FluvialError on unknown or bad options; of `for`, where a component is no Density.
 */
export const mixtureGuide = (options: MixtureOptions = {}): GuideSpec<Density, MixtureParameters> => {
  checkOptions("mixtureGuide", options, ["components", "of", "start", "weights"]);
  const specs = checkedComponents(options);
  const { start = "modes", weights = "learned" } = options;
  if (!starts.includes(start)) fail(`mixtureGuide: start: expected "modes" or "random", got ${showAny(start)}`);
  checkWeights(weights, specs.length);
  const learned = weights === "learned";
  const named = specs.map(({ name, options }) => ({ name, options }));
  const rates = specs.flatMap(({ rate }) => rate ?? []);

  const made = ({ size }: Target, guides: readonly Guide<unknown, Density>[], { places, prepared }: Places) => {
    checkDensities(guides, specs);
    const found = guides.reduce((sum, guide) => sum + (guide.prepared?.gradients ?? 0), prepared?.gradients ?? 0);
    const notes = [prepared?.note, ...guides.map((guide) => guide.prepared?.note)].filter((note) => note !== undefined);
    const converged = guides.every((guide) => guide.prepared?.converged ?? true) && (prepared?.converged ?? true);
    const logits = learned ? places.map((place) => place?.logWeight ?? 0) : fixedLogits(weights, specs.length);
    return builtFrom({
      size,
      guides,
      logits,
      learned,
      places: places.map((place, k) => (specs[k].ready ? false : place)),
      ...(found > 0 && {
        prepared: { gradients: found, converged, ...(notes.length > 0 && { note: notes.join("; ") }) },
      }),
    });
  };

  return {
    name: "mixture",
    options: {
      components: specs.length,
      of: Array.isArray(options.of) ? named : named[0],
      start,
      weights: Array.isArray(weights) ? [...weights] : weights,
    },
    ...(rates.length > 0 && { rate: Math.min(...rates) }),
    strata: specs.length,
    plainBound: specs.some(({ plainBound }) => plainBound),
    ...(specs.every(({ ready }) => ready) && !learned && { ready: true }),
    for: (target, host) => {
      const guidesAt = (places: Places): MaybePromise<Guide<MixtureParameters, Density>> => {
        const guides = specs.map((spec, k) => spec.for(target, host && hostAt(host, places.places[k], k)));
        const waits = guides.some((guide) => guide instanceof Promise);
        if (!waits) return made(target, guides as Guide<unknown, Density>[], places);
        return Promise.all(guides).then((all) => made(target, all, places));
      };
      if (start === "modes" && host) return findPlaces(host, specs.length).then(guidesAt);
      return guidesAt({ places: atRandom(host, specs.length) });
    },
  };
};

type MaybePromise<T> = T | Promise<T>;
