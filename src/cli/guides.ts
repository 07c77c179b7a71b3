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
  "mixture:components=2:of=mean-field:start=modes:weights=learned",
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
  "real-nvp:layers=6:hidden=32:activation=tanh:levels=1:mask=half",
  "glow:layers=4:hidden=32:activation=tanh:levels=1",
  "residual:layers=8:hidden=32x32:activation=lipSwish:lipschitz=0.9:logDet=auto:terms=4:continuation=0.9:probe=signs",
  "spline:layers=2:hidden=32:activation=tanh:order=natural:bins=8:bound=4",
  "spline-coupling:layers=4:hidden=32:activation=tanh:bins=8:bound=4",
  "sylvester:kind=orthogonal:layers=4:rank=8",
  "continuous:hidden=32x32:activation=tanh:method=dopri5:relative=0.00001:absolute=0.00001:maxSteps=256:trace=exact:gradient=adjoint",
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

const optionsOf = (spec: string, parts: readonly string[]): Record<string, OptionValue> => {
  const options: Record<string, OptionValue> = {};
  for (const part of parts) {
    const [, name, value] = /^([^=]+)=(.+)$/.exec(part) ?? [];
    if (name === undefined) return fail(`guide "${spec}": expected option=value, got "${part}"`);
    if (Object.hasOwn(options, name)) fail(`guide "${spec}": the option "${name}" is given twice`);
    options[name] = parseOption(value);
  }
  return options;
};

/**
 * A guide as the command line writes it: "mean-field", "planar:layers=8", "iaf:layers=2:hidden=32x32".
 * @throws FluvialError where there is no such guide or option.
 */
export const parseGuide = (text: string, guides: GuideTable): GuideSpec => {
  const [name, ...parts] = text.trim().split(":");
  if (!Object.hasOwn(guides, name)) {
    const known = Object.keys(guides);
    const start = /^[a-z-]*/.exec(name)?.[0] ?? "";
    const colons = Object.hasOwn(guides, start)
      ? ` (options go behind colons, as in ${start}:name=value)`
      : suggest(name, known);
    fail(`there is no guide "${name}"${colons}; guides are ${known.join(", ")}`);
  }
  return guides[name](optionsOf(text, parts) as Record<string, never>);
};

/**
 * Several guides, separated by commas, each under the name that it was written with.
 * @throws FluvialError where one is empty, unknown or written twice.
 */
export const parseGuides = (text: string, guides: GuideTable): Record<string, GuideSpec> => {
  const specs: Record<string, GuideSpec> = {};
  for (const part of text.split(",").map((guide) => guide.trim())) {
    if (part === "") fail(`--guides: expected names separated by commas, got "${text}"`);
    if (Object.hasOwn(specs, part)) fail(`--guides: "${part}" is given twice`);
    specs[part] = parseGuide(part, guides);
  }
  return specs;
};
