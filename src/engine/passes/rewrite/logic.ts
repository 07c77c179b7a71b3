/** Identities of conditions, choices and casts. */
import { cast, compare, select } from "../../graph/build.ts";
import { is, type Node } from "../../graph/node.ts";
import { eitherWay, numberOf, type Rule } from "./look.ts";

export const notNot: Rule<"not"> = ({ inputs: [x] }) => {
  if (is(x, "not")) return x.inputs[0];
  if (is(x, "equal")) return compare("notEqual", x.inputs[0], x.inputs[1]);
  return is(x, "notEqual") ? compare("equal", x.inputs[0], x.inputs[1]) : undefined;
};

/** With an operand that is true or false everywhere: `decides` gives the result whatever the other is. */
const withConstant = (decides: number): Rule =>
  eitherWay((x, c) => {
    const value = numberOf(c);
    if (value === undefined) return undefined;
    return value === decides ? c : x;
  });
export const andConstant: Rule = withConstant(0);
export const orConstant: Rule = withConstant(1);

export const selectConstant: Rule<"select"> = ({ inputs: [condition, yes, no] }) => {
  const value = numberOf(condition);
  if (value === undefined) return undefined;
  return value === 1 ? yes : no;
};
export const selectSame: Rule<"select"> = ({ inputs: [, yes, no] }) => (yes === no ? yes : undefined);
export const selectNot: Rule<"select"> = ({ inputs: [condition, yes, no] }) =>
  is(condition, "not") ? select(condition.inputs[0], no, yes) : undefined;

/** A choice inside a choice by the same condition. */
export const selectTwice: Rule<"select"> = ({ inputs: [condition, yes, no] }) => {
  const same = (x: Node): x is Node<"select"> => is(x, "select") && x.inputs[0] === condition;
  if (same(yes)) return select(condition, yes.inputs[1], no);
  return same(no) ? select(condition, yes, no.inputs[2]) : undefined;
};

/** The choice of 1 or 0 is the condition itself. */
export const selectOneZero: Rule<"select"> = ({ type, inputs: [condition, yes, no] }) =>
  numberOf(yes) === 1 && Object.is(numberOf(no), 0) ? cast(condition, type) : undefined;

/** Casts that lose nothing on the way. */
export const castCast: Rule<"cast"> = ({ type, inputs: [x] }, precision) => {
  if (x.type === type) return x;
  if (!is(x, "cast")) return undefined;
  const [from] = x.inputs;
  const exact = from.type === "bool" || (from.type === "int" && x.type === "real" && precision === "f64");
  return exact ? cast(from, type) : undefined;
};

/** A bool made a number and asked whether it is that number. */
const asked = (x: Node, c: Node, value: number): Node | undefined =>
  is(x, "cast") && x.inputs[0].type === "bool" && numberOf(c) === value ? x.inputs[0] : undefined;
export const castNotZero: Rule = eitherWay((x, c) => asked(x, c, 0));
export const castIsOne: Rule = eitherWay((x, c) => asked(x, c, 1));
export const castAboveZero: Rule<"greater"> = ({ inputs: [x, c] }) => asked(x, c, 0);
