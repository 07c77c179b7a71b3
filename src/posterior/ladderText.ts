import type { IndependentCheck, Ladder, Rung } from "./ladder.ts";
import { showNumber, textTable } from "./text.ts";

/** "real-nvp" of "real-nvp:layers=6", "whitened real-nvp" of that in the coordinates of a normal. */
const shortName = ({ method }: Rung): string => method.replace(/^whitened:guide=/, "whitened ").split(":")[0];

const columns: readonly (readonly [string, (rung: Rung) => string])[] = [
  ["guide", shortName],
  ["gradients", (rung) => (rung.gradients === 0 ? "" : String(rung.gradients))],
  ["seconds", (rung) => (rung.seconds === 0 ? "" : rung.seconds.toFixed(1))],
  ["k-hat", (rung) => (rung.khat === undefined ? "" : Number.isFinite(rung.khat) ? rung.khat.toFixed(2) : "∞")],
  ["ELBO", (rung) => (rung.elbo === undefined ? "" : Number.isFinite(rung.elbo) ? rung.elbo.toFixed(2) : "−∞")],
];

/** Columns of a line of reasons, and how far its further lines stand in. */
const wide = 140;
const indent = "  ";

/** A sentence on as many lines as it takes, broken between words. */
const wrapped = (sentence: string): string => {
  const lines = [""];
  for (const word of sentence.split(" ")) {
    const line = lines[lines.length - 1];
    if (line.trim() === "") lines[lines.length - 1] += word;
    else if (line.length + 1 + word.length <= wide) lines[lines.length - 1] += ` ${word}`;
    else lines.push(`${indent}${word}`);
  }
  return lines.join("\n");
};

const checkLine = (check: IndependentCheck): string => {
  const { chains, draws, gradients, seconds, peaks, searches, divergences, rhat, ess, regions } = check;
  const cost = `${gradients} gradients in ${seconds.toFixed(1)} s`;
  if (chains === 0) return `check: ${cost}: ${check.doubt}`;
  const found = `${searches} searches ended at ${peaks} ${peaks === 1 ? "maximum" : "maxima"}`;
  const shares = regions.map(({ share, shareError }) => `${showNumber(share)} ± ${showNumber(shareError)}`);
  const apart = regions.length > 1 ? `, ${regions.length} regions with shares ${shares.join(", ")}` : "";
  return `check: ${cost}: ${found}; ${chains} chains of ${draws} draws${apart}, R-hat at most ${rhat.toFixed(3)}, ESS from ${ess.toFixed(0)}, ${divergences} divergences`;
};

/** What a ladder tried and what it cost, as text: a table of the guides, each with what decided below it. */
export const ladderText = ({ rungs, check, gradients, budget, seconds }: Ladder): string => {
  const table = textTable(
    [...columns.map(([head]) => head), ""],
    rungs.map((rung) => [...columns.map(([, show]) => show(rung)), rung.state]),
  );
  const reasons = rungs
    .filter(({ state }) => state !== "accepted")
    .map((rung) => wrapped(`${shortName(rung)}: ${rung.why}`));
  const total = `${gradients} of ${budget} gradients, ${seconds.toFixed(1)} s`;
  return [table, ...reasons, ...(check ? [wrapped(checkLine(check))] : []), total].join("\n");
};
