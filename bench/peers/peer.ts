import type { Figure } from "../figure.ts";
import type { Json } from "./process.ts";

/** A program that measures something of ours elsewhere. */
export interface Program {
  /** The names of its figures begin with one of these. */
  readonly gives: readonly string[];
  /** Runs it in the scratch folder, where the peers' scripts and the data stand. */
  readonly figures: (scratch: string) => readonly Figure[];
}

export interface Peer {
  readonly name: string;
  /** What must be installed, in words. */
  readonly needs: string;
  readonly present: () => boolean;
  readonly programs: readonly Program[];
}

/** Engine, and the figure's value where it is a number: scripts write "NA" for what they could not measure. */
export const figure = (engine: string, name: string, value: unknown, unit: string, factor = 1): Figure[] =>
  typeof value === "number" && Number.isFinite(value) ? [{ name, engine, value: value * factor, unit }] : [];

/** A row of a table that reads figures off a JSON line: which entry, under what name, in which unit. */
export interface Entry {
  readonly entry: string;
  readonly name: string;
  readonly unit: string;
}

/** The entries of a line that are there, as figures of one model. */
export const read = (engine: string, model: string, line: Json, entries: readonly Entry[]): Figure[] =>
  entries.flatMap(({ entry, name, unit }) => figure(engine, `${model}/${name}`, line[entry], unit));

/** What is said of NUTS, with our names and units. */
export const nutsUnits = {
  seconds: "CPU s",
  gradients: "gradients",
  ess: "min bulk ESS / CPU s",
  divergences: "transitions",
} as const;
