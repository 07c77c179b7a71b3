import { fail, suggest } from "../core/check.ts";
import type { GuideSpec } from "../core/density.ts";

/** What stands after an option's "=". */
export type OptionValue = string | number | boolean | readonly number[];

/** Guides by name; each checks its own options. */
export type GuideTable = Readonly<Record<string, (options?: Record<string, never>) => GuideSpec>>;

/** Every guide with its options at their defaults, for help that loads nothing. */
export const guideForms: readonly string[] = [
  "mean-field",
  "full-rank",
  "low-rank:rank=2",
  "laplace:restarts=4:covariance=full",
  "pathfinder:paths=4:elboDraws=25:memory=6:maxIterations=1000",
  "whitened:guide=mean-field:by=pathfinder:paths=4:elboDraws=25:memory=6:maxIterations=1000",
  "mixture:components=2:of=mean-field:start=modes:weights=learned",
  "factorised",
  "planar:layers=8",
  "radial:layers=8",
  "elementwise:map=rational-quadratic:bins=8:bound=5",
  "iaf:layers=2:hidden=32:activation=tanh:order=natural",
  "made:components=1:hidden=32x32:activation=tanh:order=natural",
  "maf:layers=5:hidden=32x32:activation=tanh:order=natural:normalise=true",
  "naf:layers=2:hidden=32:activation=tanh:order=natural:units=8",
  "sum-of-squares:layers=2:hidden=32:activation=tanh:order=natural:polynomials=2:degree=3:bound=5",
  "monotone-integral:layers=2:hidden=32:activation=tanh:order=natural:embedding=8:integrand=16:nodes=24:bound=5",
  "block-naf:layers=2:hidden=8x8:gate=true",
  "recurrent:layers=2:hidden=16:cell=gru",
  "linear:kind=plu:seed=0",
  "nice:layers=4:hidden=32:activation=tanh",
  "real-nvp:layers=6:hidden=32:activation=relu:levels=1:mask=half",
  "glow:layers=4:hidden=32:activation=relu:levels=1",
  "residual:layers=8:hidden=32x32:activation=lipSwish:lipschitz=0.9:logDet=auto:terms=4:continuation=0.9:probe=signs",
  "spline:layers=2:hidden=32:activation=relu:order=natural:bins=8:bound=4",
  "spline-coupling:layers=4:hidden=32:activation=relu:bins=8:bound=4",
  "sylvester:kind=orthogonal:layers=4:rank=8",
  "continuous:hidden=32x32:activation=tanh:method=dopri5:relative=0.00001:absolute=0.00001:maxSteps=256:trace=exact:gradient=adjoint",
  "cif:layers=5:index=1:hidden=10x10:activation=tanh:context=all:base=real-nvp:layers=2:hidden=32:activation=relu:levels=1:mask=half",
  "langevin:steps=8:hidden=32:activation=tanh:stepSize=0.1:annealed=true",
  "hamiltonian:steps=4:leapfrog=3:stepSize=0.2:kept=0:annealed=true:hidden=32:activation=tanh",
  "annealed-hamiltonian:steps=8:leapfrog=1:stepSize=0.2:kept=0.9",
];

const number = /^-?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;
const list = /^\d+(x\d+)+$/;

/** "8", "0.5", "true", "32x32", or text. */
export const parseOption = (text: string): OptionValue => {
  if (text === "true" || text === "false") return text === "true";
  if (number.test(text)) return Number(text);
  if (list.test(text)) return text.split("x").map(Number);
  return text;
};

interface Nest {
  readonly own: readonly string[];
  readonly guides: readonly string[];
  /** The option behind which all others belong to the guide that it holds, whose names may be those of its own. */
  readonly last?: string;
}

/** Guides made of others: their own options, and those of them that are guides, whose options stand behind their name. */
const nests: Readonly<Record<string, Nest>> = {
  whitened: { own: ["guide", "by"], guides: ["guide", "by"] },
  mixture: { own: ["components", "of", "start", "weights"], guides: ["of"] },
  cif: { own: ["layers", "index", "hidden", "activation", "context", "base"], guides: ["base"], last: "base" },
};

const optionName = (part: string): string => part.split("=", 1)[0];

/** The options of a guide, each with those of the guide that it holds behind it: "of=planar:layers=2". */
const gathered = (name: string, parts: readonly string[]): readonly string[] => {
  if (!Object.hasOwn(nests, name)) return parts;
  const { own, last } = nests[name];
  const groups: string[] = [];
  for (const part of parts) {
    const held = groups.length > 0 && optionName(groups[groups.length - 1]) === last;
    if (groups.length === 0 || (own.includes(optionName(part)) && !held)) groups.push(part);
    else groups.push(`${groups.pop()}:${part}`);
  }
  return groups;
};

type SpecTable<S> = Readonly<Record<string, (options?: Record<string, never>) => S>>;

const optionsOf = <S>(
  spec: string,
  [of, ...parts]: readonly string[],
  table: SpecTable<S>,
  kind: string,
): Record<string, OptionValue | S> => {
  const options: Record<string, OptionValue | S> = {};
  for (const part of gathered(of, parts)) {
    const [, name, value] = /^([^=]+?)=(.+)$/.exec(part) ?? [];
    if (name === undefined) return fail(`${kind} "${spec}": expected option=value, got "${part}"`);
    if (Object.hasOwn(options, name)) fail(`${kind} "${spec}": the option "${name}" is given twice`);
    const holds = Object.hasOwn(nests, of) && nests[of].guides.includes(name);
    options[name] = holds ? parseSpec(value, table, kind) : parseOption(value);
  }
  return options;
};

/**
 * A name with options behind colons, from a table of what is of this kind.
 * @throws FluvialError where there is no such name or option.
 */
export const parseSpec = <S>(text: string, table: SpecTable<S>, kind: string): S => {
  const [name, ...parts] = text.trim().split(":");
  if (!Object.hasOwn(table, name)) {
    const known = Object.keys(table);
    const start = /^[a-z-]*/.exec(name)?.[0] ?? "";
    const colons = Object.hasOwn(table, start)
      ? ` (options go behind colons, as in ${start}:name=value)`
      : suggest(name, known);
    fail(`there is no ${kind} "${name}"${colons}; ${kind}s are ${known.join(", ")}`);
  }
  return table[name](optionsOf(text, [name, ...parts], table, kind) as Record<string, never>);
};

/**
 * A guide as the command line writes it: "mean-field", "planar:layers=8", "iaf:layers=2:hidden=32x32", "whitened:guide=iaf:layers=2:by=laplace".
 * @throws FluvialError where there is no such guide or option.
 */
export const parseGuide = (text: string, guides: GuideTable): GuideSpec => parseSpec(text, guides, "guide");

/**
 * Several guides, separated by commas, each under the name that it was written with; "auto" stands for itself.
 * @throws FluvialError where one is empty, unknown or written twice.
 */
export const parseGuides = (text: string, guides: GuideTable): Record<string, GuideSpec | "auto"> => {
  const specs: Record<string, GuideSpec | "auto"> = {};
  for (const part of text.split(",").map((guide) => guide.trim())) {
    if (part === "") fail(`--guides: expected names separated by commas, got "${text}"`);
    if (Object.hasOwn(specs, part)) fail(`--guides: "${part}" is given twice`);
    specs[part] = part === "auto" ? part : parseGuide(part, guides);
  }
  return specs;
};
