import { type Entry, figure, nutsUnits, type Peer, type Program, read } from "./peer.ts";
import { jsonLines, works } from "./process.ts";

const entries: readonly Entry[] = [{ entry: "min_ess_bulk_per_s", name: "nuts/ess", unit: nutsUnits.ess }];

/** Its own samplers, 4 chains with 1,000 sweeps of warm-up: what stands beside our NUTS. */
const drawing = (draws: number, engine: string): Program => ({
  gives: ["eight-schools/nuts"],
  figures: (scratch) =>
    jsonLines("Rscript", ["jags_eight_schools.R", `${draws}`], scratch).flatMap((line) => [
      ...read(engine, "eight-schools", line, entries),
      ...figure(engine, "eight-schools/nuts/seconds", Number(line.warm_s) + Number(line.samp_s), nutsUnits.seconds),
    ]),
});

export const jags: Peer = {
  name: "jags",
  needs: "Rscript with rjags, posterior and jsonlite",
  present: () => works("Rscript", ["-e", "library(rjags); library(posterior); library(jsonlite)"]),
  programs: [drawing(1_000, "jags"), drawing(20_000, "jags, 20,000 draws")],
};
