import * as tf from "#tfjs";
import { fail } from "../core/check.ts";
import { inDouble } from "../core/double.ts";
import { hostKey } from "../core/key.ts";
import { range } from "../core/shape.ts";
import { fromHost, type Tensor } from "../core/tensor.ts";
import { tidy } from "../core/tidy.ts";
import { integers, key as keyOf } from "../ops/random.ts";
import { type Conditioned, naming } from "./condition.ts";
import { evaluate, runsAlong } from "./evaluate.ts";
import { inspect, probes } from "./inspect.ts";
import type { Model } from "./model.ts";
import { type Site, siteLabel, type Values } from "./site.ts";

/** The terms of a log density at one point, as numbers. */
type Terms = Readonly<Record<string, number>>;

/** Some rows of the data. */
type Take = (rows: Tensor, data: Values) => Values;

/** The label of the term that is a sum over rows. */
const summedLabel = (site: Site): string => (site.role === "joint" ? "likelihood" : siteLabel(site));

/** What to do about a term that depends on the rows though it is no sum over them. */
const advice = (label: string, site: Site | undefined, axis: string): string => {
  if (site?.role === "observed") return `name its axis, as in observe("${site.name}", …, ["${axis}"])`;
  if (site?.role === "factor") return "a factor may not; make it an observation with that axis";
  if (label === "prior") return "put what runs along that axis into the likelihood";
  return "a prior may not; compute what it needs beforehand and give it as data without that axis";
};

const tolerance = 1e-7;

/** Whether a sum over all rows is the sum over two halves of them; what is not finite tells nothing. */
const addsUp = (whole: number, a: number, b: number): boolean =>
  ![whole, a, b].every(Number.isFinite) ||
  Math.abs(whole - a - b) <= tolerance * (1 + Math.abs(whole) + Math.abs(a) + Math.abs(b));

/** Shapes of a part of the rows, checked as those of all are. */
const inspectPart = (
  model: Model,
  { layout, bound }: Conditioned<unknown>,
  axis: string,
  size: number,
  part: Values,
): void => {
  const sizes = Object.assign(Object.create(null), bound.sizes, { [axis]: size });
  const who = `${model.name}: minibatch: with ${size} of the ${bound.sizes[axis]} rows of "${axis}"`;
  naming(who, () => inspect(model.sites, layout, { ...bound, sizes }, part));
};

/** The terms at a point with some rows of the data, not weighted. */
const termsAt = (
  model: Model,
  { layout }: Conditioned<unknown>,
  axis: string,
  z: Float64Array,
  part: Values,
): Terms => {
  const point = fromHost(z, [layout.size]);
  const { terms } = naming(model.name, () => evaluate(model.sites, layout, point, part, { axis, weight: 1 }));
  return Object.fromEntries(Object.entries(terms).map(([label, x]) => [label, x.dataSync()[0]]));
};

const rowsFrom = (from: number, to: number): Tensor =>
  tf.tensor1d(range(to - from), "int32").add(tf.scalar(from, "int32"));

/** Each half of the rows; nothing where there is but one. */
const halvesOf = (length: number): Tensor[] => {
  const middle = Math.floor(length / 2);
  return middle === 0 ? [] : [rowsFrom(0, middle), rowsFrom(middle, length)];
};

/**
 * Checks that a log density is a sum over the rows of an axis, plus what does not depend on them: only then is that of a minibatch
 * unbiased. It is evaluated at two points with all rows, with choices of them, and with each half of them.
 * @param take some rows of the data. @param size how many rows a minibatch has.
 * @throws FluvialError naming the first site that depends on the rows in another way.
 */
export const checkRows = (
  model: Model,
  conditioned: Conditioned<unknown>,
  axis: string,
  size: number,
  take: Take,
): void =>
  inDouble(() =>
    tidy(() => {
      const length = conditioned.bound.sizes[axis];
      const data = conditioned.tensors();
      const choices = [0, 1].map((seed) => take(integers(keyOf(hostKey(seed)), length, [size]), data));
      const halves = halvesOf(length).map((rows) => take(rows, data));
      inspectPart(model, conditioned, axis, size, choices[0]);
      for (const z of probes(conditioned.size)) {
        const at = (part: Values): Terms => termsAt(model, conditioned, axis, z, part);
        const whole = at(data);
        checkFixed(model, axis, whole, choices.map(at));
        checkSums(model, axis, whole, halves.map(at));
      }
    }),
  );

const checkFixed = ({ name, sites }: Model, axis: string, whole: Terms, parts: readonly Terms[]): void => {
  const summed = sites.filter((site) => runsAlong(site, axis)).map(summedLabel);
  for (const [label, value] of Object.entries(whole)) {
    if (summed.includes(label) || parts.every((part) => Object.is(part[label], value))) continue;
    const site = sites.find((each) => siteLabel(each) === label);
    fail(
      `${name}: minibatch: ${label} depends on the rows of "${axis}", of which a step sees only some; ${advice(label, site, axis)}`,
    );
  }
};

const checkSums = ({ name, sites }: Model, axis: string, whole: Terms, halves: readonly Terms[]): void => {
  if (halves.length === 0) return;
  const [a, b] = halves;
  for (const label of sites.filter((site) => runsAlong(site, axis)).map(summedLabel))
    if (!addsUp(whole[label], a[label], b[label]))
      fail(
        `${name}: minibatch: ${label} is no sum over the rows of "${axis}": one row's part depends on the other rows; compute what it needs ` +
          "of them beforehand and give it as data",
      );
};
