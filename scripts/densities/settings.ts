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

export const budget: Budget = { batch: 256, steps: 20_000, seconds: 240 };

/** By the name of the flow; several settings of one flow are several rows of the table. */
export const settings: Readonly<Record<string, readonly Setting[]>> = {
  planar: [{ flow: "planar:layers=32" }],
  radial: [{ flow: "radial:layers=32" }],
  iaf: [{ flow: "iaf:layers=5:hidden=40x40" }],
  nice: [{ flow: "nice:layers=8:hidden=32x32" }],
  "real-nvp": [{ flow: "real-nvp:layers=8:hidden=32x32" }],
  glow: [{ flow: "glow:layers=8:hidden=32x32" }],
};

export const settingsOf = (flows: readonly string[]): readonly Setting[] =>
  flows.flatMap((name) => settings[name] ?? [{ flow: name }]);
