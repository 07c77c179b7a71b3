/** Milliseconds from the start of this process to where the library is there, and to its first draw of eight schools. */
const { halfCauchy, model, normal, sample } = await import("fluvial");
const imported = performance.now();
const schools = model("eight schools, non-centred")
  .data("sigma", ["J"])
  .latent("mu", normal(0, 5))
  .latent("tau", halfCauchy(0, 5))
  .latent("z", normal(0, 1), ["J"])
  .derive("theta", ({ mu, tau, z }) => z.mul(tau).add(mu), ["J"])
  .observe("y", ({ theta, sigma }) => normal(theta, sigma), ["J"]);
const data = { y: [28, 8, -3, 7, -1, 1, 18, 12], sigma: [15, 10, 16, 11, 9, 11, 10, 18] };
await sample(schools, data, { chains: 1, draws: 1 });
const drawn = performance.now();
const { user, system } = process.cpuUsage();

export interface StartReport {
  readonly imported: number;
  readonly drawn: number;
  /** CPU milliseconds of it all. */
  readonly cpu: number;
}

const report: StartReport = { imported, drawn, cpu: (user + system) / 1_000 };
console.log(JSON.stringify(report));
