/** Special functions that are long to work out and rarely asked for: the engine calls them on the host, element by element. */
import { besselGap, besselRatio, logBesselI0Scaled } from "./bessel.ts";
import { logIncompleteGammaLower, logIncompleteGammaUpper } from "./incompleteGamma.ts";
import { logIncompleteBeta } from "./logIncompleteBeta.ts";
import { vonMisesQuantile, vonMisesSlope } from "./vonMises.ts";

/** A function with the names of its arguments. */
export interface SpecialFunction {
  readonly takes: readonly string[];
  readonly value: (...x: number[]) => number;
}

export type SpecialName =
  | "logBesselI0Scaled"
  | "besselGap"
  | "besselRatio"
  | "logIncompleteGammaLower"
  | "logIncompleteGammaUpper"
  | "logIncompleteBeta"
  | "logIncompleteBetaInA"
  | "logIncompleteBetaInB"
  | "vonMisesQuantile"
  | "vonMisesSlope";

export const specialFunctions: Readonly<Record<SpecialName, SpecialFunction>> = {
  logBesselI0Scaled: { takes: ["x"], value: logBesselI0Scaled },
  besselGap: { takes: ["x"], value: besselGap },
  besselRatio: { takes: ["x"], value: besselRatio },
  logIncompleteGammaLower: { takes: ["a", "x"], value: logIncompleteGammaLower },
  logIncompleteGammaUpper: { takes: ["a", "x"], value: logIncompleteGammaUpper },
  logIncompleteBeta: { takes: ["w", "a", "b"], value: (w, a, b) => logIncompleteBeta(w, a, b).value },
  logIncompleteBetaInA: { takes: ["w", "a", "b"], value: (w, a, b) => logIncompleteBeta(w, a, b).inA },
  logIncompleteBetaInB: { takes: ["w", "a", "b"], value: (w, a, b) => logIncompleteBeta(w, a, b).inB },
  vonMisesQuantile: { takes: ["p", "concentration"], value: vonMisesQuantile },
  vonMisesSlope: { takes: ["theta", "concentration"], value: vonMisesSlope },
};
