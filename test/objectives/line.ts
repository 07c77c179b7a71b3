/** A normal target on the line and a normal guide, for which all expectations are quadratures. */
import type { Guide, Target } from "../../src/core/density.ts";
import type { Tensor } from "../../src/core/tensor.ts";
import { meanField } from "../../src/guides/index.ts";

/** e^−0.7 · exp(−½ ((z − 1) / 0.8)²). */
export const centre = 1;
export const spread = 0.8;
const logFactor = -0.7;

export const lineTarget: Target = {
  size: 1,
  logDensity: (z: Tensor) => z.squeeze([-1]).sub(centre).div(spread).square().mul(-0.5).add(logFactor),
  constrain: (z) => z,
};

/** log ∫ p^β. */
export const evidence = (beta = 1): number => beta * logFactor + 0.5 * Math.log((2 * Math.PI * spread ** 2) / beta);

export const logP = (z: number): number => logFactor - 0.5 * ((z - centre) / spread) ** 2;

export const logN = (z: number, loc: number, logScale: number): number =>
  -0.5 * ((z - loc) / Math.exp(logScale)) ** 2 - logScale - 0.5 * Math.log(2 * Math.PI);

export const lineGuide: Pick<Guide<never, never>, "at"> = meanField().for(lineTarget) as Guide<never, never>;

/** Where the guide is in most tests: off in place, and wide enough for all moments that are taken. */
export const at = { loc: [0.4], logScale: [-0.1] };

/** log p^β / q at the draw that the noise e gives. */
export const logWeight = (beta: number, [loc, logScale]: readonly number[], e: number): number => {
  const z = loc + Math.exp(logScale) * e;
  return beta * logP(z) - logN(z, loc, logScale);
};
