import { gamma, gaussianProcess, inverseGamma, matern32, model, normal, poissonLog } from "fluvial";
import { data as mines } from "./coal-mining.ts";

/**
 * A rate that changes smoothly: disasters in British coal mines (see coal-mining.ts) in spans of four years, Poisson with a logarithm
 * of the rate that is a Gaussian process. Lengths are in spans. With some seven disasters a span the centred form samples
 * better than `noncentred`. A log-Gaussian Cox process: Møller, Syversveen & Waagepetersen 1998, Scandinavian Journal of Statistics 25.
 */
export default model("counts with a Gaussian process")
  .data("span", ["T"])
  .latent("level", normal(1, 1))
  .latent("amplitude", gamma(4, 4))
  .latent("lengthScale", inverseGamma(10, 50))
  .latent(
    "logRate",
    ({ span, level, amplitude, lengthScale }) =>
      gaussianProcess({ kernel: matern32({ amplitude, lengthScale }), inputs: span, mean: level }),
    ["T"],
  )
  .observe("disasters", ({ logRate }) => poissonLog(logRate), ["T"]);

const spans = Array.from({ length: 27 }, (_, i) => mines.disasters.slice(4 * i, 4 * i + 4));

export const data = {
  span: spans.map((_, i) => i),
  disasters: spans.map((years) => years.reduce((sum, count) => sum + count)),
};
