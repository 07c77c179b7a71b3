import type { Expression, Named } from "./expression.ts";
import type { ParseNode } from "./parser.ts";
import { failAt, limits, type Source } from "./source.ts";
import type { Token } from "./tokens.ts";

/** A walk over mathjs's tree beside the tokens, which alone know where they stand. */
interface Walk {
  readonly source: Source;
  readonly tokens: readonly Token[];
  /** The next token that has no node yet. */
  next: number;
  level: number;
}

/** mathjs's names of the operators there are, with ours. */
const operators: Readonly<Record<string, string>> = {
  add: "+",
  subtract: "-",
  multiply: "*",
  dotMultiply: ".*",
  divide: "/",
  dotDivide: "./",
  pow: "^",
  dotPow: ".^",
  unaryMinus: "-",
  unaryPlus: "+",
  equal: "==",
  unequal: "!=",
  smaller: "<",
  smallerEq: "<=",
  larger: ">",
  largerEq: ">=",
  and: "and",
  or: "or",
  not: "not",
};

/** Why a kind of node is refused; those of no kind in here and not in `translations` are refused by their name. */
const refusals: Readonly<Record<string, string>> = {
  AssignmentNode:
    "= stands between a name and its definition, or a named argument of a function and its value, not here",
  FunctionAssignmentNode: "a model defines no functions",
  BlockNode: "a semicolon ends a statement, or a row of a matrix in square brackets",
  ObjectNode: "a model has no objects",
  RangeNode: "a range such as 2:N stands in an index, or in a list for itself: write (2:N)",
};

const punctuation = new Set(["(", ")", "[", "]", ",", ";"]);

/** Where the next token with this text stands, punctuation passed over; where the last one stood if there is none. */
const take = (walk: Walk, text: string): number => {
  let next = walk.next;
  while (next < walk.tokens.length && punctuation.has(walk.tokens[next].text)) next++;
  if (walk.tokens[next]?.text !== text) return walk.tokens[Math.min(next, walk.tokens.length - 1)].at;
  walk.next = next + 1;
  return walk.tokens[next].at;
};

/** The first token that has no node yet. */
const here = (walk: Walk): number => walk.tokens[Math.min(walk.next, walk.tokens.length - 1)].at;

/** The bracket that opens a list, past the comma or bracket in front of it; a row of a matrix has none. */
const bracketAhead = (walk: Walk): number => {
  const ahead = walk.tokens.slice(walk.next);
  const meant = ahead.findIndex(({ text }) => text === "[" || !punctuation.has(text));
  return ahead[meant]?.text === "[" ? ahead[meant].at : here(walk);
};

const refuse = (walk: Walk, why: string): never => failAt(walk.source, here(walk), why);

const nodes = (value: unknown): readonly ParseNode[] => value as readonly ParseNode[];
const node = (value: unknown): ParseNode => value as ParseNode;

const constant = (walk: Walk, { value }: ParseNode): Expression => {
  if (typeof value !== "number" || !Number.isFinite(value)) return refuse(walk, "expected a number or a name");
  const next = walk.tokens.slice(walk.next).find(({ text }) => !punctuation.has(text));
  return { kind: "number", value, at: take(walk, next?.kind === "number" ? next.text : "") };
};

const operator = (walk: Walk, { fn, op, args, implicit, isPercentage }: ParseNode): Expression => {
  const name = Object.hasOwn(operators, fn as string) ? operators[fn as string] : undefined;
  if (isPercentage || name === undefined) return refuse(walk, `there is no operator ${op as string}`);
  const operands = nodes(args);
  if (operands.length === 1) {
    const at = take(walk, name);
    return { kind: "operator", name, operands: [translate(walk, operands[0])], at };
  }
  const left = translate(walk, operands[0]);
  if (implicit) return refuse(walk, "expected an operator: a product is written with *");
  const at = take(walk, name);
  return { kind: "operator", name, operands: [left, translate(walk, operands[1])], at };
};

/** 0 < x <= 1: each pair compared, and all of them true. */
const relational = (walk: Walk, { conditionals, params }: ParseNode): Expression => {
  const names = (conditionals as readonly string[]).map((each) => operators[each]);
  const operands: Expression[] = [];
  const places: number[] = [];
  for (const [i, param] of nodes(params).entries()) {
    if (i > 0) places.push(take(walk, names[i - 1]));
    operands.push(translate(walk, param));
  }
  return places
    .map((at, i): Expression => ({ kind: "operator", name: names[i], operands: operands.slice(i, i + 2), at }))
    .reduce((a, b) => ({ kind: "operator", name: "and", operands: [a, b], at: b.at }));
};

const conditional = (walk: Walk, { condition, trueExpr, falseExpr }: ParseNode): Expression => {
  const test = translate(walk, node(condition));
  const at = take(walk, "?");
  const yes = translate(walk, node(trueExpr));
  take(walk, ":");
  return { kind: "condition", test, yes, no: translate(walk, node(falseExpr)), at };
};

const range = (walk: Walk, { start, end, step }: ParseNode): Expression => {
  if (step) return refuse(walk, "a range has no step: write its first and its last number");
  const from = translate(walk, node(start));
  const at = take(walk, ":");
  return { kind: "range", from, to: translate(walk, node(end)), at };
};

/** AssignmentNode(name, value), where one with an index would be (object, index, value). */
const argument = (walk: Walk, given: ParseNode): Expression | Named => {
  if (given.type !== "AssignmentNode") return inList(walk, given);
  const object = node(given.object);
  if (object.type !== "SymbolNode" || given.value !== undefined) return refuse(walk, refusals.AssignmentNode);
  const name = object.name as string;
  const at = take(walk, name);
  take(walk, "=");
  return { name, value: inList(walk, node(given.index)), at };
};

const call = (walk: Walk, { fn, args, optional }: ParseNode): Expression => {
  const callee = node(fn);
  if (optional || callee.type !== "SymbolNode") return refuse(walk, "expected the name of a function before (");
  const name = callee.name as string;
  const at = take(walk, name);
  const positional: Expression[] = [];
  const named: Named[] = [];
  for (const given of nodes(args)) {
    const made = argument(walk, given);
    if (!("kind" in made)) named.push(made);
    else if (named.length > 0) return failAt(walk.source, made.at, `${name}: arguments with a name come last`);
    else positional.push(made);
  }
  const twice = named.find((each, i) => named.findIndex((other) => other.name === each.name) !== i);
  if (twice) return failAt(walk.source, twice.at, `${name}: "${twice.name}" is given twice`);
  return { kind: "call", name, positional, named, at };
};

const access = (walk: Walk, { object, index, optionalChaining }: ParseNode): Expression => {
  const { dimensions, dotNotation } = node(index);
  if (optionalChaining || dotNotation) return refuse(walk, "nothing has properties");
  const of = translate(walk, node(object));
  const at = here(walk);
  return { kind: "index", of, indices: nodes(dimensions).map((each) => inList(walk, each)), at };
};

/** What may be a range: an index, an argument, a member of a list. */
const inList = (walk: Walk, given: ParseNode): Expression =>
  given.type === "RangeNode" ? deeper(walk, () => range(walk, given)) : translate(walk, given);

const deeper = <T>(walk: Walk, f: () => T): T => {
  if (walk.level >= limits.levels) refuse(walk, `an expression has at most ${limits.levels} levels; name a part of it`);
  walk.level++;
  const made = f();
  walk.level--;
  return made;
};

/** All that there is in a model. */
const translations: Readonly<Record<string, (walk: Walk, node: ParseNode) => Expression>> = {
  ConstantNode: constant,
  SymbolNode: (walk, { name }) => ({ kind: "name", name: name as string, at: take(walk, name as string) }),
  OperatorNode: operator,
  RelationalNode: relational,
  ConditionalNode: conditional,
  ParenthesisNode: (walk, { content }) => inList(walk, node(content)),
  ArrayNode: (walk, { items }) => ({
    kind: "list",
    at: bracketAhead(walk),
    items: nodes(items).map((each) => inList(walk, each)),
  }),
  FunctionNode: call,
  AccessorNode: access,
};

const translate = (walk: Walk, given: ParseNode): Expression => {
  if (!Object.hasOwn(translations, given.type))
    return refuse(walk, refusals[given.type] ?? `a model has no ${given.type.replace(/Node$/, "").toLowerCase()}`);
  return deeper(walk, () => translations[given.type](walk, given));
};

/**
 * mathjs's tree as an expression of ours.
 * @param tokens those that mathjs read.
 * @throws FluvialError at the first part that a model may not have.
 */
export const translated = (source: Source, tokens: readonly Token[], tree: ParseNode): Expression =>
  inList({ source, tokens, next: 0, level: 0 }, tree);
