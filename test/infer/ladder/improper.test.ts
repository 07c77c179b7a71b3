import { beta, fit, halfCauchy, logJoint, model, normal, positive, real } from "fluvial";
import { describe, expect, it } from "vitest";
import eightSchools, { data as schools } from "../../../models/eight-schools.ts";
import funnel from "../../../models/funnel.ts";
import type { HostGradient } from "../../../src/core/hostGradient.ts";
import { openEndOf } from "../../../src/infer/ladder/improper.ts";

/** A density of one number, as a gradient whose slope nobody asks for. */
const of = (logDensity: (x: number) => number): HostGradient => ({ size: 1, at: ([x]) => logDensity(x) });
const end = (logDensity: (x: number) => number) => openEndOf(of(logDensity), Float64Array.of(0.7));

describe("a density along a line", () => {
  it("is open where it falls no faster than 1/x", () => {
    expect(end(() => 0)).toEqual({ coordinate: 0, sign: 1 });
    expect(end((x) => x)).toEqual({ coordinate: 0, sign: 1 });
    expect(end((x) => -x)).toEqual({ coordinate: 0, sign: -1 });
    expect(end((x) => -Math.log(1 + Math.abs(x)))).toEqual({ coordinate: 0, sign: 1 });
    // A likelihood of separable classes: flat where they are told apart.
    expect(end((x) => -Math.log1p(Math.exp(-x)))).toEqual({ coordinate: 0, sign: 1 });
  });

  it("is closed under heavy tails, wide priors, and where it is not a number", () => {
    expect(end((x) => -Math.log1p(x * x))).toBeUndefined();
    expect(end((x) => -((x / 1e6) ** 2) / 2)).toBeUndefined();
    expect(end((x) => -2 * Math.abs(x))).toBeUndefined();
    expect(end((x) => (Math.abs(x) > 1e5 ? Number.NaN : 0))).toBeUndefined();
  });
});

describe("a ladder up an improper posterior", () => {
  const flat = logJoint({ name: "flat", latent: { a: real(), x: real([3]) } }, ({ a, x }) =>
    normal(0, 1).logProb(a).add(x.slice(0, 1).square().sum().mul(-0.5)),
  );
  const scale = logJoint({ name: "scale", latent: { a: real(), s: positive() } }, ({ a }) => normal(0, 1).logProb(a));

  it("is refused at once, with the place and what to do", async () => {
    await expect(fit(flat, {}, { guide: "auto" })).rejects.toThrow(
      'fit: guide "auto": expected a posterior that is a distribution, but flat is improper: its log density does not fall as x (number 2 of 3) ' +
        "goes to +∞ on the unconstrained scale; give it a proper prior, or data that it depends on",
    );
    await expect(fit(scale, {}, { guide: "auto" })).rejects.toThrow(/scale is improper: .* as s goes to \+∞/);
  });

  const proper = model("proper")
    .latent("scale", halfCauchy(0, 1e4))
    .latent("share", beta(0.1, 0.1))
    .latent("far", normal(0, 1e6));
  for (const [name, of, data] of [
    ["vague priors", proper, {}],
    ["eight schools", eightSchools, schools],
    ["the funnel", funnel, {}],
  ] as const)
    it(`is not one: ${name}`, async () => {
      const found = await fit(of as never, data as never, { guide: "auto", budget: 1_000 }).catch(
        (error: Error) => error,
      );
      expect(String((found as Error).message ?? "")).not.toMatch(/improper/);
    });
});
