import { fail } from "../core/check.ts";
import { isDistribution } from "../model/site.ts";
import { arrangements, functions, type Row, tables } from "./constructorRows.ts";
import { describe, type Item, isList, isTensor, lengthOf, tensorOf } from "./item.ts";

/**
 * What a parameter is: numbers of any shape; a number that is known when data are bound; the shape of a draw, which may be left to
 * the axes on the left; a distribution; numbers or a distribution; those or one of the words of `beginnings`; a list of
 * distributions, or one; a covariance function; the name of a
 * support.
 */
export type Kind =
  | "numbers"
  | "either"
  | "beginning"
  | "count"
  | "shape"
  | "distribution"
  | "distributions"
  | "kernel"
  | "support";

export interface Parameter {
  readonly name: string;
  readonly kind: Kind;
  readonly optional: boolean;
}

/** What a constructor takes: arguments by place or name, and options by name, which it gets as one object. */
export interface Signature {
  readonly makes: "distribution" | "kernel";
  readonly parameters: readonly Parameter[];
  /** After how many arguments the object of options comes; undefined where there is none. */
  readonly optionsAfter?: number;
  readonly options: readonly Parameter[];
}

const parameterOf = (
  [, name, kind = "numbers", mark]: readonly (string | undefined)[],
  optional: boolean,
): Parameter => ({
  name: name as string,
  kind: kind as Kind,
  optional: optional || mark === "?",
});

const parametersIn = (text: string, optional: boolean): readonly Parameter[] =>
  [...text.matchAll(/(\w+)(?::(\w+))?(\?)?/g)].map((match) => parameterOf(match, optional));

const signatureOf = (row: Row, makes: Signature["makes"]): Signature => {
  const [before, inner, after] = /^([^{]*)(?:\{(.*)\})?([^}]*)$/.exec(row)?.slice(1) ?? [row];
  const first = parametersIn(before, false);
  return {
    makes,
    parameters: [...first, ...parametersIn(after ?? "", false)],
    ...(inner !== undefined && { optionsAfter: first.length }),
    options: parametersIn(inner ?? "", true),
  };
};

type Make = (...args: readonly unknown[]) => Item;

/** A constructor by its name. */
export interface Constructor extends Signature {
  readonly name: string;
  readonly make: Make;
}

const constructors: Readonly<Record<string, Constructor>> = Object.fromEntries(
  tables.flatMap(({ rows, makes }) =>
    Object.keys(rows)
      .filter((name) => Object.hasOwn(functions, name))
      .map((name) => [name, { name, ...signatureOf(rows[name], makes), make: functions[name] as Make }]),
  ),
);

export const constructorNames: readonly string[] = Object.keys(constructors);

/** The constructor of this name, if there is one. */
export const constructorOf = (name: string): Constructor | undefined =>
  Object.hasOwn(constructors, name) ? constructors[name] : undefined;

/** "normal(loc, scale)": how errors show what a constructor takes. */
export const showSignature = ({ name, parameters, options }: Constructor): string =>
  `${name}(${[
    ...parameters.map((each) => (each.optional || each.kind === "shape" ? `${each.name}?` : each.name)),
    ...options.map((each) => `${each.name} = …`),
  ].join(", ")})`;

const argumentNumbers = (x: Item): unknown =>
  typeof x === "number" || (isList(x) && isNumeric(x, 2)) ? x : tensorOf(x);

/** A list of numbers, or of such lists: constructors check these at once. */
const isNumeric = (x: readonly Item[], levels: number): boolean =>
  levels > 0 &&
  x.length > 0 &&
  x.every((each) => typeof each === "number" || (isList(each) && isNumeric(each, levels - 1)));

const distributionFrom = (who: string, x: Item): Item =>
  isDistribution(x) ? x : fail(`${who} must be a distribution such as normal(0, 1), got ${describe(x)}`);

/** How a series may begin, where it is not with numbers or a distribution. */
export const beginnings: readonly string[] = ["stationary", "given"];

/** A word as an item. */
export const wordItem = (word: string): Item => ({ word });
const wordIn = (x: Item): unknown =>
  typeof x === "object" && "word" in x && !isTensor(x) && !isList(x) ? x.word : undefined;

/** What a constructor is handed for an argument. */
const conversions: Readonly<Record<Kind, (who: string, x: Item) => unknown>> = {
  numbers: (_, x) => argumentNumbers(x),
  beginning: (_, x) => wordIn(x) ?? (isDistribution(x) ? x : argumentNumbers(x)),
  either: (_, x) => (isDistribution(x) ? x : argumentNumbers(x)),
  count: (who, x) => lengthOf(who, x),
  shape: (who, x) => (isList(x) ? x : [x]).map((each) => lengthOf(who, each)),
  distribution: distributionFrom,
  distributions: (who, x) => (isList(x) ? x.map((each) => distributionFrom(who, each)) : distributionFrom(who, x)),
  kernel: (who, x) =>
    typeof x === "number" || isTensor(x) || isList(x) || isDistribution(x)
      ? fail(`${who} must be a covariance function such as squaredExponential(), got ${describe(x)}`)
      : x,
  support: (_, x) => x,
};

const converted = (who: string, { name, kind }: Parameter, x: Item): unknown => conversions[kind](`${who}: ${name}`, x);

/** Every argument as the constructor takes it, by name. */
const argumentsFor = (
  { name, parameters, options }: Constructor,
  given: ReadonlyMap<string, Item>,
  shape: readonly number[] | undefined,
): Record<string, unknown> =>
  Object.fromEntries(
    [...parameters, ...options].flatMap((parameter): [string, unknown][] => {
      const { kind, optional } = parameter;
      const came = given.get(parameter.name) ?? (kind === "shape" ? shape : undefined);
      if (came === undefined && kind === "shape" && !optional)
        fail(
          `${name} needs its lengths: name them on the left, as in x[3] ~ ${name}(…), or give ${parameter.name} = [3]`,
        );
      return came === undefined ? [] : [[parameter.name, converted(name, parameter, came)]];
    }),
  );

/** Arguments by place, the options among them as one object. */
const inOrder = (
  { parameters, options, optionsAfter }: Constructor,
  args: Readonly<Record<string, unknown>>,
): unknown[] => {
  const places = parameters.map(({ name }) => args[name]);
  if (optionsAfter === undefined) return places;
  const chosen = options.filter(({ name }) => Object.hasOwn(args, name)).map(({ name }) => [name, args[name]]);
  return [...places.slice(0, optionsAfter), Object.fromEntries(chosen), ...places.slice(optionsAfter)];
};

/**
 * Calls a constructor.
 * @param given arguments by the name of their parameter.
 * @param shape the lengths of the axes on the left, for a constructor that has to know them.
 * @throws FluvialError naming the constructor and the argument that it cannot take.
 */
export const construct = (
  of: Constructor,
  given: ReadonlyMap<string, Item>,
  shape: readonly number[] | undefined,
): Item => {
  const args = argumentsFor(of, given, shape);
  const arranged = Object.hasOwn(arrangements, of.name) ? arrangements[of.name](args) : inOrder(of, args);
  return of.make(...arranged);
};
