import * as tf from "#tfjs";
import { fail } from "../core/check.ts";
import { broadcastsTo, sameShape, showShape, sizeOf, splitShape } from "../core/shape.ts";
import type { Shape, Tensor } from "../core/tensor.ts";
import { tidy } from "../core/tidy.ts";
import { within } from "../core/within.ts";
import type { Distribution } from "../distributions/distribution.ts";
import type { Support } from "../transforms/support.ts";
import type { Bound } from "./data.ts";
import {
  type Axes,
  type DerivedSite,
  distributionOf,
  type LatentSite,
  type ParameterSite,
  type Site,
  siteLabel,
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
  readonly latents: Readonly<Record<string, Slot>>;
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

const freeShapeOf = (support: Support, shape: Shape): Shape => {
  if (shape.length < support.rank)
    fail(`${support.name} need ${support.rank} axes, but the shape is ${showShape(shape)}`);
  const { batch, event } = splitShape(shape, support.rank);
  return [...batch, ...(support.rank === 0 ? [] : support.domain(event))];
};

/** Calls `visit` with the support and shape of every latent, in order, filling in values from `draw`. */
const walk = (
  sites: readonly Site[],
  bound: Bound,
  data: Values,
  draw: (site: LatentSite | ParameterSite, support: Support, shape: Shape) => Tensor,
): void => {
  const values: Record<string, Tensor> = { ...data };
  for (const site of sites)
    within(siteLabel(site), () => {
      if (site.role === "latent") {
        const prior = distributionOf(site, values);
        if (!("forward" in prior.support))
          fail(`${prior.name} is discrete; a latent must be continuous: sum it out of the model`);
        values[site.name] = draw(site, prior.support, siteShape(site, prior.shape, bound));
      } else if (site.role === "parameter") values[site.name] = draw(site, site.support, resolveAxes(site.axes, bound));
      else if (site.role === "derived") values[site.name] = valueOf(site, values);
      return undefined;
    });
};

/**
 * Finds where each latent stands in the unconstrained vector, by walking the model once with every latent at the image of zero.
 * @throws FluvialError naming the site whose shapes do not fit.
 */
export const layoutOf = (sites: readonly Site[], bound: Bound, data: Values): Layout =>
  tidy(() => {
    const latents: Record<string, Slot> = {};
    let size = 0;
    walk(sites, bound, data, (site, support, shape) => {
      const freeShape = freeShapeOf(support, shape);
      const length = sizeOf(freeShape);
      latents[site.name] = { offset: size, length, freeShape, shape, axes: site.axes };
      size += length;
      return support.forward(tf.zeros([...freeShape])).value;
    });
    return { size, latents };
  });

/**
 * The unconstrained vector of given latents; the inverse of constraining.
 * @param values each latent by name, row by row.
 */
export const unconstrainWith = (
  sites: readonly Site[],
  layout: Layout,
  bound: Bound,
  data: Values,
  values: Readonly<Record<string, Tensor>>,
): Tensor =>
  tidy(() => {
    const parts: Tensor[] = [];
    walk(sites, bound, data, (site, support, shape) => {
      const value = values[site.name].broadcastTo([...shape]);
      parts.push(support.inverse(value).value.reshape([layout.latents[site.name].length]));
      return value;
    });
    return parts.length === 1 ? parts[0].clone() : tf.concat(parts);
  });
