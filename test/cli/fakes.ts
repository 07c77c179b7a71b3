import type { Library } from "../../src/cli/context.ts";
import type { RawData } from "../../src/cli/data.ts";
import type { ModelModule } from "../../src/cli/model.ts";
import { runCommandLine } from "../../src/cli/program.ts";
import { guideSpecs } from "../../src/guides/index.ts";
import type { Model } from "../../src/model/model.ts";
import { objectiveSpecs } from "../../src/objectives/index.ts";
import type { Chains, Comparison, Fit } from "../../src/posterior/posterior.ts";
import { chainsOfForm, comparisonOf, fitOf, schools } from "../plot/synthetic.ts";

/** What a command handed to the library. */
export interface Call {
  readonly verb: string;
  readonly data: RawData;
  readonly options: Readonly<Record<string, unknown>>;
}

export interface Ran {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly calls: readonly Call[];
}

const eightSchools = {
  name: "eight schools",
  sites: [
    { role: "data", name: "sigma", axes: ["J"], type: "real" },
    { role: "observed", name: "y", axes: ["J"] },
  ],
} as unknown as Model;

/** A module as a model file would export it. */
export const schoolsModule: ModelModule = {
  model: eightSchools,
  data: { y: [28, 8, -3, 7, -1, 1, 18, 12], sigma: [15, 10, 16, 11, 9, 11, 10, 18] },
  coords: { J: schools },
};

/** Runs a command line in this process, on synthetic posteriors. */
export const runFake = async (argv: readonly string[], module: ModelModule = schoolsModule): Promise<Ran> => {
  let stdout = "";
  let stderr = "";
  const calls: Call[] = [];
  const form = { draws: 40 };
  const library: Library = {
    guides: async () => guideSpecs,
    objectives: async () => objectiveSpecs,
    fit: async (_, data, options) => {
      calls.push({ verb: "fit", data, options: { ...options } });
      options.onProgress({ step: 50, steps: 100, bound: -31.5 });
      return fitOf("mean-field", 1, 0.9, 0.5, form) as unknown as Fit;
    },
    sample: async (_, data, options) => {
      calls.push({ verb: "sample", data, options: { ...options } });
      options.onProgress({ done: 80, total: 80, divergences: 3 });
      return chainsOfForm(9, { draws: 10 }) as unknown as Chains;
    },
    compare: async (_, data, options) => {
      calls.push({ verb: "compare", data, options: { ...options } });
      for (const name of Object.keys(options.guides)) options.onProgress(name, { step: 9, steps: 9, bound: -31.5 });
      return comparisonOf(form) as unknown as Comparison;
    },
    report: async ({ model }) => `<!doctype html>${model}`,
  };
  const streams = {
    stdout: { write: (text: string) => (stdout += text) },
    stderr: { write: (text: string) => (stderr += text) },
  };
  const status = await runCommandLine(argv, streams, { library, loadModel: async () => module });
  return { status, stdout, stderr, calls };
};
