/** Posteriors without a finite mass, in guides that spread over them for ever, and wide ones that are proper. */
import { expect, it } from "vitest";
import { normal } from "../../src/distributions/normal.ts";
import { planar, realNvp } from "../../src/flows/index.ts";
import { fullRank, meanField } from "../../src/guides/index.ts";
import { fit } from "../../src/infer/fit.ts";
import { real } from "../../src/model/declared.ts";
import { logJoint } from "../../src/model/logJoint.ts";
import { model } from "../../src/model/model.ts";

const half = logJoint({ name: "half", latent: { x: real(), y: real() } }, ({ x }) => normal(0, 1).logProb(x));
const wide = model("wide").latent("x", normal(0, 1e7)).latent("y", normal(0, 1));

const guides = { "mean-field": meanField(), "full-rank": fullRank(), planar: planar(), "real-nvp": realNvp() };

it.each(Object.entries(guides))("a flat direction is named: %s", async (_, guide) => {
  const { verdict } = await fit(half, {}, { guide: guide as never, seed: 1 });
  expect(verdict).toMatch(
    /^Do not trust: the guide has spread y over .*: the posterior looks improper; give y a proper/,
  );
});

it("a wide prior is not one", async () => {
  const { verdict } = await fit(wide, {}, { guide: meanField(), seed: 1 });
  expect(verdict).toMatch(/^Good/);
});
