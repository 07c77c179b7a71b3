import { figure, type Peer, type Program } from "./peer.ts";
import { type Json, jsonLines, works } from "./process.ts";

/** A timing within a line: which line, which entry of it, what it is to us. CPU time of one step, one thread. */
interface Timing {
  readonly of: (line: Json) => boolean;
  readonly entry: string;
  /** Which of its clocks: the median of CPU milliseconds unless said. */
  readonly clock?: string;
  readonly engine: string;
  readonly name: string;
}

const program = (script: string, timings: readonly Timing[]): Program => ({
  gives: [...new Set(timings.map(({ name }) => name))],
  figures: (scratch) =>
    jsonLines("python3", [script], scratch).flatMap((line) =>
      timings
        .filter(({ of }) => of(line))
        .flatMap(({ entry, engine, name, clock = "cpu_ms" }) =>
          figure(engine, name, (line[entry] as Json | undefined)?.[clock], "µs", 1_000),
        ),
    ),
});

/** One step of mean-field training; in f32 without the checking of arguments, which is quicker, in f64 with it. */
const meanField = (model: string, ours: string): Timing[] =>
  [
    { entry: "float32_S1_vec_novalidate", engine: "pytorch f32", name: `${ours}/step` },
    { entry: "float64_S1_vec_validate", engine: "pytorch f64", name: `${ours}/step` },
    { entry: "float32_S16_vec_novalidate", engine: "pytorch f32", name: `${ours}/step-16-draws` },
    { entry: "float64_S16_vec_validate", engine: "pytorch f64", name: `${ours}/step-16-draws` },
  ].map((timing) => ({ ...timing, of: (line) => line.model === model }));

/** One step of a flow guide with 256 draws. */
const flow = (name: string): Timing => ({
  of: (line) => line.flow === name,
  entry: "S256",
  engine: "pytorch f32",
  name: `${name}/step`,
});

/**
 * Our own script's flows, by the clock (the first tenth of the steps): its CPU time counts a second thread that only waits.
 */
const ownFlow = (name: string): Timing => ({
  of: (line) => line.flow === name && line.target === "eight-schools",
  entry: "step",
  clock: "ms_p10",
  engine: "pytorch f32",
  name: `${name}/step`,
});

/** A VAE 784-400-20, batch 128: the divergence in closed form, or every term drawn and torch.distributions around it. */
const vae: readonly Timing[] = [
  { of: () => true, entry: "plain", engine: "pytorch f32", name: "vae/step" },
  { of: () => true, entry: "distributions", engine: "pytorch f32 dist", name: "vae/step" },
];

/** PyTorch, eager. */
export const pytorch: Peer = {
  name: "pytorch",
  needs: "python3 with torch",
  present: () => works("python3", ["-c", "import torch"]),
  programs: [
    program("torch_advi.py", [
      ...meanField("eight_schools", "eight-schools"),
      ...meanField("logreg", "logistic-5000x20"),
    ]),
    program("torch_flow_guides.py", [flow("iaf"), flow("realnvp")]),
    program("torch_flows.py", [ownFlow("planar-32"), ownFlow("spline")]),
    program("torch_vae.py", vae),
  ],
};
