import { lognormal, model, normal, solveOde, truncated } from "fluvial";

const positiveNormal = (loc: number, scale: number) => truncated(normal(loc, scale), { lower: 0 });

/**
 * Pelts of hares and lynxes (thousands) that the Hudson's Bay Company bought in each year from 1900 to 1920, as populations that follow
 * the equations of Lotka and Volterra, hare′ = (alpha − beta lynx) hare and lynx′ = (delta hare − gamma) lynx, seen with lognormal
 * errors. Model, priors and data: Carpenter 2018, "Predator-prey population dynamics: the Lotka-Volterra model in Stan", a Stan case
 * study, which reports alpha 0.55, beta 0.028, gamma 0.80 and delta 0.024. Waves of nearly half the period, with sigma near 0.7, are a
 * second mode without weight where a chain from a random start settles now and then, as its R-hat says: start at `start`.
 */
export default model("Lotka-Volterra")
  .latent("alpha", positiveNormal(1, 0.5))
  .latent("beta", positiveNormal(0.05, 0.05))
  .latent("gamma", positiveNormal(1, 0.5))
  .latent("delta", positiveNormal(0.05, 0.05))
  .latent("start", lognormal(Math.log(10), 1), ["species"])
  .latent("sigma", lognormal(-1, 1), ["species"])
  .derive(
    "populations",
    ({ alpha, beta, gamma, delta, start }) => {
      const later = solveOde(
        (_, populations) => {
          const [hare, lynx] = populations.unstack();
          return hare.mul(alpha.sub(beta.mul(lynx))).stack(lynx.mul(delta.mul(hare).sub(gamma)));
        },
        start,
        Array.from({ length: 20 }, (_, i) => i + 1),
        { method: "rk4", steps: 10 },
      );
      return start.expandDims(0).concat(later);
    },
    ["year", "species"],
  )
  .observe("pelts", ({ populations, sigma }) => lognormal(populations.log(), sigma), ["year", "species"]);

const hares = [
  30, 47.2, 70.2, 77.4, 36.3, 20.6, 18.1, 21.4, 22, 25.4, 27.1, 40.3, 57, 76.6, 52.3, 19.5, 11.2, 7.6, 14.6, 16.2, 24.7,
];
const lynxes = [
  4, 6.1, 9.8, 35.2, 59.4, 41.7, 19, 13, 8.3, 9.1, 7.4, 8, 12.3, 19.5, 45.7, 51.1, 29.7, 15.8, 9.7, 10.1, 8.6,
];

export const data = { pelts: hares.map((hare, year) => [hare, lynxes[year]]) };

export const coords = { species: ["hare", "lynx"], year: hares.map((_, i) => `${1900 + i}`) };

/** Near the mode that has the weight: `sample(model, data, { starts: [start, start, start, start] })`. */
export const start = { alpha: 0.5, beta: 0.03, gamma: 0.8, delta: 0.03, start: [30, 5], sigma: [0.4, 0.4] };
