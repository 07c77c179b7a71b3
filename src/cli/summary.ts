import type { Command } from "commander";
import { summariseDraws } from "../diagnostics/summary.ts";
import type { SavedDraws } from "../io/json.ts";
import type { Draws } from "../posterior/draws.ts";
import { rowTable } from "../posterior/summary.ts";
import type { Context } from "./context.ts";
import { printPosterior } from "./posteriorOutput.ts";
import { showJson } from "./result.ts";
import { readSaved } from "./saved.ts";

interface SummaryOptions {
  readonly json?: boolean;
}

/** Draws that belong to no posterior are summarised anew; several series count as chains. */
const printDraws = ({ model, draws }: SavedDraws, { json }: SummaryOptions, { stdout }: Context): void => {
  const all = draws as Readonly<Record<string, Draws>>;
  const rows = summariseDraws(all, (Object.values(all)[0]?.shape[0] ?? 1) > 1);
  stdout.write(json ? showJson({ model, rows }) : `${model}\n${rowTable(rows)}\n`);
};

/** `fluvial summary FILE`. */
export const addSummary = (program: Command, context: Context): void => {
  program
    .command("summary")
    .description("print what a posterior.json holds")
    .argument("<FILE>", "a posterior.json, or the folder that --out wrote it into")
    .option("--json", "print it as JSON")
    .option("--debug", "show where an error came from")
    .action((path: string, options: SummaryOptions) => {
      const saved = readSaved(path);
      if (saved.kind === "draws") printDraws(saved, options, context);
      else if (saved.kind === "sgld") {
        const { model, method, seed, verdict, rows } = saved;
        context.stdout.write(options.json ? showJson({ model, method, seed, verdict, rows }) : `${saved.summary()}\n`);
      } else if (saved.kind === "density" || saved.kind === "bounded-density") {
        const { method, seed, training, heldOut, verdict } = saved;
        context.stdout.write(
          options.json ? showJson({ method, seed, training, heldOut, verdict }) : `${saved.summary()}\n`,
        );
      } else printPosterior(saved, options.json, context.stdout);
    });
};
