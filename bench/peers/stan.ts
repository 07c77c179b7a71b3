import type { Figure } from "../figure.ts";
import { type Entry, figure, nutsUnits, type Peer, read } from "./peer.ts";
import { type Json, jsonLines, works } from "./process.ts";

const entries: readonly Entry[] = [
  { entry: "raw_grad_us", name: "gradient", unit: "µs" },
  { entry: "elapsed_4chains_s", name: "nuts/seconds", unit: nutsUnits.seconds },
  { entry: "leapfrogs_all", name: "nuts/gradients", unit: nutsUnits.gradients },
  { entry: "min_ess_bulk_per_s_total", name: "nuts/ess", unit: nutsUnits.ess },
  { entry: "divergent", name: "nuts/divergences", unit: nutsUnits.divergences },
  { entry: "compile_cpu_s", name: "compile", unit: "CPU s" },
];

/** The first run of all, the model's compilation counted. */
const fromNothing = (engine: string, model: string, line: Json): Figure[] => {
  const seconds = Number(line.elapsed_4chains_s) + Number(line.compile_cpu_s);
  return figure(engine, `${model}/nuts/ess-with-compile`, Number(line.min_ess_bulk) / seconds, nutsUnits.ess);
};

const figuresOf = (model: string, script: string, variant: string, suffix = "") => ({
  gives: [`${model}/gradient`, `${model}/nuts`, `${model}/compile`],
  figures: (scratch: string): Figure[] =>
    jsonLines("Rscript", [script, ...(variant ? [variant] : [])], scratch).flatMap((line) => {
      const [major, minor] = String(line.stan).split(".");
      const engine = `stan ${major}.${minor}${suffix}`;
      return [...read(engine, model, line, entries), ...fromNothing(engine, model, line)];
    }),
});

/** The twelve posteriors of posteriordb, by programs of our own. */
const twelve = {
  gives: ["posteriordb/"],
  figures: (scratch: string): Figure[] =>
    jsonLines("Rscript", ["rstan_twelve.R"], scratch).flatMap((line) => {
      const [major, minor] = String(line.stan).split(".");
      return read(`stan ${major}.${minor}`, `posteriordb/${line.model}`, line, entries);
    }),
};

/** Stan through rstan: NUTS of 4 × (1000 + 1000) and the gradient within its C++ code. */
export const stan: Peer = {
  name: "stan",
  needs: "Rscript with rstan, posterior and jsonlite",
  present: () => works("Rscript", ["-e", "library(rstan); library(posterior); library(jsonlite)"]),
  programs: [
    figuresOf("eight-schools", "rstan_eight_schools.R", ""),
    figuresOf("logistic-5000x20", "rstan_logreg.R", "logreg_glm", " glm"),
    figuresOf("logistic-5000x20", "rstan_logreg.R", "logreg_plain"),
    twelve,
  ],
};
