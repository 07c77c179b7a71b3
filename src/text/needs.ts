import type { Axis } from "./axes.ts";
import { visit } from "./expression.ts";
import { expressionsIn, namesIn } from "./lengths.ts";
import type { Parsed } from "./syntax.ts";
import type { DataVariable, Variables } from "./variables.ts";

/** The names that expressions use. */
export const usedNames = (statements: readonly Parsed[]): ReadonlySet<string> => {
  const used = new Set<string>();
  for (const expression of statements.flatMap(expressionsIn))
    visit(expression, (part) => {
      if (part.kind === "name") used.add(part.name);
    });
  return used;
};

const allAxes = ({ byName }: Variables): readonly Axis[] => [...byName.values()].flatMap(({ axes }) => axes ?? []);

/** Lengths that are worked out, each once. */
export const workedOut = (variables: Variables): readonly Axis[] => {
  const axes = allAxes(variables).filter(({ expression }) => expression.kind === "operator");
  return axes.filter((axis, i) => axes.findIndex(({ label }) => label === axis.label) === i);
};

/** The names whose numbers expressions, axes of latents and definitions, and rows ask for. */
export const neededLengths = (variables: Variables): ReadonlySet<string> => {
  const all = [...variables.byName.values()];
  const own = all.filter(({ role }) => role !== "data").flatMap(({ axes }) => axes ?? []);
  const rows = all.flatMap((each) => (each.role === "data" ? each.observations.map(({ row }) => row) : [each.row]));
  const declared = all
    .filter((each) => each.role === "data" && !each.statement.indices)
    .map((each) => (each as DataVariable).statement.name);
  return new Set([
    ...usedNames(variables.statements),
    ...[...own, ...workedOut(variables)].flatMap(({ expression }) => namesIn(expression)),
    ...rows.map((row) => String(row?.axis)),
    ...declared,
  ]);
};
