import { fail } from "../core/check.ts";
import { inDouble } from "../core/double.ts";
import { hostKey, hostUniforms } from "../core/key.ts";
import { indexFromOne, range, sizeOf } from "../core/shape.ts";
import { fromHost, hostValues, type Shape, type Tensor } from "../core/tensor.ts";
import { tidy } from "../core/tidy.ts";
import { within } from "../core/within.ts";
import { reducedTo } from "./alignment.ts";
import { adviceByHand, allAt, type DiscreteSlot, rangeOf } from "./discrete.ts";
import { settingOf } from "./evaluate.ts";
import { probes } from "./inspect.ts";
import type { Layout } from "./layout.ts";
import { distributionOf, type Site, siteLabel, type Values } from "./site.ts";
import { orderOf, type Table, tablesOf, valuesOf, withoutAll } from "./sumOut.ts";
import { type Setting, walk } from "./walk.ts";

/** Patterns of values that are tried, each element with its own. */
const patterns = 3;
const tolerance = 1e-9;

const patternOf = ({ shape, first, count }: DiscreteSlot, seed: number): number[] => {
  const next = hostUniforms(hostKey(seed));
  return range(sizeOf(shape)).map(() => first + Math.floor(next() * count));
};

const close = (a: number, b: number): boolean =>
  Object.is(a, b) || !(Math.abs(a - b) > tolerance * (1 + Math.abs(a) + Math.abs(b)));

const place = (flat: number, shape: Shape): string => `element [${indexFromOne(flat, shape).join(",")}]`;

/** The log-densities of a table for each element of a latent, all of its elements at each of its values in turn. */
const byValue = (table: Table, name: string, slot: DiscreteSlot, start: Readonly<Record<string, number>>) =>
  new Map(
    valuesOf(slot).map((value) => [value, hostValues(reducedTo(table.at({ ...start, [name]: value }), name, slot))]),
  );

/** Checks that with a different value in every element, each has the log-density that it has where all are alike. */
const checkElementwise = (
  name: string,
  slot: DiscreteSlot,
  alike: readonly Table[],
  mixed: readonly Table[],
  pattern: readonly number[],
  start: Readonly<Record<string, number>>,
): void => {
  for (const [i, table] of alike.entries()) {
    if (!table.uses.includes(name)) continue;
    const expected = byValue(table, name, slot, start);
    const came = hostValues(reducedTo(mixed[i].at(start), name, slot));
    const wrong = pattern.findIndex((value, at) => !close(expected.get(value)?.[at] ?? Number.NaN, came[at]));
    if (wrong >= 0)
      fail(
        `${table.members[0].label} depends on more of the discrete latent "${name}" than one element: its ${place(wrong, slot.shape)} ` +
          `changes with other elements of "${name}", so that they cannot be summed out one by one; ${adviceByHand}`,
      );
  }
};

/** Checks that latents and imputed values, and the ranges of discrete ones, are the same whatever a discrete latent is. */
const checkFixed = (sites: readonly Site[], setting: Setting, trial: Values, start: Values, name: string): void => {
  const [here, there] = [start, trial].map((assumed) => walk(sites, { ...setting, assumed }).values);
  for (const latent of Object.keys(setting.layout.latents)) {
    const [a, b] = [here, there].map((values) => hostValues(values[latent]));
    if (a.some((x, i) => !Object.is(x, b[i])))
      fail(
        `latent "${latent}" has a support, or a noncentred form, that depends on the discrete latent "${name}", which is summed out; ` +
          "give it a support that does not, and leave out noncentred",
      );
  }
  for (const site of sites)
    if (site.role === "latent" && setting.layout.discrete[site.name])
      within(siteLabel(site), () => {
        const [a, b] = [here, there].map((values) => rangeOf(distributionOf(site, values)));
        if (a.first !== b.first || a.count !== b.count)
          fail(
            `its values depend on the discrete latent "${name}"; give both the same values, some with probability 0`,
          );
        return undefined;
      });
};

const checkRanges = (sites: readonly Site[], settings: readonly Setting[], assumed: Values): void => {
  for (const setting of settings) {
    const { values } = walk(sites, { ...setting, assumed });
    for (const site of sites) {
      const slot = site.role === "latent" ? setting.layout.discrete[site.name] : undefined;
      if (site.role !== "latent" || !slot) continue;
      within(siteLabel(site), () => {
        const { first, count } = rangeOf(distributionOf(site, values));
        if (first !== slot.first || count !== slot.count)
          fail("its values depend on a continuous latent; only a fixed set of values can be summed out");
        return undefined;
      });
    }
  }
};

/**
 * Checks that discrete latents can be summed out: their values are fixed, no continuous latent is laid out by them, and what depends
 * on one does so element by element.
 * @throws FluvialError naming the site, and how to marginalise by hand.
 */
export const inspectDiscrete = (sites: readonly Site[], layout: Layout, data: Values): void => {
  const names = Object.keys(layout.discrete);
  if (names.length === 0) return;
  inDouble(() =>
    tidy(() => {
      const settings = probes(layout.size).map((z) => settingOf(layout, fromHost(z, [layout.size]), data));
      const setting = settings[1];
      const start = Object.fromEntries(names.map((name) => [name, layout.discrete[name].first]));
      const assumed = Object.fromEntries(names.map((name) => [name, allAt(layout.discrete[name].shape, start[name])]));
      checkRanges(sites, settings, assumed);
      const { tables } = tablesOf(sites, setting);
      withoutAll(orderOf(layout.discrete), layout.discrete, tables);
      for (const name of names) inspectOne(sites, setting, tables, name, start, assumed);
    }),
  );
};

const inspectOne = (
  sites: readonly Site[],
  setting: Setting,
  tables: readonly Table[],
  name: string,
  start: Readonly<Record<string, number>>,
  assumed: Values,
): void => {
  const slot = setting.layout.discrete[name];
  const trialOf = (values: readonly number[]): Tensor => fromHost(values, slot.shape).cast("int32");
  checkFixed(sites, setting, { ...assumed, [name]: allAt(slot.shape, slot.first + slot.count - 1) }, assumed, name);
  for (const seed of range(slot.shape.length === 0 ? 0 : patterns)) {
    const pattern = patternOf(slot, seed);
    const mixed = tablesOf(sites, setting, { [name]: trialOf(pattern) }).tables;
    checkElementwise(name, slot, tables, mixed, pattern, start);
  }
};
