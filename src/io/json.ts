import { fail, showAny, suggest } from "../core/check.ts";
import type { BoundedDensity, FittedDensity } from "../density/fitted.ts";
import type { DrawsOf } from "../posterior/draws.ts";
import type { Chains, Fit, LangevinChains } from "../posterior/posterior.ts";
import { chains } from "./chains.ts";
import { type Codec, described, fields, isObject, text } from "./codec.ts";
import { boundedDensity, density } from "./density.ts";
import { fit } from "./fit.ts";
import { langevin } from "./langevin.ts";
import { allDraws, checkDraws } from "./parts.ts";

/** Draws and nothing else: predictive ones, resampled ones. */
export interface SavedDraws {
  readonly kind: "draws";
  /** The name of the model that they are of. */
  readonly model: string;
  readonly draws: DrawsOf<Record<string, unknown>>;
}

/** What a file can hold. */
export type Saved = Fit | Chains | LangevinChains | SavedDraws | FittedDensity | BoundedDensity;

const storedDraws = fields<Omit<SavedDraws, "kind">>({ model: text, draws: allDraws });

const drawsAlone: Codec<SavedDraws> = {
  write: (value) => storedDraws.write(value),
  read: (json, where) => {
    const read = storedDraws.read(json, where);
    checkDraws(`${where}.draws`, read.draws);
    return { kind: "draws", ...read };
  },
};

/** What each kind of file holds: a new kind is a new row. */
const kinds = {
  fit,
  chains,
  sgld: langevin,
  draws: drawsAlone,
  density,
  "bounded-density": boundedDensity,
} as const;

type Kind = keyof typeof kinds;

const format = "fluvial";
/** Raised where a file of the new kind would be read wrongly by the old rules; keys that are new are no reason. */
const version = 1;

/**
 * A fit, chains, draws or a density as JSON: everything that they hold, exactly. docs/files.md has the layout.
 * @param saved with quantities of whatever names. @throws FluvialError where it is none of these.
 */
export const toJson = (
  saved:
    | Omit<Fit, "draws">
    | Omit<Chains, "draws">
    | Omit<LangevinChains, "draws">
    | SavedDraws
    | FittedDensity
    | BoundedDensity,
): string => {
  const kind = saved?.kind as string;
  if (!Object.hasOwn(kinds, kind))
    fail(
      `toJson: expected what fit, sample, sgld or fitDensity returned, or { kind: "draws", model, draws }, got ${kind === undefined ? showAny(saved) : `kind ${described(kind)}`}`,
    );
  const body = (kinds[kind as Kind] as Codec<unknown>).write(saved);
  return `${JSON.stringify({ format, version, kind, ...(body as object) })}\n`;
};

const parsed = (who: string, json: string): unknown => {
  try {
    return JSON.parse(json.replace(/^\ufeff/, ""));
  } catch (error) {
    return fail(`${who}: not valid JSON: ${(error as Error).message}`);
  }
};

/** @throws FluvialError unless the file is one of ours that these rules can read. */
const kindOf = (who: string, json: Readonly<Record<string, unknown>>): Kind => {
  const { format: its, version: edition, kind } = json;
  if (its !== format)
    return fail(`${who}: this is no file of Fluvial: expected "format": "${format}", got ${described(its)}`);
  if (!(Number.isInteger(edition) && (edition as number) >= 1))
    return fail(`${who}: version: expected a whole number from 1, got ${described(edition)}`);
  if ((edition as number) > version)
    return fail(
      `${who}: the file has version ${edition} of the format, this library reads up to ${version}: update Fluvial`,
    );
  if (typeof kind !== "string" || !Object.hasOwn(kinds, kind))
    return fail(
      `${who}: kind: expected ${Object.keys(kinds).join(", ")}, got ${described(kind)}${suggest(String(kind), Object.keys(kinds))}`,
    );
  return kind as Kind;
};

/**
 * What `toJson` wrote, with its summary; everything in it is checked.
 * @param json the text, or what JSON.parse made of it. @param who begins each error: the name of a file.
 * @throws FluvialError where it is another format, a newer version, or damaged; it says where.
 */
export const fromJson = (json: string | object, who = "fromJson"): Saved => {
  const value = typeof json === "string" ? parsed(who, json) : json;
  if (!isObject(value)) return fail(`${who}: expected an object, got ${described(value)}`);
  return kinds[kindOf(who, value)].read(value, who);
};
