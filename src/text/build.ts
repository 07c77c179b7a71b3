import { fail } from "../core/check.ts";
import { inDouble } from "../core/double.ts";
import { broadcastsTo, sameShape, showShape } from "../core/shape.ts";
import { fromHost, hostValues, type Shape, type Tensor } from "../core/tensor.ts";
import { tidy } from "../core/tidy.ts";
import type { Distribution } from "../distributions/distribution.ts";
import type { Axes, Bindings, DataSite, ObservedSite, Site, Values } from "../model/site.ts";
import { isDistribution } from "../model/site.ts";
import type { Axis } from "./axes.ts";
import { checksOf } from "./dataChecks.ts";
import { type Definition, evaluated, locatedAt, type Scope } from "./evaluate.ts";
import type { Expression } from "./expression.ts";
import { type Item, tensorOf } from "./item.ts";
import { type Carriers, carriersOf, knownNumbers, lengthSite, sizesFrom, workedOutSite } from "./lengths.ts";
import { neededLengths, usedNames, workedOut } from "./needs.ts";
import { observedPart } from "./observedPart.ts";
import { partlyObserved } from "./parts.ts";
import { placeOf, type Source } from "./source.ts";
import type { DataVariable, DefinedVariable, LatentVariable, Observation, Row, Variables } from "./variables.ts";

/** What the functions of the sites share. */
interface Program {
  readonly source: Source;
  readonly definitions: ReadonlyMap<string, Definition>;
  readonly carriers: Carriers;
}

const labels = (axes: readonly Axis[] | undefined): Axes | undefined => axes?.map(({ label }) => label);

const lengthsOf = (axes: readonly Axis[] | undefined, sizeOf: Scope["sizeOf"]): Shape | undefined => {
  const lengths = axes?.map(({ label }) => (typeof label === "number" ? label : sizeOf(label)));
  return lengths?.every((length) => length !== undefined) ? (lengths as number[]) : undefined;
};

const scopeOf = ({ source, definitions, carriers }: Program, values: Values): Scope => ({
  source,
  values,
  definitions,
  known: new Map(),
  sizeOf: sizesFrom(carriers, values),
});

const withRow = (scope: Scope, row: Row | undefined): Scope => {
  const length = row && (typeof row.axis === "number" ? row.axis : scope.sizeOf(row.axis));
  return row && length !== undefined ? { ...scope, row: { name: row.name, length } } : scope;
};

const distributionAt = (right: Expression, scope: Scope): Distribution => {
  const made = evaluated(right, scope);
  return isDistribution(made) ? made : fail("expected a distribution");
};

/** The value of a definition, spread over the axes that it names. */
const spreadOver = (x: Item, axes: readonly Axis[] | undefined, sizeOf: Scope["sizeOf"]): Item => {
  const shape = lengthsOf(axes, sizeOf);
  if (!shape) return x;
  const tensor = tensorOf(x);
  if (sameShape(tensor.shape, shape)) return tensor;
  return broadcastsTo(tensor.shape, shape)
    ? tensor.broadcastTo([...shape])
    : fail(`shape ${showShape(tensor.shape)} does not fit its axes ${showShape(shape)}`);
};

const definitionOf = (variable: DefinedVariable): Definition => ({
  evaluate: (scope) => {
    const { value, at } = variable.statement;
    const inside = withRow(scope, variable.row);
    return locatedAt(scope, at, () => spreadOver(evaluated(value, inside), variable.axes, scope.sizeOf));
  },
});

const latentSite = (program: Program, { statement, axes, row }: LatentVariable): Site => ({
  role: "latent",
  name: statement.left.name,
  axes: labels(axes),
  distribution: (values) => {
    const scope = scopeOf(program, values);
    return distributionAt(statement.right, { ...withRow(scope, row), shape: lengthsOf(axes, scope.sizeOf) });
  },
});

const derivedSite = (program: Program, variable: DefinedVariable): Site => ({
  role: "derived",
  name: variable.statement.name,
  axes: labels(variable.axes),
  value: (values) => tensorOf(definitionOf(variable).evaluate(scopeOf(program, values))),
});

const factorSite = (program: Program, value: Expression, at: number): Site => {
  const { line, column } = placeOf(program.source, at);
  return {
    role: "factor",
    name: column === 1 ? `line ${line}` : `line ${line}, column ${column}`,
    value: (values) => tensorOf(evaluated(value, scopeOf(program, values))),
  };
};

const observedDistribution =
  (program: Program, name: string, observations: readonly Observation[], axes: readonly Axis[] | undefined) =>
  (values: Values): Distribution => {
    const scope = scopeOf(program, values);
    const at = ({ statement, row }: Observation, shape: Shape | undefined): Distribution =>
      distributionAt(statement.right, { ...withRow(scope, row), shape });
    const [first] = observations;
    if (!first.part) return at(first, lengthsOf(axes, scope.sizeOf));
    const given = tensorOf(values[name]);
    return partlyObserved(
      given,
      observations.map((each) => observedPart(scope, each, given.shape, (shape) => at(each, shape))),
    );
  };

const observedSite = (program: Program, variable: DataVariable | DefinedVariable): ObservedSite => {
  const { statement, observations, axes } = variable;
  const { name } = statement;
  return {
    role: "observed",
    name,
    axes: labels(axes),
    distribution: observedDistribution(program, name, observations, axes),
    ...(variable.role === "defined" && {
      computed: true,
      bind: (_: unknown, above: Bindings) => computedData(program, variable, above),
    }),
  };
};

const tensorFrom = ({ values, shape }: Bindings["data"][string]): Tensor => fromHost(values, shape);

/** The scope of what data alone decide, while they are bound. */
const bindingScope = (program: Program, above: Bindings): Scope => ({
  ...scopeOf(program, Object.fromEntries(Object.entries(above.data).map(([name, data]) => [name, tensorFrom(data)]))),
  sizeOf: (name) => (Object.hasOwn(above.sizes, name) ? above.sizes[name] : undefined),
});

const onHost = (f: () => Item): { values: Float64Array; shape: Shape } =>
  inDouble(() =>
    tidy(() => {
      const tensor = tensorOf(f());
      return { values: hostValues(tensor), shape: tensor.shape };
    }),
  );

const computedData = (
  program: Program,
  variable: DefinedVariable,
  above: Bindings,
): { values: Float64Array; shape: Shape } =>
  onHost(() => definitionOf(variable).evaluate(bindingScope(program, above)));

const isPartial = ({ observations }: DataVariable): boolean => observations.some(({ part }) => part !== undefined);

const dataSite = ({ statement, axes }: DataVariable): DataSite => ({
  role: "data",
  name: statement.name,
  axes: labels(axes),
  type: statement.type,
});

/** What stands among the values under its own name: data that others use, and data of which only parts are observed. */
const asData = (variables: Variables, known: ReadonlySet<string>): readonly DataVariable[] => {
  const used = usedNames(variables.statements);
  return [...variables.byName.values()].filter(
    (each): each is DataVariable =>
      each.role === "data" &&
      !(each.axes.length === 0 && known.has(each.statement.name)) &&
      (each.observations.length === 0 || used.has(each.statement.name) || isPartial(each)),
  );
};

const observedVariables = ({ byName }: Variables): readonly (DataVariable | DefinedVariable)[] =>
  [...byName.values()].filter(
    (each): each is DataVariable | DefinedVariable => each.role !== "latent" && each.observations.length > 0,
  );

/** Sites in the order of the text; an observation of parts where its last part stands. */
const bodySites = (program: Program, variables: Variables): readonly Site[] => {
  const observed = new Map(
    observedVariables(variables).map((each) => [each.observations[each.observations.length - 1].statement, each]),
  );
  return variables.statements.flatMap((statement): readonly Site[] => {
    if (statement.kind === "factor") return [factorSite(program, statement.value, statement.at)];
    if (statement.kind === "data") return [];
    if (statement.kind === "drawn") {
      const variable = variables.byName.get(statement.left.name);
      if (variable?.role === "latent") return [latentSite(program, variable)];
      const observation = observed.get(statement);
      return observation ? [observedSite(program, observation)] : [];
    }
    return program.definitions.has(statement.name)
      ? []
      : [derivedSite(program, variables.byName.get(statement.name) as DefinedVariable)];
  });
};

/** The sites of a model. */
export const sitesOf = (variables: Variables): readonly Site[] => {
  const { source, byName } = variables;
  const known = knownNumbers(variables);
  const data = asData(variables, known);
  const inPlace = [...byName].filter(([, each]) => each.role === "defined" && (each.fixed || each.statement.local));
  const carried = carriersOf(data);
  const needed = neededLengths(variables);
  const more = [...known].filter(
    (name) => needed.has(name) && !carried.has(name) && byName.get(name)?.role !== "defined",
  );
  const axes = workedOut(variables);
  const own = [...more, ...axes.map(({ label }) => String(label))].map((name) => [name, { name, axis: 0 }] as const);
  const program: Program = {
    source,
    definitions: new Map(inPlace.map(([name, each]) => [name, definitionOf(each as DefinedVariable)])),
    carriers: new Map([...own, ...carried]),
  };
  const observed = new Set(observedVariables(variables).flatMap((each) => labels(each.axes) ?? []));
  const lengths = (late: boolean): readonly Site[] =>
    more.filter((name) => observed.has(name) === late).map((name) => lengthSite(source.name, name));
  const computed = axes.map((axis) =>
    workedOutSite(axis, ({ expression }, above) => evaluated(expression, bindingScope(program, above))),
  );
  const checks = checksOf(
    variables,
    (bound, above) => onHost(() => evaluated(bound, bindingScope(program, above))).values,
  );
  const sites = [
    ...data.map(dataSite),
    ...lengths(false),
    ...bodySites(program, variables),
    ...lengths(true),
    ...computed,
  ];
  return withChecks(sites, checks);
};

/** All checks at the first data, so that they see all of them. */
const withChecks = (sites: readonly Site[], checks: ReturnType<typeof checksOf>): readonly Site[] => {
  const first = sites.findIndex(({ role }) => role === "data" || role === "observed");
  if (checks.length === 0) return sites;
  const check = (bound: Bindings): void => {
    for (const each of checks) each(bound);
  };
  return sites.map((site, i) => (i === first ? ({ ...site, check } as Site) : site));
};
