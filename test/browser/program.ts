/** What runs twice, in Node and in a page: eight schools, non-centred, fitted and sampled by compiled programs. */

export interface Outcome {
  readonly engine: string;
  /** What the engine said: where it fell back to running op by op, and why. */
  readonly warnings: readonly string[];
  readonly steps: number;
  readonly elbo: number;
  readonly khat: number;
  /** Means under the fitted guide. */
  readonly fitted: Readonly<Record<string, number>>;
  readonly gradients: number;
  readonly divergences: number;
  /** Means over the chains, and their Monte Carlo standard errors. */
  readonly sampled: Readonly<Record<string, number>>;
  readonly errors: Readonly<Record<string, number>>;
}

const data = { y: [28, 8, -3, 7, -1, 1, 18, 12], sigma: [15, 10, 16, 11, 9, 11, 10, 18] };

const byName = <R extends { readonly name: string }>(
  rows: readonly R[],
  value: (row: R) => number,
): Record<string, number> => Object.fromEntries(rows.map((row) => [row.name, value(row)]));

/** The library is an argument: the packed one, wherever this runs. Sums and products are fused where that is wanted and known. */
export const eightSchools = async (fluvial: typeof import("fluvial"), relaxed: boolean): Promise<Outcome> => {
  const { compiledEngine, fit, halfCauchy, meanField, model, normal, nuts, sample } = fluvial;
  const schools = model("eight schools, non-centred")
    .data("sigma", ["J"])
    .latent("mu", normal(0, 5))
    .latent("tau", halfCauchy(0, 5))
    .latent("z", normal(0, 1), ["J"])
    .derive("theta", ({ mu, tau, z }) => z.mul(tau).add(mu), ["J"])
    .observe("y", ({ theta, sigma }) => normal(theta, sigma), ["J"]);
  const warnings: string[] = [];
  const engine = compiledEngine("f64", { relaxed, warn: (message) => warnings.push(message) });
  const fitted = await fit(schools, data, { engine, guide: meanField(), seed: 1 });
  const chains = await sample(schools, data, { engine, sampler: nuts(), seed: 1 });
  return {
    engine: engine.name,
    warnings,
    steps: fitted.steps,
    elbo: fitted.elbo,
    khat: fitted.khat,
    fitted: byName(fitted.rows, ({ mean }) => mean),
    gradients: chains.gradients,
    divergences: chains.divergences,
    sampled: byName(chains.rows, ({ mean }) => mean),
    errors: byName(chains.rows, ({ mcse = Number.NaN }) => mcse),
  };
};
