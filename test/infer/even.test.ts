/** Fits whose weights hardly differ: exact ones, and one that misses a mode all the same. */
import { expect, it } from "vitest";
import { hostKey, hostUniforms } from "../../src/core/key.ts";
import { normalQuantile } from "../../src/core/special/normal.ts";
import { normal } from "../../src/distributions/normal.ts";
import { fullRank, meanField } from "../../src/guides/index.ts";
import { fit } from "../../src/infer/fit.ts";
import { real } from "../../src/model/declared.ts";
import { logJoint } from "../../src/model/logJoint.ts";
import { model } from "../../src/model/model.ts";
import { elbo, stickTheLanding } from "../../src/objectives/index.ts";

const level = model("level")
  .latent("mu", normal(0, 1))
  .observe("y", ({ mu }) => normal(mu, 1), ["N"]);
const line = model("line")
  .data("x", ["N"])
  .latent("a", normal(0, 1))
  .latent("b", normal(0, 1))
  .observe("y", ({ x, a, b }) => normal(x.mul(b).add(a), 0.5), ["N"]);
const next = hostUniforms(hostKey(3));
const y = Array.from({ length: 50 }, () => normalQuantile(next()));
const x = y.map((_, i) => Math.sin(i));

it.each([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])(
  "exact normals of 50 observations are not condemned: seed %i",
  async (seed) => {
    for (const objective of [stickTheLanding(), elbo()]) {
      const options = { seed, objective: objective as never, steps: 2_500 };
      const one = await fit(level, { y }, { ...options, guide: meanField() });
      const two = await fit(line, { x, y }, { ...options, guide: fullRank() });
      for (const { verdict } of [one, two]) expect(verdict).not.toMatch(/^Do not trust/);
    }
  },
);

it.each([1, 2, 3])("0.7 N(0, 1) + 0.3 N(8, 1) for N(0, 1) is no good fit: seed %i", async (seed) => {
  const mixture = logJoint({ name: "two modes", latent: { x: real() } }, ({ x }) => {
    const near = normal(0, 1).logProb(x);
    const ratio = normal(8, 1)
      .logProb(x)
      .sub(near)
      .add(Math.log(3 / 7));
    return near.add(ratio.softplus()).add(Math.log(0.7));
  });
  const { khat, verdict } = await fit(mixture, {}, { guide: meanField(), seed });
  expect(khat).toBeGreaterThan(1);
  expect(verdict).toMatch(/^Do not trust: .*nearly even/);
});
