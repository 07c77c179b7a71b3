/** One guide that `guide: "auto"` tried, or left out. */
export interface Rung {
  /** The guide as the user would write it. */
  readonly method: string;
  readonly state: "accepted" | "passed" | "failed" | "skipped";
  /** Evaluations of the gradient of the log density: preparation and training. */
  readonly gradients: number;
  readonly seconds: number;
  /** Left out where nothing was fitted. */
  readonly khat?: number;
  readonly elbo?: number;
  readonly elboSe?: number;
  /** What decided: one clause. */
  readonly why: string;
}

/** A part of the posterior that chains stay in, apart from the others. */
export interface Region {
  /** Share of the posterior's mass, and its standard error. */
  readonly share: number;
  readonly shareError: number;
  /** Chains that stayed in it. */
  readonly chains: number;
  /** Its mean, by the names of the rows. */
  readonly means: Readonly<Record<string, number>>;
  /** Share of the region's draws where the guide that was checked last has next to no density; left out where that is not known. */
  readonly missed?: number;
}

/** What short chains from starts that no guide knows of said. */
export interface IndependentCheck {
  readonly chains: number;
  /** Draws a chain. */
  readonly draws: number;
  /** Evaluations of the gradient: searches from dispersed starts, chains, weighing of regions. */
  readonly gradients: number;
  readonly seconds: number;
  /** Local maxima that the searches ended at, and how many searches there were. */
  readonly peaks: number;
  readonly searches: number;
  readonly divergences: number;
  /** The largest R-hat and the least ESS of all scalars. */
  readonly rhat: number;
  readonly ess: number;
  readonly regions: readonly Region[];
  /** Why the chains cannot vouch for anything; left out where they can. */
  readonly doubt?: string;
}

/** How `guide: "auto"` came to its fit. */
export interface Ladder {
  /** Gradients that it was allowed, and those it took. */
  readonly budget: number;
  readonly gradients: number;
  readonly seconds: number;
  readonly rungs: readonly Rung[];
  /** Left out where no rung came so far. */
  readonly check?: IndependentCheck;
  /** Whether the fit was accepted: k-hat passes and the check agrees. */
  readonly accepted: boolean;
}
