import type { Sampler } from "../core/density.ts";
import { normal } from "../ops/random.ts";
import { standardLogProb } from "../ops/standardNormal.ts";
import type { Mapped } from "../transforms/transform.ts";

/** Standard normal noise [...batch, size] through a map: log q(z) = log N(noise) − logDet at its own draws. */
export const pushforward = (
  size: number,
  through: (noise: Mapped["value"]) => Mapped,
): Required<Pick<Sampler, "draw" | "through">> => ({
  draw: (key, batch = []) => {
    const noise = normal(key, [...batch, size]);
    const { value, logDet } = through(noise);
    return { value, logQ: standardLogProb(noise).sub(logDet) };
  },
  through,
});
