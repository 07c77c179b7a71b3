import type { LangevinChains } from "../posterior/posterior.ts";
import { langevinSummary } from "../posterior/summary.ts";
import { type Codec, fields } from "./codec.ts";
import { type Common, checkCommon, common } from "./parts.ts";

const stored = fields<Common>(common);

/** Chains of Langevin dynamics: what every posterior has, and no more. */
export const langevin: Codec<LangevinChains> = {
  write: (value) => stored.write(value),
  read: (json, where) => {
    const read = { kind: "sgld" as const, ...stored.read(json, where) };
    checkCommon(where, read);
    return { ...read, summary: () => langevinSummary(read) };
  },
};
