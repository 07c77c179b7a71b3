import { checkCount, checkOptions, fail, showAny, suggest } from "../core/check.ts";
import type { TargetFamily } from "../core/density.ts";
import type { Key } from "../core/key.ts";
import type { Tensor } from "../core/tensor.ts";
import { integers } from "../ops/random.ts";
import type { Conditioned } from "./condition.ts";
import { isData } from "./data.ts";
import { runsAlong } from "./evaluate.ts";
import type { Layout } from "./layout.ts";
import type { Model } from "./model.ts";
import { checkRows } from "./rows.ts";
import type { Site, Values } from "./site.ts";

/** Rows of a named axis taken at each step. */
export interface Minibatch {
  readonly axis: string;
  readonly size: number;
}

const hasAxis = (site: Site, axis: string): boolean => "axes" in site && (site.axes ?? []).includes(axis);

const checkModel = (model: Model, { axis, size }: Minibatch, length: number | undefined): void => {
  const who = `${model.name}: minibatch`;
  const named = [...new Set(model.sites.flatMap((site) => ("axes" in site ? (site.axes ?? []) : [])))].filter(
    (a) => typeof a === "string",
  );
  if (!named.includes(axis))
    fail(`${who}: no data has an axis "${axis}"${suggest(axis, named)}; name it, as in observe("y", …, ["${axis}"])`);
  checkCount(`${who}: size`, size);
  if (length !== undefined && size > length) fail(`${who}: size ${size} is larger than axis "${axis}", ${length}`);
  const local = model.sites.find(
    (site) => (site.role === "latent" || site.role === "parameter") && hasAxis(site, axis),
  );
  if (local)
    fail(`${who}: latent "${local.name}" has one value per row of "${axis}"; rows cannot be left out at a step`);
  const twice = model.sites.filter(isData).find(({ axes = [] }) => axes.filter((each) => each === axis).length > 1);
  if (twice) fail(`${who}: data "${twice.name}" has the axis "${axis}" twice; rows can be chosen along one only`);
  if (!model.sites.some((site) => runsAlong(site, axis)))
    fail(`${who}: no observation runs along "${axis}"; name its axis, as in observe("y", …, ["${axis}"])`);
};

const checkLayout = ({ name, sites }: Model, { discrete, missing }: Layout, axis: string): void => {
  const [summed] = Object.keys(discrete);
  if (summed !== undefined)
    fail(
      `${name}: minibatch: latent "${summed}" is discrete and summed out, which takes all rows; leave out minibatch`,
    );
  const gapped = sites.find((site) => missing[site.name] && hasAxis(site, axis));
  if (gapped)
    fail(`${name}: minibatch: "${gapped.name}" has missing values along "${axis}"; rows cannot be left out at a step`);
};

/**
 * A target whose observations along one axis count N / n, and the choice of n of the N rows, with replacement, from a key: the
 * gradient of the log density stays unbiased. Hoffman, Blei, Wang & Paisley 2013.
 * @throws FluvialError where no observation has that axis, a latent has, or anything but a sum over its rows depends on them.
 */
export const minibatchOf = <L>(
  model: Model,
  conditioned: Conditioned<L>,
  minibatch: Minibatch,
): { readonly family: TargetFamily<L, Values>; readonly select: (key: Key, data: Values) => Values } => {
  checkOptions(`${model.name}: minibatch`, minibatch, ["axis", "size"]);
  const { axis, size } = minibatch;
  if (typeof axis !== "string")
    fail(`${model.name}: minibatch: expected { axis, size } with an axis by its name, got ${showAny(axis)}`);
  checkLayout(model, conditioned.layout, axis);
  const length = conditioned.bound.sizes[axis];
  checkModel(model, minibatch, length);
  const along = model.sites.filter(isData).filter((site) => hasAxis(site, axis));
  const take = (rows: Tensor, data: Values): Values => {
    const taken = along.map(({ name, axes }) => [name, data[name].gather(rows as never, axes?.indexOf(axis))] as const);
    return { ...data, ...Object.fromEntries(taken) };
  };
  checkRows(model, conditioned, axis, size, take);
  const select = (key: Key, data: Values): Values => take(integers(key, length, [size]), data);
  return { family: conditioned.weighted({ axis, weight: length / size }), select };
};
