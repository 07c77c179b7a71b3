/**
 * How each flow is set for the table: options as the command line has them, sized for about 10,000 parameters on two numbers where a flow
 * can have as many, and the budget of one fit. A flow of `flowSpecs` without a row here takes part with its own defaults.
 */
export interface Setting {
  readonly flow: string;
  /** Rows a step and steps at the most, where those of all do not suit. */
  readonly batch?: number;
  readonly steps?: number;
}

export interface Budget {
  readonly batch: number;
  readonly steps: number;
  /** A fit is stopped after so much time, and keeps its best parameters. */
  readonly seconds: number;
}

export const budget: Budget = { batch: 256, steps: 10_000, seconds: 600 };

/** By the name of the flow; several settings of one flow are several rows of the table. */
export const settings: Readonly<Record<string, readonly Setting[]>> = {
  linear: [{ flow: "linear" }],
  elementwise: [{ flow: "elementwise" }],
  planar: [{ flow: "planar:layers=32" }],
  radial: [{ flow: "radial:layers=32" }],
  sylvester: [{ flow: "sylvester:layers=32", steps: 5_000 }],
  nice: [{ flow: "nice:layers=8:hidden=32x32" }],
  "real-nvp": [{ flow: "real-nvp:layers=8:hidden=32x32:activation=tanh" }],
  glow: [{ flow: "glow:layers=8:hidden=32x32:activation=tanh" }],
  made: [{ flow: "made:hidden=64x64:components=16" }],
  maf: [{ flow: "maf:layers=5:hidden=40x40" }],
  iaf: [{ flow: "iaf:layers=5:hidden=40x40", steps: 5_000 }],
  naf: [{ flow: "naf:layers=3:hidden=32x32" }],
  "block-naf": [{ flow: "block-naf:layers=3:hidden=24x24" }],
  "sum-of-squares": [{ flow: "sum-of-squares:layers=4:hidden=32x32" }],
  "monotone-integral": [{ flow: "monotone-integral:layers=3:hidden=32x32", steps: 4_000 }],
  spline: [{ flow: "spline:layers=4:hidden=32x32:activation=tanh" }],
  "spline-coupling": [{ flow: "spline-coupling:layers=6:hidden=32x32:activation=tanh" }],
  residual: [{ flow: "residual:layers=8:hidden=32x32", steps: 4_000 }],
  recurrent: [{ flow: "recurrent:layers=3:hidden=28" }],
  langevin: [{ flow: "langevin:hidden=32x32", steps: 5_000 }],
  continuous: [{ flow: "continuous:hidden=64", steps: 1_000 }],
};

export const settingsOf = (flows: readonly string[]): readonly Setting[] =>
  flows.flatMap((name) => settings[name] ?? [{ flow: name }]);
