import { type Entry, nutsUnits, type Peer, type Program, read } from "./peer.ts";
import { jsonLines, works } from "./process.ts";

const entries: readonly Entry[] = [
  { entry: "cpu_s", name: "nuts/seconds", unit: nutsUnits.seconds },
  { entry: "leapfrogs_all", name: "nuts/gradients", unit: nutsUnits.gradients },
  { entry: "min_ess_bulk_per_s", name: "nuts/ess", unit: nutsUnits.ess },
  { entry: "divergent", name: "nuts/divergences", unit: nutsUnits.divergences },
  { entry: "first_min_ess_bulk_per_s", name: "nuts/ess-with-compile", unit: nutsUnits.ess },
];

/** The Python that has NumPyro: FLUVIAL_NUMPYRO, or python3. */
const python = (): string => process.env.FLUVIAL_NUMPYRO ?? "python3";

const program = (model: string, ours: string): Program => ({
  gives: [`${ours}/nuts`],
  figures: (scratch) =>
    jsonLines(python(), ["numpyro_nuts.py", model], scratch).flatMap((line) =>
      read(line.method === "vectorized" ? "numpyro vectorized" : "numpyro", ours, line, entries),
    ),
});

/** NumPyro in double: NUTS of 4 × (1000 + 1000), chains in turn or vectorised. */
export const numpyro: Peer = {
  name: "numpyro",
  needs: "numpyro in python3, or in the Python that FLUVIAL_NUMPYRO names",
  present: () => works(python(), ["-c", "import numpyro"]),
  programs: [program("eight_schools", "eight-schools"), program("logreg", "logistic-5000x20")],
};
