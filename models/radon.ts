import { halfNormal, model, normal } from "fluvial";

/**
 * Log radon in 12,573 houses of 386 counties, on the floor where it was measured (0 the basement, 1 the ground floor), with intercepts
 * and slopes that vary by county: 777 latents. The model is "radon_variable_intercept_slope_centered" of posteriordb, after Gelman &
 * Hill 2007, chapter 12; the data are simulated (`simulate`), with county sizes as uneven as the true ones. Most counties have enough
 * houses for the centred form to sample better than `noncentred`.
 */
export default model("radon")
  .data("county", ["N"], "int")
  .data("floor", ["N"])
  .latent("muAlpha", normal(0, 10))
  .latent("muBeta", normal(0, 10))
  .latent("sigmaAlpha", halfNormal(0, 1))
  .latent("sigmaBeta", halfNormal(0, 1))
  .latent("sigma", halfNormal(0, 1))
  .latent("alpha", ({ muAlpha, sigmaAlpha }) => normal(muAlpha, sigmaAlpha), [386])
  .latent("beta", ({ muBeta, sigmaBeta }) => normal(muBeta, sigmaBeta), [386])
  .observe(
    "logRadon",
    ({ county, floor, alpha, beta, sigma }) => normal(beta.gather(county).mul(floor).add(alpha.gather(county)), sigma),
    ["N"],
  );

/** Uniform numbers from a seed: a Weyl sequence through a 32-bit mixer (Steele, Lea & Flood 2014). */
const uniforms = (seed: number): (() => number) => {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x9e3779b9) >>> 0;
    let bits = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
    bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
    return (((bits ^ (bits >>> 16)) >>> 0) + 0.5) / 2 ** 32;
  };
};

/** Standard normals by Box & Muller 1958. */
const normals = (next: () => number) => (): number => Math.sqrt(-2 * Math.log(next())) * Math.cos(2 * Math.PI * next());

/** Houses of each county: one, and the others by shares that are lognormal. */
const housesOf = (draw: () => number, counties: number, houses: number): number[] => {
  const weights = Array.from({ length: counties }, () => Math.exp(draw()));
  const total = weights.reduce((sum, weight) => sum + weight);
  let reached = 0;
  return weights.map((weight) => {
    const before = Math.round((reached / total) * (houses - counties));
    reached += weight;
    return 1 + Math.round((reached / total) * (houses - counties)) - before;
  });
};

/** Data of the model at muAlpha 1.4, muBeta −0.6, sigmaAlpha 0.4, sigmaBeta 0.3, sigma 0.75. */
export const simulate = (seed: number) => {
  const next = uniforms(seed);
  const draw = normals(next);
  const sizes = housesOf(draw, 386, 12_573);
  const county = sizes.flatMap((size, j) => Array.from({ length: size }, () => j));
  const alpha = sizes.map(() => 1.4 + 0.4 * draw());
  const beta = sizes.map(() => -0.6 + 0.3 * draw());
  const floor = county.map(() => (next() < 0.2 ? 1 : 0));
  const logRadon = county.map((j, i) => alpha[j] + beta[j] * floor[i] + 0.75 * draw());
  return { county, floor, logRadon };
};

export const data = simulate(1);
