import { type Entry, figure, nutsUnits, type Peer, type Program, read } from "./peer.ts";
import { type Json, jsonLines, works } from "./process.ts";

const nuts: readonly Entry[] = [
  { entry: "cpu_s", name: "nuts/seconds", unit: nutsUnits.seconds },
  { entry: "leapfrogs_all", name: "nuts/gradients", unit: nutsUnits.gradients },
  { entry: "min_ess_bulk_per_s", name: "nuts/ess", unit: nutsUnits.ess },
  { entry: "divergent", name: "nuts/divergences", unit: nutsUnits.divergences },
  { entry: "first_min_ess_bulk_per_s", name: "nuts/ess-with-compile", unit: nutsUnits.ess },
];

const steps: readonly Entry[] = [
  { entry: "gradient_us", name: "gradient", unit: "µs" },
  { entry: "step_us", name: "step", unit: "µs" },
];

/** The Python that has NumPyro: FLUVIAL_NUMPYRO, or python3. */
const python = (): string => process.env.FLUVIAL_NUMPYRO ?? "python3";

const engineOf = (line: Json): string => (line.method === "vectorized" ? "numpyro vectorized" : "numpyro");

const program = (script: string, entries: readonly Entry[], model: string, ours: string): Program => ({
  gives: entries.map(({ name }) => `${ours}/${name}`),
  figures: (scratch) =>
    jsonLines(python(), [script, model], scratch).flatMap((line) => read(engineOf(line), ours, line, entries)),
});

/** The flows of jax_flows.py in single precision: a step in a compiled loop, and the first one with its compilation. */
const flows: Program = {
  gives: ["planar-32", "iaf", "spline"].flatMap((flow) => [`${flow}/step`, `${flow}/first-step`]),
  figures: (scratch) =>
    jsonLines(python(), ["jax_flows.py"], scratch).flatMap((line) => [
      ...figure("jax f32", `${line.flow}/step`, line.step_us, "µs"),
      ...figure("jax f32", `${line.flow}/first-step`, line.first_s, "s"),
    ]),
};

/** NumPyro in double: NUTS of 4 × (1000 + 1000), chains in turn or vectorised; the gradient and the step in a compiled loop. */
export const numpyro: Peer = {
  name: "numpyro",
  needs: "numpyro in python3, or in the Python that FLUVIAL_NUMPYRO names",
  present: () => works(python(), ["-c", "import numpyro"]),
  programs: [
    program("numpyro_steps.py", steps, "eight_schools", "eight-schools"),
    program("numpyro_steps.py", steps, "logreg", "logistic-5000x20"),
    program("numpyro_nuts.py", nuts, "eight_schools", "eight-schools"),
    program("numpyro_nuts.py", nuts, "logreg", "logistic-5000x20"),
    flows,
  ],
};
