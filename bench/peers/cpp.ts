import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { eagerEngine, type Model } from "fluvial";
import eightSchools, { data as schools } from "../../models/eight-schools-noncentred.ts";
import { disposeTree } from "../../src/core/tree.ts";
import { densityOf } from "../../src/infer/densityOf.ts";
import { type Conditioned, condition } from "../../src/model/condition.ts";
import type { Figure } from "../figure.ts";
import { logistic, logisticData } from "../logistic.ts";
import type { Peer, Program } from "./peer.ts";
import { jsonLines, output, works } from "./process.ts";
import { logisticFile } from "./scratch.ts";

/** What our programs print. */
interface Timing {
  readonly name: string;
  readonly value: number;
  readonly gradient: readonly number[];
  readonly median: number;
}

const flagSets: Readonly<Record<string, readonly string[]>> = {
  "c++ -O3": ["-O3"],
  "c++ native": ["-O3", "-march=native"],
  "c++ fast-math": ["-O3", "-march=native", "-ffast-math"],
};

/** Of value and gradient, relative to the largest entry: the rounding of sums of 5,000 terms in another order. */
const tolerance = 1e-12;

/** Value and gradient by our eager engine in double at 0.1 everywhere, where the programs report theirs. */
const expected = (model: Model, data: unknown): Pick<Timing, "value" | "gradient"> => {
  const engine = eagerEngine("f64");
  const conditioned = condition(model, data as never) as Conditioned<unknown>;
  const values = engine.compile(() => conditioned.tensors())();
  const density = engine.gradient(densityOf(conditioned), conditioned.size, values);
  const gradient = new Float64Array(conditioned.size);
  const value = density.at(new Float64Array(conditioned.size).fill(0.1), gradient);
  density.dispose();
  disposeTree(values);
  return { value, gradient: [...gradient] };
};

const check = (timing: Timing, ours: Pick<Timing, "value" | "gradient">): void => {
  const largest = Math.max(...ours.gradient.map(Math.abs));
  const apart = Math.max(
    Math.abs(timing.value - ours.value) / Math.abs(ours.value),
    ...ours.gradient.map((slope, i) => Math.abs(slope - timing.gradient[i]) / largest),
  );
  if (!(apart <= tolerance))
    throw new Error(`${timing.name}: C++ and our eager engine differ by ${apart.toExponential(1)}`);
};

const compile = (source: string, flags: readonly string[], scratch: string): string => {
  const folder = fileURLToPath(new URL("../cpp", import.meta.url));
  const program = join(scratch, `${source}${flags.join("")}`);
  output("g++", ["-std=c++17", ...flags, `-DFLAGS="${flags.join(" ")}"`, `${source}.cpp`, "-o", program], folder);
  return program;
};

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

/** Each set of flags three times in turn, since the speed of a machine drifts; the median of the three medians. */
const measure = (
  source: string,
  model: Model,
  data: unknown,
  scratch: string,
  parameters: readonly string[],
): Figure[] => {
  const ours = expected(model, data);
  const programs = Object.values(flagSets).map((flags) => compile(source, flags, scratch));
  const turns = [1, 2, 3].map(() =>
    programs.map((program) => jsonLines(program, parameters, scratch)[0] as unknown as Timing),
  );
  for (const timing of turns.flat()) check(timing, ours);
  return Object.keys(flagSets).map((engine, i) => ({
    name: turns[0][i].name,
    engine,
    value: median(turns.map((turn) => turn[i].median)),
    unit: "µs",
  }));
};

const schoolsProgram: Program = {
  gives: ["eight-schools/gradient"],
  figures: (scratch) => measure("eight_schools", eightSchools as unknown as Model, schools, scratch, []),
};

const logisticProgram: Program = {
  gives: ["logistic-5000x20/gradient"],
  figures: (scratch) =>
    measure("logistic", logistic as unknown as Model, logisticData(), scratch, [join(scratch, logisticFile)]),
};

/** Our own C++, in bench/cpp: the same formulas with derivatives by hand, checked against our eager engine. */
export const cpp: Peer = {
  name: "c++",
  needs: "g++",
  present: () => works("g++", ["--version"]),
  programs: [schoolsProgram, logisticProgram],
};
