import { fail } from "../core/check.ts";
import { indexFromOne } from "../core/shape.ts";
import type { Shape } from "../core/tensor.ts";
import type { Bindings } from "../model/site.ts";
import { type Expression, visit } from "./expression.ts";
import { expressionsIn } from "./lengths.ts";
import { placeOf, type Source } from "./source.ts";
import type { Bounds } from "./syntax.ts";
import type { DataVariable, Variables } from "./variables.ts";

/** A check of all data once they are bound. */
export type Check = (bound: Bindings) => void;

interface Known {
  readonly values: ArrayLike<number>;
  readonly shape: Shape;
  readonly missing?: readonly number[];
}

const placeIn = (flat: number, shape: Shape): string =>
  shape.length ? ` at [${indexFromOne(flat, shape).join(",")}]` : "";

/** The first value that a test refuses, with its place; missing ones are not tested. */
const firstWrong = (
  { values, shape, missing }: Known,
  isRight: (x: number, flat: number) => boolean,
): string | undefined => {
  const flat = Array.from(values).findIndex((x, i) => !isRight(x, i) && !missing?.includes(i));
  return flat < 0 ? undefined : `${values[flat]}${placeIn(flat, shape)}`;
};

const within = (x: number, lower: number, upper: number, strict: boolean): boolean =>
  strict ? x > lower && x < upper : x >= lower && x <= upper;

/** Values of a bound: one for all, or one for each. */
export type BoundValues = (bound: Expression, above: Bindings) => ArrayLike<number>;

const boundsCheck =
  (source: Source, { statement }: DataVariable, bounds: Bounds, valuesOf: BoundValues): Check =>
  (bound) => {
    const { name } = statement;
    const isLength = !statement.indices && name in bound.sizes;
    const known: Known | undefined = isLength ? { values: [bound.sizes[name]], shape: [] } : bound.data[name];
    if (!known) return;
    const [lower, upper] = [bounds.lower, bounds.upper].map((each) => each && valuesOf(each, bound));
    const at = (side: ArrayLike<number> | undefined, i: number, otherwise: number): number =>
      side ? side[side.length === 1 ? 0 : i] : otherwise;
    const wrong = firstWrong(known, (x, i) =>
      within(x, at(lower, i, Number.NEGATIVE_INFINITY), at(upper, i, Number.POSITIVE_INFINITY), bounds.strict),
    );
    if (wrong !== undefined)
      fail(
        `${source.name}: data "${name}": line ${placeOf(source, statement.at).line} says ${bounds.text}, got ${wrong}`,
      );
  };

interface Use {
  readonly index: string;
  readonly of: string;
  readonly axis: number | string;
  readonly at: number;
}

/** The data whose values pick elements of an axis of known length: county in alpha[county] and in alpha[county[n]]. */
const usesIn = ({ byName }: Variables, expression: Expression): Use[] => {
  const uses: Use[] = [];
  visit(expression, (part) => {
    if (part.kind !== "index" || part.of.kind !== "name") return;
    const axes = byName.get(part.of.name)?.axes;
    for (const [i, index] of part.indices.entries()) {
      const inner = index.kind === "index" ? index.of : index;
      const label = axes?.[i]?.label;
      if (inner.kind !== "name" || label === undefined) continue;
      const variable = byName.get(inner.name);
      if (variable?.role === "data" && variable.statement.type === "int" && variable.axes.length > 0)
        uses.push({ index: inner.name, of: part.of.name, axis: label, at: index.at });
    }
  });
  return uses;
};

const useCheck =
  (source: Source, { index, of, axis, at }: Use): Check =>
  ({ data, sizes }) => {
    const length = typeof axis === "number" ? axis : sizes[axis];
    const known = data[index] as Known | undefined;
    if (length === undefined || !known) return;
    const wrong = firstWrong(known, (x) => x >= 1 && x <= length);
    if (wrong === undefined) return;
    const range = typeof axis === "number" ? String(length) : `${axis} = ${length}`;
    fail(
      `${source.name}: data "${index}": expected 1..${range}, as an index of "${of}" on line ${placeOf(source, at).line}, got ${wrong}; indices count from 1`,
    );
  };

/** What declarations and uses demand of data. */
export const checksOf = (variables: Variables, valuesOf: BoundValues): readonly Check[] => {
  const { source, byName, statements } = variables;
  const bounds = [...byName.values()].flatMap((variable) =>
    variable.role === "data" && variable.statement.bounds
      ? [boundsCheck(source, variable, variable.statement.bounds, valuesOf)]
      : [],
  );
  const uses = statements.flatMap(expressionsIn).flatMap((expression) => usesIn(variables, expression));
  const distinct = uses.filter(
    (use, i) => uses.findIndex((other) => other.index === use.index && other.axis === use.axis) === i,
  );
  return [...bounds, ...distinct.map((use) => useCheck(source, use))];
};
