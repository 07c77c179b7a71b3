import * as tf from "#tfjs";
import { fail } from "../core/check.ts";
import { broadcastsTo, sameShape, showShape, sizeOf, splitShape } from "../core/shape.ts";
import { hostValues, type Shape, type Tensor } from "../core/tensor.ts";
import { tidy } from "../core/tidy.ts";
import { within } from "../core/within.ts";
import type { Continuous, Distribution } from "../distributions/distribution.ts";
import type { ValueSet } from "../transforms/support.ts";
import type { Bound } from "./data.ts";
import { allAt, type DiscreteSlot, isContinuous, rangeOf } from "./discrete.ts";
import { coordinatesOf } from "./free.ts";
import { checkImputable, completed, freeOf, type Gaps, missingName } from "./missing.ts";
import { recordOf } from "./record.ts";
import {
  type Axes,
  type DerivedSite,
  distributionOf,
  type LatentSite,
  type ObservedSite,
  type ParameterSite,
  type Site,
  siteLabel,
  supportOf,
  type Values,
  valueOf,
} from "./site.ts";

/** Where one latent stands in the unconstrained vector. */
export interface Slot {
  readonly offset: number;
  readonly length: number;
  /** The shape of its unconstrained form. */
  readonly freeShape: Shape;
  /** The shape of the latent itself. */
  readonly shape: Shape;
  readonly axes?: Axes;
}

export interface Layout {
  readonly size: number;
  /** Continuous latents, the missing values of observations among them. */
  readonly latents: Readonly<Record<string, Slot>>;
  /** Discrete latents, which are summed out. */
  readonly discrete: Readonly<Record<string, DiscreteSlot>>;
  /** Where observations lack values, by their name. */
  readonly missing: Readonly<Record<string, Gaps>>;
}

/** The lengths of named axes put in. */
export const resolveAxes = (axes: Axes, { sizes, coords }: Pick<Bound, "sizes" | "coords">): Shape =>
  axes.map((axis) =>
    typeof axis === "number"
      ? axis
      : (sizes[axis] ??
        coords[axis]?.length ??
        fail(
          `the length of axis "${axis}" is not known: no data has that axis; give { ${axis}: length } with the data`,
        )),
  );

/** The shape of a site: its axes where it names them, which must hold what its distribution gives. */
export const siteShape = (site: { readonly axes?: Axes }, own: Shape, bound: Bound): Shape => {
  if (!site.axes) return own;
  const shape = resolveAxes(site.axes, bound);
  if (!broadcastsTo(own, shape))
    fail(`its distribution has shape ${showShape(own)}, which does not spread over its axes ${showShape(shape)}`);
  return shape;
};

/**
 * Checks that a distribution has one log-density per independent element of a value: no silent outer broadcasting.
 * @throws FluvialError with both shapes.
 */
export const checkFits = ({ name, rank, shape: own }: Distribution, shape: Shape): void => {
  const [mine, its] = [own, shape].map((each) => splitShape(each, rank));
  if (shape.length < rank || !broadcastsTo(mine.batch, its.batch) || !sameShape(mine.event, its.event))
    fail(`${name} of shape ${showShape(own)} does not fit a value of shape ${showShape(shape)}`);
};

/** @throws FluvialError where a derived quantity does not have the axes that it names. */
export const checkDerived = ({ axes }: DerivedSite, shape: Shape, bound: Bound): void => {
  const expected = axes && resolveAxes(axes, bound);
  if (expected && !sameShape(expected, shape))
    fail(
      `expected ${showShape(expected)}, the lengths of its axes [${axes.join(", ")}], got shape ${showShape(shape)}`,
    );
};

const freeShapeOf = (name: string, rank: number, domain: (event: Shape) => Shape, shape: Shape): Shape => {
  if (shape.length < rank) fail(`${name} need ${rank} axes, but the shape is ${showShape(shape)}`);
  const { batch, event } = splitShape(shape, rank);
  return [...batch, ...(rank === 0 ? [] : domain(event))];
};

/** One latent as a layout sees it: free numbers and a value, one from the other. */
interface Unknown {
  readonly name: string;
  readonly axes?: Axes;
  readonly shape: Shape;
  readonly freeShape: Shape;
  /** What a given value is checked against. */
  readonly set?: ValueSet;
  forward(z: Tensor): Tensor;
  inverse(value: Tensor): Tensor;
}

/** The free numbers of a value that was given. @throws FluvialError where it does not lie inside its set. */
const freeInside = ({ set, inverse }: Unknown, value: Tensor): Tensor => {
  const free = inverse(value);
  if (!set) return free;
  if (hostValues(set.contains(value)).every(Boolean) && hostValues(free).every(Number.isFinite)) return free;
  return fail(`expected ${set.name}, away from any edge, got ${[...hostValues(value)].join(", ")}`);
};

const ofLatent = (site: LatentSite, prior: Continuous, bound: Bound): Unknown => {
  const shape = siteShape(site, prior.shape, bound);
  const { rank, domain, forward, inverse } = coordinatesOf(prior);
  return {
    name: site.name,
    axes: site.axes,
    shape,
    set: prior.support,
    freeShape: freeShapeOf(prior.support.name, rank, domain, shape),
    forward: (z) => forward(z).value,
    inverse,
  };
};

/** Bounds must not enlarge a value. */
const ofShape = (value: Tensor, shape: Shape): Tensor =>
  sameShape(value.shape, shape)
    ? value
    : fail(`its bounds have shape ${showShape(value.shape)}, which does not spread over its axes ${showShape(shape)}`);

const ofParameter = (site: ParameterSite, values: Values, bound: Bound): Unknown => {
  const { name, axes } = site;
  const support = supportOf(site, values);
  const shape = resolveAxes(axes, bound);
  return {
    name,
    axes,
    shape,
    set: support,
    freeShape: freeShapeOf(support.name, support.rank, support.domain, shape),
    forward: (z) => ofShape(support.forward(z).value, shape),
    inverse: (value) => support.inverse(value).value,
  };
};

const ofMissing = (site: ObservedSite, gaps: Gaps, values: Values, data: Values): Unknown => {
  const distribution = distributionOf(site, values);
  checkImputable(distribution);
  const shape = [gaps.places.length];
  return {
    name: missingName(site.name),
    shape,
    freeShape: shape,
    forward: (z) => completed(distribution, data[site.name], gaps, z).value,
    inverse: (imputed) => freeOf(distribution, data[site.name], gaps, imputed),
  };
};

const gapsOf = ({ data }: Bound): Record<string, Gaps> =>
  recordOf(
    Object.entries(data).flatMap(([name, { shape, missing }]) =>
      missing ? [[name, { shape, places: missing }] as const] : [],
    ),
  );

/** Calls `visit` with every unknown of the free vector, in order; it gives its value. `found` hears of discrete latents. */
const walk = (
  sites: readonly Site[],
  bound: Bound,
  data: Values,
  visit: (unknown: Unknown) => Tensor,
  found: (name: string, slot: DiscreteSlot) => void = () => undefined,
): void => {
  const gaps = gapsOf(bound);
  const values: Record<string, Tensor> = Object.fromEntries(Object.entries(data).filter(([name]) => !gaps[name]));
  for (const site of sites)
    within(siteLabel(site), () => {
      if (site.role === "latent") {
        const prior = distributionOf(site, values);
        if (isContinuous(prior)) values[site.name] = visit(ofLatent(site, prior, bound));
        else {
          const slot = { shape: siteShape(site, prior.shape, bound), ...rangeOf(prior), axes: site.axes };
          found(site.name, slot);
          values[site.name] = allAt(slot.shape, slot.first);
        }
      } else if (site.role === "parameter") values[site.name] = visit(ofParameter(site, values, bound));
      else if (site.role === "derived") values[site.name] = valueOf(site, values);
      else if (site.role === "observed" && gaps[site.name])
        values[site.name] = visit(ofMissing(site, gaps[site.name], values, data));
      return undefined;
    });
};

const checkMissingNames = (sites: readonly Site[], gaps: Readonly<Record<string, Gaps>>): void => {
  for (const name of Object.keys(gaps)) {
    const taken = sites.find((site) => site.name === missingName(name));
    if (taken) fail(`the missing values of "${name}" are called "${taken.name}", which is already ${taken.role}`);
  }
};

/**
 * Finds where each latent stands in the unconstrained vector, by walking the model once with every latent at the image of zero, and
 * discrete ones at their first value.
 * @throws FluvialError naming the site whose shapes do not fit.
 */
export const layoutOf = (sites: readonly Site[], bound: Bound, data: Values): Layout =>
  tidy(() => {
    const latents: Record<string, Slot> = {};
    const discrete = recordOf<DiscreteSlot>();
    const missing = gapsOf(bound);
    checkMissingNames(sites, missing);
    let size = 0;
    const place = ({ name, axes, shape, freeShape, forward }: Unknown): Tensor => {
      const length = sizeOf(freeShape);
      latents[name] = { offset: size, length, freeShape, shape, axes };
      size += length;
      return forward(tf.zeros([...freeShape]));
    };
    walk(sites, bound, data, place, (name, slot) => {
      discrete[name] = slot;
    });
    return { size, latents, discrete, missing };
  });

/**
 * The unconstrained vector of given latents; the inverse of constraining.
 * @param given each latent by name, row by row. Missing values may be left out; they are then at the image of zero.
 */
export const unconstrainWith = (
  sites: readonly Site[],
  layout: Layout,
  bound: Bound,
  data: Values,
  given: Readonly<Record<string, Tensor>>,
): Tensor =>
  tidy(() => {
    const parts: Tensor[] = [];
    walk(sites, bound, data, (unknown) => {
      const { name, shape, forward } = unknown;
      const value = given[name]?.broadcastTo([...shape]);
      const free = value ? freeInside(unknown, value).reshape([layout.latents[name].length]) : tf.zeros([...shape]);
      parts.push(free);
      return name in given && !isMissingValue(layout, name) ? value : forward(free);
    });
    return parts.length === 1 ? parts[0].clone() : tf.concat(parts);
  });

/** Whether a latent is the missing values of an observation. */
export const isMissingValue = ({ missing }: Layout, name: string): boolean =>
  Object.keys(missing).some((site) => missingName(site) === name);
