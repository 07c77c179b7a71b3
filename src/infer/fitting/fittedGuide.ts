import { FluvialError, fail, showAny } from "../../core/check.ts";
import type { Guide, GuideSpec, Sampler } from "../../core/density.ts";
import { foldHostKey, hostKey, splitHostKey } from "../../core/key.ts";
import type { Tensor } from "../../core/tensor.ts";
import { disposeTree, leaves, mapTree, paths } from "../../core/tree.ts";
import type { Engine } from "../../engine/engine.ts";
import { stack } from "../../flows/index.ts";
import { guideLabel, guideSpecs } from "../../guides/index.ts";
import { key as keyOf } from "../../ops/random.ts";
import type { Fit, Plain } from "../../posterior/posterior.ts";
import type { Ground } from "./ground.ts";

/** What a guide is made from again. */
export type OfGuide = Pick<Fit, "method" | "options" | "parameters" | "seed">;

/** A guide as it came out of a fit. */
export interface FittedGuide {
  readonly spec: GuideSpec;
  readonly guide: Guide<unknown, Sampler>;
  /** Its parameters as tensors of the engine, which the caller disposes of. */
  readonly parameters: unknown;
  /** Whether its draws are a map of standard normal noise that goes both ways. */
  readonly goesThroughNoise: boolean;
}

const makers: Readonly<Record<string, unknown>> = { ...guideSpecs, stack };

const isSpec = (
  value: unknown,
): value is { readonly name: string; readonly options: Readonly<Record<string, Plain>> } =>
  typeof value === "object" && value !== null && "name" in value && "options" in value;

/** Options as a file has them, specs among them made anew; undefined among these where one of them is not known. */
const revived = (value: Plain): unknown => {
  if (isSpec(value)) return specFrom(value);
  return Array.isArray(value) ? value.map(revived) : value;
};

/** A guide from its name and options; undefined where the table has none of this name. */
const specFrom = ({
  name,
  options,
}: {
  readonly name: string;
  readonly options: Readonly<Record<string, Plain>>;
}): GuideSpec | undefined => {
  if (!Object.hasOwn(makers, name)) return undefined;
  const own = Object.fromEntries(Object.entries(options).map(([option, value]) => [option, revived(value)]));
  try {
    return (makers[name] as (options: object) => GuideSpec)(own);
  } catch (error) {
    if (error instanceof FluvialError) return undefined;
    throw error;
  }
};

/**
 * The guide that a fit was made by, from its name and options, or the one that the caller gives.
 * @throws FluvialError where it cannot be made, or another one is given.
 */
export const specOf = (
  who: string,
  { method, options }: Pick<OfGuide, "method" | "options">,
  given?: GuideSpec,
): GuideSpec => {
  if (given !== undefined && typeof given?.for !== "function")
    fail(`${who}: expected true, or the guide of the fit such as iaf(), got ${showAny(given)}`);
  const spec = given ?? (isSpec(options?.guide) ? specFrom(options.guide) : undefined);
  if (!spec)
    return fail(
      `${who}: the guide of this fit, ${method}, cannot be made from its name and options; give the one that it was fitted with`,
    );
  const label = guideLabel(spec);
  if (label !== method) fail(`${who}: expected the guide of the fit, ${method}, got ${label}`);
  return spec;
};

/** The parameters of a fit in the form that the guide gives them. @throws FluvialError where one is missing or of another shape. */
const parametersIn = (who: string, engine: Engine, form: unknown, { method, parameters }: OfGuide): unknown => {
  const names = paths(form);
  leaves(form).forEach(({ shape, rank }, i) => {
    const found = parameters?.[names[i]];
    if (!found) fail(`${who}: the fit by ${method} does not hold its parameter "${names[i]}"; fit again`);
    if (found.shape.length !== rank || shape.some((length, axis) => length !== found.shape[axis]))
      fail(
        `${who}: the parameter "${names[i]}" of the fit by ${method} has the shape [${found.shape}], but its guide wants [${shape}]; fit again`,
      );
  });
  return mapTree(form, (leaf: Tensor, i) =>
    engine.tensor(parameters[names[i]].values, leaf.shape, leaf.dtype === "int32" ? "int" : "real"),
  );
};

/**
 * The guide of a fit with its parameters, for the model that the ground is of.
 * @param given the guide, where it is none of the table.
 * @throws FluvialError, which begins with `who`, where it cannot be made or its parameters are not all there.
 */
export const fittedGuide = async (
  who: string,
  fitted: OfGuide,
  { engine, conditioned, data, host }: Pick<Ground<unknown>, "engine" | "conditioned" | "data" | "host">,
  given?: GuideSpec,
): Promise<FittedGuide> => {
  const spec = specOf(who, fitted, given);
  // As the first restart of the fit had it: a guide that looks at the posterior beforehand looks from the same places.
  const key = foldHostKey(splitHostKey(hostKey(fitted.seed), 1)[0], -1);
  const guide = (await spec.for(conditioned.at(data), host(key))) as Guide<unknown, Sampler>;
  let goesThroughNoise = false;
  const form = engine.compile(() => {
    const start = guide.init(keyOf(hostKey(0)));
    goesThroughNoise = guide.at(start).through !== undefined;
    return start;
  })();
  try {
    return { spec, guide, parameters: parametersIn(who, engine, form, fitted), goesThroughNoise };
  } finally {
    disposeTree(form);
  }
};
