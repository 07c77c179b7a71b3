/*! Holds the parser of mathjs, copyright (C) 2013-2026 Jos de Jong <wjosdejong@gmail.com>, Apache License 2.0. */
import { createParse } from "mathjs";

/** A node of the tree that mathjs makes: plain fields, nothing that could be evaluated. */
export interface ParseNode {
  readonly type: string;
  readonly [field: string]: unknown;
}

/** The fields of each kind of node, in the order in which mathjs's parser gives them. */
const fields = {
  AccessorNode: ["object", "index", "optionalChaining"],
  ArrayNode: ["items"],
  AssignmentNode: ["object", "index", "value"],
  BlockNode: ["blocks"],
  ConditionalNode: ["condition", "trueExpr", "falseExpr"],
  ConstantNode: ["value"],
  FunctionAssignmentNode: ["name", "params", "expr"],
  FunctionNode: ["fn", "args", "optional"],
  IndexNode: ["dimensions", "dotNotation"],
  ObjectNode: ["properties"],
  OperatorNode: ["op", "fn", "args", "implicit", "isPercentage"],
  ParenthesisNode: ["content"],
  RangeNode: ["start", "end", "step"],
  RelationalNode: ["conditionals", "params"],
  SymbolNode: ["name"],
} as const;

/** What the parser calls with `new`. Its own tests look for `isNode` on the prototype and for the kind on the node. */
const constructorOf = (type: string, names: readonly string[]): unknown => {
  const make = function (this: Record<string, unknown>, ...given: unknown[]): void {
    this.type = type;
    this[`is${type}`] = true;
    for (const [i, name] of names.entries()) this[name] = given[i];
  };
  make.prototype.isNode = true;
  return make;
};

/** mathjs picks a function by the types of its arguments; the parser is only ever given strings. */
const typed = Object.assign((_: string, signatures: { readonly string: unknown }): unknown => signatures.string, {
  addConversion: (): void => undefined,
});

declare module "mathjs" {
  /** Public, but not in mathjs's own types. */
  export const createParse: (parts: Readonly<Record<string, unknown>>) => (text: string) => ParseNode;
}

/**
 * mathjs's parser over nodes of our own: those of mathjs can be compiled and evaluated, these cannot, and the part of mathjs that
 * does so is not even loaded by our build.
 */
export const createParser = (): ((text: string) => ParseNode) =>
  createParse({
    typed,
    numeric: Number,
    config: { number: "number" },
    ...Object.fromEntries(Object.entries(fields).map(([type, names]) => [type, constructorOf(type, names)])),
  });
