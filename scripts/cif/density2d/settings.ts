/** Flows as densities of points, and CIFs over the same flows with as many numbers to learn, or as many seconds to learn them. */
import { type FlowSpec, maf, residual } from "fluvial";
import { specLabel } from "../../../src/core/label.ts";
import { cif } from "../../../src/flows/cif.ts";
import type { StochasticFlowSpec } from "../../../src/flows/stochastic.ts";
import type { Case } from "../experiment.ts";

export interface Setting {
  /** The flow with its options. */
  readonly flow: string;
  /** At the most. */
  readonly steps: number;
  /** Rows a step. */
  readonly batch: number;
  readonly rate: number;
  /** Processor time after which training stops, where that is the budget. */
  readonly seconds?: number;
}

const wide = (width: number, depth: number): readonly number[] => Array.from({ length: depth }, () => width);

/** The networks of s, t and both densities of the index. */
const indexed = { index: 1, hidden: [20, 20] } as const;

const mafs = {
  "MAF, 5 layers": maf({ layers: 5, hidden: wide(55, 4) }),
  "MAF, 20 layers": maf({ layers: 20, hidden: wide(50, 4) }),
  "CIF over MAF, 5 layers": cif({ base: maf({ layers: 1, hidden: wide(50, 4) }), layers: 5, ...indexed }),
} as const;

const residuals = {
  "residual, 8 blocks": residual({ layers: 8, hidden: wide(64, 3) }),
  "CIF over residual, 4 × 2 blocks": cif({
    ...{ base: residual({ layers: 2, hidden: wide(61, 3) }), layers: 4 },
    ...indexed,
  }),
} as const;

export const flows: Readonly<Record<string, FlowSpec | StochasticFlowSpec>> = { ...mafs, ...residuals };

/** A flow, and the CIF over it with as many parameters. */
export const pairs: readonly (readonly [base: string, indexed: string])[] = [
  ["MAF, 5 layers", "CIF over MAF, 5 layers"],
  ["residual, 8 blocks", "CIF over residual, 4 × 2 blocks"],
];

/** Sets that seed 000 shows, and those of them that residual flows, which are dear, are fitted to. */
export const sets = [
  ...["two-uniforms", "two-lines", "eight-gaussians", "checkerboard"],
  ...["two-spirals", "rings", "annulus"],
] as const;
export const setsOfResiduals: readonly string[] = ["two-uniforms", "eight-gaussians", "checkerboard"];

/** How a fit is bounded: by its steps, all flows alike, or by processor time. */
export type Budget = "steps" | "seconds";

const usual = { batch: 1000, rate: 0.003 } as const;

/** Steps where seconds are the budget: more than there is time for. */
const boundless = 1_000_000;

const settingOf = (row: string, budget: Budget): Setting => {
  const steps = row in residuals ? 5_000 : 10_000;
  const flow = specLabel(flows[row]);
  return budget === "steps"
    ? { flow, steps, ...usual }
    : { flow, steps: boundless, ...usual, seconds: row in residuals ? 400 : 200 };
};

export const budgetOf = ({ seconds }: Setting): Budget => (seconds === undefined ? "steps" : "seconds");

/** Draws of the indices for each point: the bound with so many is the score, with one it is the ELBO. */
export const drawsForBound = 100;

const casesOf = (rows: readonly string[], some: readonly string[], seeds: number): readonly Case<Setting>[] =>
  some.flatMap((subject) =>
    (["steps", "seconds"] as const).flatMap((budget) =>
      rows.map((row) => ({ subject, row, setting: settingOf(row, budget), seeds })),
    ),
  );

export const cases: readonly Case<Setting>[] = [
  ...casesOf(Object.keys(mafs), sets, 3),
  ...casesOf(Object.keys(residuals), setsOfResiduals, 2),
];
