import { suggest } from "../core/check.ts";
import { type Constructor, constructorNames, constructorOf, type Kind, type Parameter, showSignature } from "./constructors.ts";
import type { Call, Expression } from "./expression.ts";
import { functionNames, functionOf } from "./functions.ts";
import { constants, isReserved } from "./names.ts";
import { failAt, placeOf, type Source } from "./source.ts";

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

type Want = "numbers" | "distribution" | "distributions" | "kernel";

const wanted = (kind: Kind): Want => (kind === "count" || kind === "shape" ? "numbers" : kind);

const nouns: Readonly<Record<Want, string>> = {
  numbers: "a value",
  distribution: "a distribution such as normal(0, 1)",
  distributions: "a list of distributions such as [normal(0, 1), normal(5, 1)]",
  kernel: "a covariance function such as squaredExponential()",
};

const unknownName = ({ source, all, below }: Names, name: string, at: number): never => {
  const later = below(name);
  if (later !== undefined)
    return failAt(source, at, `"${name}" is defined below, on line ${placeOf(source, later).line}; it must be above its use`);
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
      failAt(source, at, `${call.name} has no "${name}"${suggest(name, all.map((each) => each.name))}: ${showSignature(of)}`);
    if (place < positional.length) failAt(source, at, `${call.name}: "${name}" is given twice`);
    return all[place];
  });
  const given = [...of.parameters.slice(0, positional.length), ...found];
  const missing = of.parameters.find((each) => !each.optional && each.kind !== "shape" && !given.includes(each));
  if (missing) failAt(source, call.at, `${call.name}: "${missing.name}" is missing: ${showSignature(of)}`);
  return given;
};

const checkConstructor = (names: Names, call: Call, of: Constructor, want: Want): void => {
  if (of.makes !== (want === "distributions" ? "distribution" : want))
    failAt(names.source, call.at, `expected ${nouns[want]}, got the ${of.makes === "kernel" ? "covariance function" : "distribution"} ${call.name}${want === "numbers" && of.makes === "distribution" ? `; x ~ ${call.name}(…) draws from it` : ""}`);
  const args = [...call.positional, ...call.named.map(({ value }) => value)];
  for (const [i, { kind }] of parametersFor(names, call, of).entries()) checkExpression(names, args[i], wanted(kind));
};

const checkFunction = (names: Names, call: Call): void => {
  const { source } = names;
  const { name, positional, named, at } = call;
  const of = functionOf(name);
  if (!of) {
    if (names.has(name))
      return failAt(source, at, `"${name}" is a variable, not a function: its elements are ${name}[i]`);
    return failAt(source, at, `there is no "${name}"${suggest(name, [...constructorNames, ...functionNames])}`);
  }
  if (named.length > 0) failAt(source, named[0].at, `${name} takes its arguments without names`);
  const many = of.takes.at(-1) === "...";
  const least = of.takes.filter((each) => !each.endsWith("?") && each !== "...").length;
  const shown = `${name}(${of.takes.join(", ")})`;
  if (positional.length < least) failAt(source, at, `${name} takes ${plural(least, "argument")}, got ${positional.length}: ${shown}`);
  if (!many && positional.length > of.takes.length)
    failAt(source, positional[of.takes.length].at, `${name} takes ${plural(of.takes.length, "argument")}, got ${positional.length}: ${shown}`);
  for (const [i, each] of positional.entries())
    checkExpression(names, each, of.takes[i] === "distribution" ? "distribution" : "numbers");
};

const checkCall = (names: Names, call: Call, want: Want): void => {
  const constructor = constructorOf(call.name);
  if (constructor) return checkConstructor(names, call, constructor, want);
  if (want !== "numbers" && functionOf(call.name))
    failAt(names.source, call.at, `expected ${nouns[want]}, got the function ${call.name}`);
  return checkFunction(names, call);
};

/**
 * Checks an expression for names that are not there, and functions that are called wrong.
 * @throws FluvialError with the place.
 */
export const checkExpression = (names: Names, expression: Expression, want: Want = "numbers"): void => {
  const { source } = names;
  if (expression.kind === "call") return checkCall(names, expression, want);
  if (want === "distributions" && expression.kind === "list") {
    for (const item of expression.items) checkExpression(names, item, "distribution");
    return;
  }
  if (want !== "numbers") return failAt(source, expression.at, `expected ${nouns[want]}`);
  switch (expression.kind) {
    case "name":
      return checkNamed(names, expression.name, expression.at);
    case "index": {
      if (expression.indices.length === 0) failAt(source, expression.at, "expected an index between the brackets, got nothing");
      checkExpression(names, expression.of);
      for (const index of expression.indices) checkExpression({ ...names, inIndex: true }, index);
      return;
    }
    case "list": {
      if (expression.items.length === 0) failAt(source, expression.at, "a list needs at least one member");
      for (const item of expression.items) checkExpression(names, item);
      return;
    }
    case "operator":
      for (const operand of expression.operands) checkExpression(names, operand);
      return;
    case "condition":
      for (const part of [expression.test, expression.yes, expression.no]) checkExpression(names, part);
      return;
    case "range":
      checkExpression(names, expression.from);
      checkExpression(names, expression.to);
  }
};
