import type { Fit } from "../posterior/posterior.ts";
import { fitSummary } from "../posterior/summary.ts";
import { array, checkShape, vector } from "./array.ts";
import { type Codec, fields, flag, number, optional, record, whole } from "./codec.ts";
import { ladder } from "./ladder.ts";
import { type Common, checkCommon, common, reweighting } from "./parts.ts";

type Stored = Omit<Fit, "kind" | "summary">;

const stored: Codec<Stored> = fields<Stored>({
  ...common,
  elbo: number,
  elboSe: number,
  khat: number,
  history: vector,
  steps: whole(),
  converged: flag,
  logRatios: vector,
  logWeights: vector,
  correction: reweighting,
  parameters: record(array),
  ladder: optional(ladder),
});

/** A fit; its summary is made from what it holds. */
export const fit: Codec<Fit> = {
  write: (value) => stored.write(value),
  read: (json, where) => {
    const read = { kind: "fit" as const, ...stored.read(json, where) };
    checkCommon(where, read as Common);
    const count = read.unconstrained.shape[1];
    checkShape(`${where}.unconstrained.shape`, read.unconstrained.shape, [1, count, read.unconstrained.shape[2]]);
    checkShape(`${where}.logRatios.shape`, [read.logRatios.length], [count]);
    checkShape(`${where}.logWeights.shape`, [read.logWeights.length], [count]);
    return { ...read, summary: () => fitSummary(read) };
  },
};
