import { type Axis, axisFrom } from "./axes.ts";
import { checkExpression, type Names } from "./check.ts";
import { type Expression, visit } from "./expression.ts";
import { checkName, constants, isReserved } from "./names.ts";
import { failAt, placeOf, type Source } from "./source.ts";
import type { DataStatement, DefinitionStatement, DrawnStatement, Left, Parsed } from "./syntax.ts";

/** The name that goes through the rows of what stands on the left: n in y[n] ~ …, and the label of its axis. */
export interface Row {
  readonly name: string;
  readonly axis: number | string;
}

/** What an observation is of: all of a variable, or a part of it. */
export interface Observation {
  readonly statement: DrawnStatement;
  /** Undefined where it is of all. */
  readonly part?: readonly Expression[];
  readonly row?: Row;
}

export interface DataVariable {
  readonly role: "data";
  readonly statement: DataStatement;
  readonly axes: readonly Axis[];
  readonly observations: Observation[];
}

export interface LatentVariable {
  readonly role: "latent";
  readonly statement: DrawnStatement;
  readonly axes?: readonly Axis[];
  readonly row?: Row;
}

export interface DefinedVariable {
  readonly role: "defined";
  readonly statement: DefinitionStatement;
  readonly axes?: readonly Axis[];
  readonly row?: Row;
  /** Whether it depends on data alone. */
  readonly fixed: boolean;
  readonly observations: Observation[];
}

export type Variable = DataVariable | LatentVariable | DefinedVariable;

/** The variables of a model by name, in the order in which they are declared. */
export interface Variables {
  readonly source: Source;
  readonly statements: readonly Parsed[];
  readonly byName: ReadonlyMap<string, Variable>;
  /** Names of lengths. */
  readonly lengths: ReadonlySet<string>;
}

const placeIn = (variable: Variable): number =>
  variable.role === "latent" ? variable.statement.left.at : variable.statement.at;

const leftOf = (statement: Parsed): Left | undefined =>
  statement.kind === "factor" ? undefined : statement.kind === "drawn" ? statement.left : statement;

/** The names of the lengths that data are declared with; a name in bounds that is nothing else is one too. */
const dataLengths = (statements: readonly Parsed[]): Set<string> => {
  const declared = new Set(statements.map((statement) => leftOf(statement)?.name));
  const found = new Set<string>();
  const add = (expression: Expression, isLength: (name: string) => boolean): void =>
    visit(expression, (part) => {
      if (part.kind === "name" && isLength(part.name)) found.add(part.name);
    });
  for (const statement of statements.filter(({ kind }) => kind === "data") as readonly DataStatement[]) {
    for (const index of statement.indices ?? []) add(index, () => true);
    for (const bound of [statement.bounds?.lower, statement.bounds?.upper])
      if (bound) add(bound, (name) => !declared.has(name) && !Object.hasOwn(constants, name) && !isReserved(name));
  }
  return found;
};

/** The variables while they are being collected. */
interface Collecting {
  readonly source: Source;
  readonly statements: readonly Parsed[];
  readonly byName: Map<string, Variable>;
  readonly lengths: Set<string>;
}

const namesFor = ({ source, statements, byName, lengths }: Collecting, row?: string): Names => ({
  source,
  has: (name) => byName.has(name) || lengths.has(name),
  all: [...byName.keys(), ...lengths],
  below: (name) => statements.map(leftOf).find((left) => left?.name === name)?.at,
  row,
});

/** The length that a fresh name in brackets goes through: n that of N. */
const rowOf = ({ byName, lengths }: Collecting, index: Expression): string | undefined => {
  if (index.kind !== "name" || byName.has(index.name) || lengths.has(index.name)) return undefined;
  const upper = index.name.toUpperCase();
  return upper !== index.name && lengths.has(upper) ? upper : undefined;
};

const checkOneRow = (source: Source, rows: readonly Expression[]): void => {
  if (rows.length > 1)
    failAt(
      source,
      rows[1].at,
      "one name at most goes through the rows; write the axes, as in x[I, J], and whole arrays on the right",
    );
};

/** Lengths may be new names, numbers, and whole data numbers. */
const checkLength = (collecting: Collecting, axis: Expression): void => {
  const { source, byName, lengths } = collecting;
  visit(axis, (part) => {
    if (part.kind !== "name") return;
    const variable = byName.get(part.name);
    if (variable && !isLength(variable))
      failAt(source, part.at, `"${part.name}" is no length: that is a number among the data, declared int`);
    checkName(source, { kind: "name", text: part.name, at: part.at }, part.at, "the name of a length");
    lengths.add(part.name);
  });
};

const isLength = (variable: Variable): boolean =>
  (variable.role === "data" && variable.axes.length === 0 && variable.statement.type === "int") ||
  (variable.role === "defined" && variable.fixed && !variable.axes);

/** The axes on the left of a latent or a definition, and the name that goes through their rows. */
const axesOf = (collecting: Collecting, { indices }: Left): { axes?: readonly Axis[]; row?: Row } => {
  if (!indices) return {};
  const { source } = collecting;
  const rows = indices.filter((index) => rowOf(collecting, index) !== undefined);
  checkOneRow(source, rows);
  const axes = indices.map((index): Axis => {
    const label = rowOf(collecting, index);
    return label === undefined
      ? axisFrom(source, index)
      : { label, expression: { kind: "name", name: label, at: index.at } };
  });
  for (const { expression } of axes) checkLength(collecting, expression);
  const [row] = rows as readonly (Expression & { readonly kind: "name" })[];
  return { axes, ...(row && { row: { name: row.name, axis: axes[indices.indexOf(row)].label } }) };
};

const roles = { data: "data", latent: "a latent", defined: "a definition" } as const;

const checkFresh = ({ source, byName, lengths }: Collecting, { name, at }: Left): void => {
  const before = byName.get(name);
  if (before)
    failAt(
      source,
      at,
      `"${name}" is defined twice; line ${placeOf(source, placeIn(before)).line} has it already, as ${roles[before.role]}`,
    );
  if (lengths.has(name)) failAt(source, at, `"${name}" is the length of an axis already`);
};

/** Bounds may name data that are declared further down: they are looked at once all are there. */
const isDeclared = ({ statements }: Collecting, name: string): boolean =>
  statements.some((statement) => statement.kind === "data" && statement.name === name);

const addData = (collecting: Collecting, statement: DataStatement): void => {
  const { source, byName, lengths } = collecting;
  const axes = (statement.indices ?? []).map((index) => axisFrom(source, index));
  if (!(axes.length === 0 && statement.type === "int" && lengths.has(statement.name)))
    checkFresh(collecting, statement);
  else if (byName.has(statement.name)) checkFresh({ ...collecting, lengths: new Set() }, statement);
  for (const { expression } of axes) checkLength(collecting, expression);
  const { bounds } = statement;
  const names = namesFor(collecting);
  const has = (name: string): boolean => names.has(name) || isDeclared(collecting, name);
  for (const bound of [bounds?.lower, bounds?.upper]) if (bound) checkExpression({ ...names, has }, bound);
  byName.set(statement.name, { role: "data", statement, axes, observations: [] });
};

/** Whether an index on the left of an observation is the axis itself. */
const isWhole = (index: Expression, axis: Axis | undefined): boolean =>
  index.kind === "name" && axis?.label === index.name;

const observationOf = (
  collecting: Collecting,
  statement: DrawnStatement,
  axes: readonly Axis[] | undefined,
): Observation => {
  const { source, byName, lengths } = collecting;
  const { name, indices } = statement.left;
  if (!indices) return { statement };
  if (axes && indices.length > axes.length)
    failAt(
      source,
      indices[axes.length].at,
      `${name} has ${axes.length === 0 ? "no axes" : `${axes.length} ${axes.length === 1 ? "axis" : "axes"}`}, got ${indices.length} indices`,
    );
  const fresh = (index: Expression): boolean =>
    index.kind === "name" && !byName.has(index.name) && !lengths.has(index.name) && index.name !== "end";
  const rows = indices.filter(fresh);
  checkOneRow(source, rows);
  const [row] = rows as readonly (Expression & { readonly kind: "name" })[];
  for (const index of indices) if (index !== row) checkExpression({ ...namesFor(collecting), inIndex: true }, index);
  const whole = indices.every((index, i) => index === row || isWhole(index, axes?.[i]));
  const label = row && axes?.[indices.indexOf(row)]?.label;
  if (row && label === undefined)
    failAt(source, row.at, `the axes of ${name} have no names; write ${name}[N] where it is defined`);
  return {
    statement,
    ...(!whole && { part: indices.map((index): Expression => (index === row ? wholeRange(index.at) : index)) }),
    ...(row && label !== undefined && { row: { name: row.name, axis: label } }),
  };
};

const wholeRange = (at: number): Expression => ({
  kind: "range",
  from: { kind: "number", value: 1, at },
  to: { kind: "name", name: "end", at },
  at,
});

const addObservation = (
  collecting: Collecting,
  statement: DrawnStatement,
  variable: DataVariable | DefinedVariable,
): void => {
  const { source } = collecting;
  const { name, at } = statement.left;
  if (variable.role === "defined" && !variable.fixed)
    failAt(
      source,
      at,
      `"${name}" is computed from latents: it has no distribution of its own; write factor(logProb(normal(0, 1), ${name})), and mind the Jacobian`,
    );
  const observation = observationOf(collecting, statement, variable.axes);
  const [first] = variable.observations;
  if (first && (!first.part || !observation.part))
    failAt(
      source,
      at,
      `"${name}" is observed twice; line ${placeOf(source, first.statement.left.at).line} observes it already`,
    );
  if (variable.role === "defined" && observation.part)
    failAt(source, at, `"${name}" is computed: define the part that is observed, as in part = ${name}[2:end]`);
  checkExpression(namesFor(collecting, observation.row?.name), statement.right, "distribution");
  variable.observations.push(observation);
};

const addLatent = (collecting: Collecting, statement: DrawnStatement): void => {
  const { left, right } = statement;
  checkFresh(collecting, left);
  const { axes, row } = axesOf(collecting, left);
  checkExpression(namesFor(collecting, row?.name), right, "distribution");
  collecting.byName.set(left.name, { role: "latent", statement, axes, row });
};

const addDrawn = (collecting: Collecting, statement: DrawnStatement): void => {
  const variable = collecting.byName.get(statement.left.name);
  if (variable && variable.role !== "latent") addObservation(collecting, statement, variable);
  else addLatent(collecting, statement);
};

/** Whether an expression depends on data alone. */
const isFixed = ({ byName }: Collecting, expression: Expression): boolean => {
  let fixed = true;
  visit(expression, (part) => {
    const variable = part.kind === "name" ? byName.get(part.name) : undefined;
    if (variable?.role === "latent" || (variable?.role === "defined" && !variable.fixed)) fixed = false;
  });
  return fixed;
};

const addDefinition = (collecting: Collecting, statement: DefinitionStatement): void => {
  checkFresh(collecting, statement);
  const { axes, row } = axesOf(collecting, statement);
  checkExpression(namesFor(collecting, row?.name), statement.value);
  const fixed = isFixed(collecting, statement.value);
  collecting.byName.set(statement.name, { role: "defined", statement, axes, row, fixed, observations: [] });
};

/**
 * The variables that statements declare.
 * @throws FluvialError where a name is not there, there twice, or used above its definition.
 */
export const variablesOf = (source: Source, statements: readonly Parsed[]): Variables => {
  const collecting: Collecting = { source, statements, byName: new Map(), lengths: dataLengths(statements) };
  for (const statement of statements) {
    if (statement.kind === "data") addData(collecting, statement);
    else if (statement.kind === "drawn") addDrawn(collecting, statement);
    else if (statement.kind === "definition") addDefinition(collecting, statement);
    else checkExpression(namesFor(collecting), statement.value);
  }
  return collecting;
};
