import { FluvialError, fail } from "../core/check.ts";
import type { Tensor } from "../core/tensor.ts";
import type { Values } from "../model/site.ts";
import { beginnings, construct, constructorOf, type Kind, wordItem } from "./constructors.ts";
import type { Call, Expression } from "./expression.ts";
import { chosen } from "./functions/arrays.ts";
import { functionOf } from "./functions.ts";
import { type Index, indexed } from "./indexing.ts";
import { countsBetween, describe, type Item, isList, isTensor, lengthOf, tensorOf } from "./item.ts";
import { constants } from "./names.ts";
import { operate } from "./operators.ts";
import { mentions } from "./rows.ts";
import { placed, type Source } from "./source.ts";
import { supportOf } from "./supports.ts";

/** A name that is put in where it is used. */
export interface Definition {
  readonly evaluate: (scope: Scope) => Item;
}

/** What names mean where an expression is evaluated. */
export interface Scope {
  readonly source: Source;
  readonly values: Values;
  /** Definitions that are put in where they are used. */
  readonly definitions: ReadonlyMap<string, Definition>;
  /** Those that have been worked out. */
  readonly known: Map<string, Item>;
  /** The length that a name stands for, if it does. */
  readonly sizeOf: (name: string) => number | undefined;
  /** The name that goes through the rows of what stands on the left. */
  readonly row?: { readonly name: string; readonly length: number };
  /** The length of the axis whose index is evaluated. */
  readonly end?: number;
  /** The lengths of the axes on the left. */
  readonly shape?: readonly number[];
}

const ours = (error: unknown): error is Error =>
  error instanceof FluvialError || (error instanceof Error && Object.getPrototypeOf(error) === Error.prototype);

const hasPlace = new WeakSet<Error>();

/** Puts the place in front of what goes wrong in f. */
export const locatedAt = <T>({ source }: Scope, at: number, f: () => T): T => {
  try {
    return f();
  } catch (error) {
    if (!ours(error) || hasPlace.has(error)) throw error;
    const there = new FluvialError(placed(source, at, error.message));
    hasPlace.add(there);
    throw there;
  }
};

const nameValue = (name: string, scope: Scope): Item => {
  const { row, known, definitions, values, sizeOf } = scope;
  if (name === "end" && scope.end !== undefined) return scope.end;
  if (row?.name === name) return countsBetween(1, row.length);
  const before = known.get(name);
  if (before !== undefined) return before;
  const definition = definitions.get(name);
  if (definition) {
    const made = definition.evaluate({ ...scope, row: undefined, end: undefined, shape: undefined });
    known.set(name, made);
    return made;
  }
  return sizeOf(name) ?? (Object.hasOwn(constants, name) && !(name in values) ? constants[name] : values[name]);
};

/** Whole numbers stay whole where they make an index: group[n] + 1. */
const wholeIndex = (expression: Expression, scope: Scope): Item => {
  if (expression.kind !== "operator" || !["+", "-"].includes(expression.name)) return evaluated(expression, scope);
  const operands = expression.operands.map((each) => wholeIndex(each, scope));
  if (!operands.some((each) => isTensor(each))) return operate(expression.name, operands);
  for (const each of operands) checkWhole(each);
  return tensorOf(operate(expression.name, operands)).cast("int32");
};

const checkWhole = (x: Item): void => {
  if (typeof x === "number" ? !Number.isInteger(x) : !isTensor(x) || x.dtype !== "int32")
    fail(`an index is a whole number, or data declared int, got ${isTensor(x) ? "real numbers" : describe(x)}`);
};

const listed = (x: readonly Item[]): Index => {
  for (const each of x) checkWhole(each);
  return { kind: "places", places: tensorOf(x).cast("int32") };
};

/** An index of an axis of this length. */
export const indexOf = (expression: Expression, length: number, scope: Scope): Index => {
  const inside: Scope = { ...scope, end: length };
  if (expression.kind === "range") {
    const [from, to] = [expression.from, expression.to].map((each) =>
      lengthOf("an end of a range", evaluated(each, inside)),
    );
    return { kind: "range", from, to };
  }
  const { row } = scope;
  if (row && expression.kind === "name" && expression.name === row.name)
    return { kind: "range", from: 1, to: row.length, paired: true };
  const made = wholeIndex(expression, inside);
  checkIndex(made);
  if (typeof made === "number") return { kind: "place", place: made };
  const index = isList(made) ? listed(made) : ({ kind: "places", places: made as Tensor } as const);
  return row && mentions(expression, row.name) ? ({ ...index, paired: true } as Index) : index;
};

const checkIndex = (x: Item): void => {
  if (!isList(x)) checkWhole(x);
};

const atIndex = (expression: Expression & { readonly kind: "index" }, scope: Scope): Item => {
  const { of, indices } = expression;
  const whole = evaluated(of, scope);
  const x = isTensor(whole) ? whole : tensorOf(whole);
  return indexed(
    x,
    indices.map((each, i) => locatedAt(scope, each.at, () => indexOf(each, x.shape[i] ?? 1, scope))),
  );
};

const called = (call: Call, scope: Scope): Item => {
  const inside = { ...scope, shape: undefined };
  const constructor = constructorOf(call.name);
  const valueOf = (given: Expression, kind: Kind | undefined): Item => {
    if (given.kind === "name" && kind === "support") return supportOf(given.name) as Item;
    if (given.kind === "name" && kind === "beginning" && beginnings.includes(given.name)) return wordItem(given.name);
    return evaluated(given, inside);
  };
  const args = call.positional.map((each, i) => valueOf(each, constructor?.parameters[i]?.kind));
  const kindOf = (name: string): Kind | undefined =>
    constructor && [...constructor.parameters, ...constructor.options].find((each) => each.name === name)?.kind;
  const named = call.named.map(({ name, value }) => [name, valueOf(value, kindOf(name))] as const);
  return locatedAt(scope, call.at, () => {
    if (!constructor) return (functionOf(call.name) as NonNullable<ReturnType<typeof functionOf>>).apply(args);
    const given = new Map<string, Item>(named);
    for (const [i, arg] of args.entries()) given.set(constructor.parameters[i].name, arg);
    return construct(constructor, given, scope.shape);
  });
};

type Evaluators = { readonly [K in Expression["kind"]]: (of: Extract<Expression, { kind: K }>, scope: Scope) => Item };

const evaluators: Evaluators = {
  number: ({ value }) => value,
  name: ({ name, at }, scope) => locatedAt(scope, at, () => nameValue(name, scope)),
  operator: ({ name, operands, at }, scope) => {
    const items = operands.map((each) => evaluated(each, scope));
    return locatedAt(scope, at, () => operate(name, items));
  },
  condition: ({ test, yes, no, at }, scope) => {
    const condition = evaluated(test, scope);
    if (typeof condition === "number") return evaluated(condition === 0 ? no : yes, scope);
    const branches = [evaluated(yes, scope), evaluated(no, scope)];
    return locatedAt(scope, at, () => chosen(condition, branches[0], branches[1]));
  },
  list: ({ items }, scope) => {
    const made = items.map((each) => evaluated(each, scope));
    return items.length === 1 && items[0].kind === "range" ? made[0] : made;
  },
  range: ({ from, to, at }, scope) => {
    const [first, last] = [from, to].map((each) => evaluated(each, scope));
    return locatedAt(scope, at, () =>
      countsBetween(lengthOf("the start of a range", first, -1e9), lengthOf("the end of a range", last, -1e9)),
    );
  },
  index: (expression, scope) => locatedAt(scope, expression.at, () => atIndex(expression, scope)),
  call: called,
};

/**
 * What an expression is worth.
 * @throws FluvialError with the line and column of the part that went wrong.
 */
export const evaluated = (expression: Expression, scope: Scope): Item =>
  (evaluators[expression.kind] as (of: Expression, scope: Scope) => Item)(expression, scope);
