import { suggest } from "../core/check.ts";
import {
  beginnings,
  type Constructor,
  constructorNames,
  constructorOf,
  type Kind,
  type Parameter,
  showSignature,
} from "./constructors.ts";
import { type Call, type Expression, partsOf } from "./expression.ts";
import { calledHere } from "./foreign.ts";
import { functionNames, functionOf } from "./functions.ts";
import { constants, isReserved } from "./names.ts";
import { checkRowCall, checkRowList } from "./rows.ts";
import { failAt, placeOf, type Source } from "./source.ts";
import { supportNames, supportOf } from "./supports.ts";

/** What names an expression may use. */
export interface Names {
  readonly source: Source;
  /** Variables and lengths defined so far. */
  readonly has: (name: string) => boolean;
  /** All there are, for suggestions. */
  readonly all: readonly string[];
  /** Where a name is defined, if it is further down. */
  readonly below: (name: string) => number | undefined;
  /** The name that goes through the rows of what stands on the left. */
  readonly row?: string;
  /** Whether `end` means the length of an axis here. */
  readonly inIndex?: boolean;
}

type Want = Exclude<Kind, "count" | "shape">;

const wanted = (kind: Kind): Want => (kind === "count" || kind === "shape" ? "numbers" : kind);

const nouns: Readonly<Record<Want, string>> = {
  numbers: "a value",
  either: "a value or a distribution",
  beginning: `a value, a distribution, or one of ${beginnings.join(", ")}`,
  distribution: "a distribution such as normal(0, 1)",
  distributions: "a list of distributions such as [normal(0, 1), normal(5, 1)]",
  kernel: "a covariance function such as squaredExponential()",
  support: "the name of a support such as simplex",
};

const unknownName = ({ source, all, below }: Names, name: string, at: number): never => {
  const later = below(name);
  if (later !== undefined)
    return failAt(
      source,
      at,
      `"${name}" is defined below, on line ${placeOf(source, later).line}; it must be above its use`,
    );
  if (functionOf(name) || constructorOf(name))
    return failAt(source, at, `"${name}" is a function: its arguments stand in brackets, as in ${name}(…)`);
  return failAt(source, at, `there is no "${name}"${suggest(name, [...all, ...Object.keys(constants)])}`);
};

const checkNamed = (names: Names, name: string, at: number): void => {
  if (name === names.row || (name === "end" && names.inIndex) || names.has(name)) return;
  if (isReserved(name)) failAt(names.source, at, `"${name}" is a word of the language and no value here`);
  if (!Object.hasOwn(constants, name)) unknownName(names, name, at);
};

const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? "" : "s"}`;

/** Which parameter each argument is for. @throws FluvialError where there is none, or one is given twice or not at all. */
const parametersFor = (names: Names, call: Call, of: Constructor): Parameter[] => {
  const { source } = names;
  const { positional, named } = call;
  const all = [...of.parameters, ...of.options];
  if (positional.length > of.parameters.length) {
    const extra = positional[of.parameters.length];
    failAt(
      source,
      extra.at,
      `${call.name} takes ${plural(of.parameters.length, "argument")}, got ${positional.length}: ${showSignature(of)}${of.options.length > 0 ? "; those after = have a name" : ""}`,
    );
  }
  const found = named.map(({ name, at }) => {
    const place = all.findIndex((each) => each.name === name);
    if (place < 0)
      failAt(
        source,
        at,
        `${call.name} has no "${name}"${suggest(
          name,
          all.map((each) => each.name),
        )}: ${showSignature(of)}`,
      );
    if (place < positional.length) failAt(source, at, `${call.name}: "${name}" is given twice`);
    return all[place];
  });
  const given = [...of.parameters.slice(0, positional.length), ...found];
  const missing = of.parameters.find((each) => !each.optional && each.kind !== "shape" && !given.includes(each));
  if (missing) failAt(source, call.at, `${call.name}: "${missing.name}" is missing: ${showSignature(of)}`);
  return given;
};

const checkConstructor = (names: Names, call: Call, of: Constructor, want: Want): void => {
  if (want === "support" || of.makes !== (want === "distributions" ? "distribution" : want))
    failAt(
      names.source,
      call.at,
      `expected ${nouns[want]}, got the ${of.makes === "kernel" ? "covariance function" : "distribution"} ${call.name}${want === "numbers" && of.makes === "distribution" ? `; x ~ ${call.name}(…) draws from it` : ""}`,
    );
  const args = [...call.positional, ...call.named.map(({ value }) => value)];
  for (const [i, { kind }] of parametersFor(names, call, of).entries()) checkExpression(names, args[i], wanted(kind));
};

const noFunction = (names: Names, { name, at }: Call): never =>
  failAt(
    names.source,
    at,
    names.has(name)
      ? `"${name}" is a variable, not a function: its elements are ${name}[i]`
      : `there is no "${name}"${calledHere(name) ?? suggest(name, [...constructorNames, ...functionNames])}`,
  );

const checkFunction = (names: Names, call: Call): void => {
  const { source } = names;
  const { name, positional, named, at } = call;
  const { takes } = functionOf(name) ?? noFunction(names, call);
  if (named.length > 0) failAt(source, named[0].at, `${name} takes its arguments without names`);
  const least = takes.filter((each) => !each.endsWith("?") && each !== "...").length;
  const shown = `${name}(${takes.join(", ")})`;
  const extra = takes.at(-1) === "..." ? undefined : positional[takes.length];
  if (positional.length < least || extra)
    failAt(
      source,
      extra?.at ?? at,
      `${name} takes ${plural(extra ? takes.length : least, "argument")}, got ${positional.length}: ${shown}`,
    );
  for (const [i, each] of positional.entries())
    checkExpression(names, each, takes[i] === "distribution" ? "distribution" : "numbers");
  checkRowCall(source, call, names.row);
};

const checkCall = (names: Names, call: Call, want: Want): void => {
  const constructor = constructorOf(call.name);
  if (constructor) checkConstructor(names, call, constructor, want);
  else {
    checkFunction(names, call);
    if (want !== "numbers") failAt(names.source, call.at, `expected ${nouns[want]}, got the function ${call.name}`);
  }
};

const checkSupport = ({ source }: Names, expression: Expression): void => {
  const name =
    expression.kind === "name" ? expression.name : failAt(source, expression.at, `expected ${nouns.support}`);
  if (!supportOf(name))
    failAt(
      source,
      expression.at,
      `there is no support "${name}"${suggest(name, supportNames)}; there are ${supportNames.join(", ")}`,
    );
};

/** What is no call, where values are wanted. */
const checkValue = (names: Names, expression: Exclude<Expression, Call>): void => {
  const { source } = names;
  if (expression.kind === "name") checkNamed(names, expression.name, expression.at);
  if (expression.kind === "index") {
    if (expression.indices.length === 0)
      failAt(source, expression.at, "expected an index between the brackets, got nothing");
    checkExpression(names, expression.of);
    for (const index of expression.indices) checkExpression({ ...names, inIndex: true }, index);
    return;
  }
  if (expression.kind === "list" && expression.items.length === 0)
    failAt(source, expression.at, "a list needs at least one member");
  checkRowList(source, expression, names.row);
  for (const part of partsOf(expression)) checkExpression(names, part);
};

const isBeginning = (expression: Expression): boolean =>
  expression.kind === "name" && beginnings.includes(expression.name);

const makesDistribution = (expression: Expression): boolean =>
  expression.kind === "call" && constructorOf(expression.name)?.makes === "distribution";

/**
 * Checks an expression for names that are not there, and functions that are called wrong.
 * @throws FluvialError with the place.
 */
export const checkExpression = (names: Names, expression: Expression, want: Want = "numbers"): void => {
  if (want === "either") checkExpression(names, expression, makesDistribution(expression) ? "distribution" : "numbers");
  else if (want === "beginning") {
    if (!isBeginning(expression)) checkExpression(names, expression, "either");
  } else if (want === "support") checkSupport(names, expression);
  else if (expression.kind === "call") checkCall(names, expression, want);
  else if (want === "distributions" && expression.kind === "list")
    for (const item of expression.items) checkExpression(names, item, "distribution");
  else if (want === "numbers") checkValue(names, expression);
  else failAt(names.source, expression.at, `expected ${nouns[want]}`);
};
