import { fail, suggest } from "../core/check.ts";
import { sameShape } from "../core/shape.ts";
import { disposeTree } from "../core/tree.ts";
import { boundedDensityOf, densityOf } from "../density/density.ts";
import { entryOf } from "../density/entry.ts";
import type { BoundedDensity, FittedDensity, StoredDensity } from "../density/fitted.ts";
import { type AnyFlow, learntOf } from "../density/learnt.ts";
import { placeIn } from "../density/parameters.ts";
import { defaultEngine } from "../engine/choose.ts";
import { type FlowSpec, flowSpecs, stack, stochasticFlowSpecs } from "../flows/index.ts";
import { array, vector } from "./array.ts";
import { type Codec, type FieldsOf, fields, number, optional, record, text, whole, word } from "./codec.ts";
import { plainRecord } from "./plain.ts";

type Stored = Omit<StoredDensity, "kind">;
type Score = NonNullable<Stored["heldOut"]>;

const score: Codec<Score> = fields<Score>({ mean: number, se: number, bitsPerDim: number, count: whole(1) });

const standard: Codec<Stored["standard"]> = fields<Stored["standard"]>({ means: vector, sds: vector });

const parts: FieldsOf<Stored> = {
  method: text,
  flow: fields<Stored["flow"]>({ name: text, options: plainRecord }),
  size: whole(1),
  context: whole(),
  seed: whole(),
  engine: text,
  seconds: number,
  steps: whole(),
  options: plainRecord,
  history: fields<Stored["history"]>({ step: vector, training: vector, watched: vector }),
  parameters: record(array),
  standard,
  contextStandard: optional(standard),
  images: optional(fields<NonNullable<Stored["images"]>>({ levels: whole(2), epsilon: number })),
  training: optional(score),
  heldOut: optional(score),
  heldOutLogProb: optional(vector),
  ending: word("levelled", "fell", "budget", "interrupted"),
  verdict: text,
};

const stored = fields<Stored>(parts);

/** All flows by name, those with noise of their own among them. */
const specs: Readonly<Record<string, (options?: Record<string, never>) => AnyFlow>> = {
  ...flowSpecs,
  ...stochasticFlowSpecs,
};

/** Whether an option holds a flow of its own. */
const isNamed = (value: unknown): value is Stored["flow"] =>
  typeof value === "object" && value !== null && "name" in value && "options" in value;

/** The flow that a file names. @throws FluvialError where there is none of this name, or its options are none. */
const specOf = (where: string, { flow: { name, options } }: Pick<Stored, "flow">): AnyFlow => {
  if (name === "stack") return stackOf(where, options as unknown as { readonly flows?: unknown });
  if (!Object.hasOwn(specs, name))
    fail(`${where}.flow.name: expected a flow of Fluvial, got "${name}"${suggest(name, Object.keys(specs))}`);
  const whole = Object.fromEntries(
    Object.entries(options).map(([option, value]) => [
      option,
      isNamed(value) ? specOf(`${where}.flow.options.${option}`, { flow: value }) : value,
    ]),
  );
  try {
    return (specs[name] as (options: object) => AnyFlow)(whole);
  } catch (error) {
    return fail(`${where}.flow.options: ${(error as Error).message}`);
  }
};

const stackOf = (where: string, { flows }: { readonly flows?: unknown }): FlowSpec => {
  if (!Array.isArray(flows)) return fail(`${where}.flow.options.flows: expected a list of flows`);
  const named = flows as readonly Stored["flow"][];
  return stack({ flows: named.map((flow, i) => specOf(`${where}.flow.options.flows[${i}]`, { flow }) as FlowSpec) });
};

const checkStandard = (where: string, { means, sds }: Stored["standard"], size: number): void => {
  for (const [name, { length }] of Object.entries({ means, sds }))
    if (length !== size) fail(`${where}.${name}: expected ${size} numbers, got ${length}`);
  if (!sds.every((sd) => Number.isFinite(sd) && sd > 0)) fail(`${where}.sds: expected numbers above 0`);
};

/** @throws FluvialError unless the parts of a density go together. */
const checkParts = (where: string, read: Stored, spec: AnyFlow): void => {
  const { size, context, standard, contextStandard, images, parameters, heldOut, heldOutLogProb } = read;
  checkStandard(`${where}.standard`, standard, size);
  if (contextStandard) checkStandard(`${where}.contextStandard`, contextStandard, context);
  if (heldOut?.count !== heldOutLogProb?.length)
    fail(`${where}.heldOutLogProb: expected ${heldOut?.count ?? "no"} rows, got ${heldOutLogProb?.length ?? "none"}`);
  const lengths = Object.values(read.history).map(({ length }) => [length]);
  if (!lengths.every((each) => sameShape(each, lengths[0])))
    fail(`${where}.history: expected columns of one length, got ${lengths.join(", ")}`);
  const learnt = learntOf(spec, size, context, entryOf(standard, images));
  disposeTree(placeIn(`${where}.parameters`, defaultEngine(), learnt)(parameters));
};

/** A density, with all that can be asked of it: the flow is made again from its name and options. */
export const density: Codec<FittedDensity> = {
  write: (value) => stored.write(value),
  read: (json, where) => {
    const read = stored.read(json, where);
    const spec = specOf(where, read);
    if (!("flow" in spec)) return fail(`${where}.kind: of a "${read.flow.name}" only bounds are known`);
    checkParts(where, read, spec);
    return densityOf(read, spec, () => defaultEngine());
  },
};

/** A density of which bounds are known. */
export const boundedDensity: Codec<BoundedDensity> = {
  write: (value) => stored.write(value),
  read: (json, where) => {
    const read = stored.read(json, where);
    const spec = specOf(where, read);
    if (!("stochastic" in spec)) return fail(`${where}.kind: the density of a "${read.flow.name}" is known`);
    checkParts(where, read, spec);
    return boundedDensityOf(read, spec, () => defaultEngine());
  },
};
