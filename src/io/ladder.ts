import type { IndependentCheck, Ladder, Region, Rung } from "../posterior/ladder.ts";
import { type Codec, fields, flag, list, number, optional, record, text, whole, word } from "./codec.ts";

const rung: Codec<Rung> = fields<Rung>({
  method: text,
  state: word("accepted", "passed", "failed", "skipped"),
  gradients: number,
  seconds: number,
  khat: optional(number),
  elbo: optional(number),
  elboSe: optional(number),
  why: text,
});

const region: Codec<Region> = fields<Region>({
  share: number,
  shareError: number,
  chains: whole(),
  means: record(number),
  missed: optional(number),
});

const check: Codec<IndependentCheck> = fields<IndependentCheck>({
  chains: whole(),
  draws: whole(),
  gradients: number,
  seconds: number,
  peaks: whole(),
  searches: whole(),
  divergences: whole(),
  rhat: number,
  ess: number,
  regions: list(region),
  doubt: optional(text),
});

/** How `guide: "auto"` came to a fit. */
export const ladder: Codec<Ladder> = fields<Ladder>({
  budget: whole(1),
  gradients: number,
  seconds: number,
  rungs: list(rung),
  check: optional(check),
  accepted: flag,
});
