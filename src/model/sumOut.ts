/**
 * Discrete latents summed out: variable elimination, in which an array of latents is one variable with independent elements.
 * Obermeyer, Bingham, Jankowiak, Pradhan, Chiu, Rush & Goodman 2019, "Tensor variable elimination for plated factor graphs".
 */
import * as tf from "#tfjs";
import { fail } from "../core/check.ts";
import { range } from "../core/shape.ts";
import type { Tensor } from "../core/tensor.ts";
import { exp } from "../ops/special.ts";
import { stopGradient } from "../ops/stopGradient.ts";
import { reducedTo } from "./alignment.ts";
import { adviceByHand, allAt, type DiscreteSlot, mostEvaluations } from "./discrete.ts";
import { recordOf } from "./record.ts";
import type { Site, Values } from "./site.ts";
import { type Factor, type Setting, type Step, walk } from "./walk.ts";
import { watched } from "./watched.ts";

/** A value for some of the discrete latents, all elements of one alike. */
export type Assignment = Readonly<Record<string, number>>;

/** A factor for every value of the discrete latents that it depends on. */
export interface Table {
  readonly members: readonly Factor[];
  readonly uses: readonly string[];
  at(assignment: Assignment): Factor;
}

/** What a function makes of the values of some latents, each computed once. */
const remembered = <T>(f: (assignment: Assignment) => T, names: readonly string[]): ((a: Assignment) => T) => {
  const made = new Map<string, T>();
  return (assignment) => {
    const key = names.map((name) => assignment[name]).join();
    if (!made.has(key)) made.set(key, f(assignment));
    return made.get(key) as T;
  };
};

/** The first walk: every discrete latent at its first value, and for each site those that it depends on. */
const firstWalk = (
  sites: readonly Site[],
  setting: Setting,
  open: readonly string[],
): { readonly values: Values; readonly steps: readonly Step[]; readonly uses: readonly (readonly string[])[] } => {
  const behind = recordOf<readonly string[]>(open.map((name) => [name, [name]] as const));
  const uses: string[][] = [];
  const { values, steps } = walk(sites, setting, (index, above, make) => {
    const seen = new Set<string>();
    const step = make(watched(above, seen));
    const site = sites[index];
    const own = open.includes(site.name) ? [site.name] : [];
    const used = [...new Set([...seen].flatMap((name) => behind[name] ?? []).concat(own))];
    if (site.role === "derived") behind[site.name] = used;
    uses[index] = used;
    return step;
  });
  return { values, steps, uses };
};

/** The factors of a joint density as tables over the discrete latents in `open`; those in `known` have values. */
export const tablesOf = (
  sites: readonly Site[],
  setting: Setting,
  known: Values = {},
): { readonly values: Values; readonly tables: readonly Table[]; readonly open: readonly string[] } => {
  const { discrete } = setting.layout;
  const open = Object.keys(discrete).filter((name) => !Object.hasOwn(known, name));
  const settingAt = (assignment: Assignment): Setting => {
    const fixed = open.map((name) => [name, allAt(discrete[name].shape, assignment[name])] as const);
    return { ...setting, assumed: { ...known, ...Object.fromEntries(fixed) } };
  };
  const start = Object.fromEntries(open.map((name) => [name, discrete[name].first]));
  const first = firstWalk(sites, settingAt(start), open);
  const made = sites.map(() => new Map<string, Step>());
  const keyAt = (index: number, assignment: Assignment): string =>
    first.uses[index].map((name) => assignment[name]).join();
  for (const [index, step] of first.steps.entries()) made[index].set(keyAt(index, start), step);
  const stepsAt = remembered(
    (assignment) =>
      walk(sites, settingAt(assignment), (index, values, make) => {
        const key = keyAt(index, assignment);
        const step = made[index].get(key) ?? make(values);
        made[index].set(key, step);
        return step;
      }).steps,
    open,
  );
  const tables = first.steps.flatMap(({ factors }, index) =>
    factors.map((factor, i): Table => {
      const uses = factor.part === "jacobian" ? [] : first.uses[index];
      const restricted = (assignment: Assignment): Assignment =>
        Object.fromEntries(open.map((name) => [name, uses.includes(name) ? assignment[name] : start[name]]));
      return { members: [factor], uses, at: (assignment) => stepsAt(restricted(assignment))[index].factors[i] };
    }),
  );
  return { values: first.values, tables, open };
};

/** The discrete latents in the order in which they are summed out: those of more axes first, then those declared later. */
export const orderOf = (discrete: Readonly<Record<string, DiscreteSlot>>): string[] =>
  Object.keys(discrete)
    .reverse()
    .sort((a, b) => discrete[b].shape.length - discrete[a].shape.length);

export const valuesOf = ({ first, count }: DiscreteSlot): number[] => range(count).map((i) => first + i);

/** log Σ exp over a list of tensors of one shape. */
const logSumExp = (logs: readonly Tensor[]): Tensor => {
  const largest = stopGradient(logs.reduce((a, b) => tf.maximum(a, b)));
  const shift = tf.where(tf.isFinite(largest), largest, 0);
  return logs
    .map((log) => exp(log.sub(shift)))
    .reduce((a, b) => a.add(b))
    .log()
    .add(shift);
};

/** The log-masses of one latent's values, not normalised, with everything in `tables` that depends on it: each [...shape]. */
export const logMasses = (
  name: string,
  slot: DiscreteSlot,
  tables: readonly Table[],
  assignment: Assignment,
): Tensor[] =>
  valuesOf(slot).map((value) =>
    tables.map((table) => reducedTo(table.at({ ...assignment, [name]: value }), name, slot)).reduce((a, b) => a.add(b)),
  );

const distinct = (names: readonly string[]): string[] => [...new Set(names)];

const checkGrid = (names: readonly string[], discrete: Readonly<Record<string, DiscreteSlot>>): void => {
  const evaluations = names.reduce((product, name) => product * discrete[name].count, 1);
  if (evaluations > mostEvaluations)
    fail(
      `summing out ${names.map((name) => `"${name}"`).join(", ")} together takes ${evaluations} evaluations, more than ` +
        `${mostEvaluations}; ${adviceByHand}`,
    );
};

/** The tables without one latent: those that depend on it become one that does not. */
export const withoutLatent = (
  name: string,
  discrete: Readonly<Record<string, DiscreteSlot>>,
  tables: readonly Table[],
): readonly Table[] => {
  const slot = discrete[name];
  const touching = tables.filter(({ uses }) => uses.includes(name));
  if (touching.length === 0) return tables;
  const all = distinct(touching.flatMap(({ uses }) => uses));
  checkGrid(all, discrete);
  const uses = all.filter((used) => used !== name);
  const members = touching.flatMap((table) => table.members);
  const at = remembered(
    (assignment): Factor => ({
      label: distinct(members.map(({ label }) => label)).join(" and "),
      part: members.some(({ part }) => part === "likelihood") ? "likelihood" : members[0].part,
      name: distinct(members.filter(({ part }) => part === "likelihood").map((each) => each.name)).join(", ") || name,
      axes: slot.axes,
      value: logSumExp(logMasses(name, slot, touching, assignment)),
    }),
    uses,
  );
  return [...tables.filter((table) => !touching.includes(table)), { members, uses, at }];
};

/** Tables with all their latents summed out. */
export const withoutAll = (
  names: readonly string[],
  discrete: Readonly<Record<string, DiscreteSlot>>,
  tables: readonly Table[],
): readonly Table[] => names.reduce((left, name) => withoutLatent(name, discrete, left), tables);

/** The factors that are left when every discrete latent is summed out. */
export const summedOut = (
  sites: readonly Site[],
  setting: Setting,
): { readonly values: Values; readonly factors: readonly Factor[] } => {
  const { discrete } = setting.layout;
  const { values, tables } = tablesOf(sites, setting);
  return { values, factors: withoutAll(orderOf(discrete), discrete, tables).map((table) => table.at({})) };
};
