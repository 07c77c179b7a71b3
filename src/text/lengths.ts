import { fail } from "../core/check.ts";
import type { Bindings, DataSite, Values } from "../model/site.ts";
import type { Axis } from "./axes.ts";
import { constructorOf } from "./constructors.ts";
import { type Expression, visit } from "./expression.ts";
import { functionOf } from "./functions.ts";
import { type Item, lengthOf } from "./item.ts";
import { failAt, limits } from "./source.ts";
import type { Parsed } from "./syntax.ts";
import type { DataVariable, Variables } from "./variables.ts";

/** The expressions of a statement, those on the left included. */
export const expressionsIn = (statement: Parsed): readonly Expression[] => {
  switch (statement.kind) {
    case "data":
      return [statement.bounds?.lower, statement.bounds?.upper].filter((each) => each !== undefined);
    case "drawn":
      return [...(statement.left.indices ?? []), statement.right];
    case "definition":
      return [...(statement.indices ?? []), statement.value];
    default:
      return [statement.value];
  }
};

/** The parts of an expression that say how long something is. */
const lengthsIn = (expression: Expression): readonly Expression[] => {
  const found: Expression[] = [];
  visit(expression, (part) => {
    if (part.kind === "range") found.push(part.from, part.to);
    if (part.kind !== "call") return;
    const { positional, named } = part;
    for (const place of functionOf(part.name)?.lengths ?? []) if (positional[place]) found.push(positional[place]);
    const { parameters = [], options = [] } = constructorOf(part.name) ?? {};
    const isLength = (name: string): boolean =>
      [...parameters, ...options].some(
        (each) => each.name === name && (each.kind === "count" || each.kind === "shape"),
      );
    for (const [i, each] of positional.entries()) if (parameters[i] && isLength(parameters[i].name)) found.push(each);
    for (const { name, value } of named) if (isLength(name)) found.push(value);
  });
  return found;
};

/** The names in an expression. */
export const namesIn = (expression: Expression): readonly string[] => {
  const found: string[] = [];
  visit(expression, (part) => {
    if (part.kind === "name") found.push(part.name);
  });
  return found;
};

/**
 * The names whose numbers must be known when data are bound: lengths of axes, and what ranges and sizes are made of, through
 * definitions too.
 */
export const knownNumbers = ({ statements, byName, lengths, source }: Variables): ReadonlySet<string> => {
  const known = new Set(lengths);
  const add = (expression: Expression): void => {
    for (const name of namesIn(expression)) {
      const variable = byName.get(name);
      if (variable?.role === "latent") failAt(source, expression.at, `a length cannot depend on the latent "${name}"`);
      if (variable?.role === "defined") add(variable.statement.value);
      else if (variable?.role === "data" && variable.axes.length === 0 && variable.statement.type === "int")
        known.add(name);
    }
  };
  for (const expression of statements.flatMap(expressionsIn)) for (const part of lengthsIn(expression)) add(part);
  for (const variable of byName.values())
    for (const { expression } of variable.axes ?? []) if (expression.kind !== "number") add(expression);
  return known;
};

/** Where the length of each name is found while a model is evaluated: as that of an axis of a variable among the data. */
export type Carriers = ReadonlyMap<string, { readonly name: string; readonly axis: number }>;

/** The first variable with each axis. */
export const carriersOf = (variables: readonly DataVariable[]): Carriers => {
  const carriers = new Map<string, { name: string; axis: number }>();
  for (const { statement, axes } of variables)
    for (const [axis, { label }] of axes.entries())
      if (typeof label === "string" && !carriers.has(label)) carriers.set(label, { name: statement.name, axis });
  return carriers;
};

/** The length that a name stands for, if it is one. */
export const sizesFrom =
  (carriers: Carriers, values: Values) =>
  (name: string): number | undefined => {
    const carrier = carriers.get(name);
    return carrier && values[carrier.name].shape[carrier.axis];
  };

/**
 * A whole number as data: as many zeros. So its value is a shape, which is known while a step is built, and the number itself may
 * say how long something is.
 */
const asZeros = (length: number): { values: Float64Array; shape: readonly number[] } => ({
  values: new Float64Array(length),
  shape: [length],
});

const lengthData = (who: string, given: unknown): number => {
  if (typeof given !== "number" || !Number.isInteger(given) || given < 1 || given > limits.length)
    fail(
      `${who}: expected a whole number from 1 to ${limits.length}, as it is a length, got ${typeof given === "number" ? given : typeof given}`,
    );
  return given as number;
};

/** A length that is given as a number, or, where it is not, is that of an axis of an observation. */
export const lengthSite = (model: string, name: string): DataSite => ({
  role: "data",
  name,
  axes: [name],
  type: "real",
  bind: (given, { sizes }) => {
    const who = `${model}: data "${name}"`;
    const length = given === undefined ? sizes[name] : lengthData(who, given);
    return asZeros(length ?? fail(`${who} is missing: it is the length of an axis that no data have`));
  },
});

/** A length that is worked out from others, as that of beta[K - 1]. */
export const workedOutSite = (axis: Axis, evaluate: (axis: Axis, above: Bindings) => Item): DataSite => ({
  role: "data",
  name: String(axis.label),
  axes: [axis.label],
  type: "real",
  computed: true,
  bind: (_, above) => asZeros(lengthOf(`the length ${axis.label}`, evaluate(axis, above))),
});
