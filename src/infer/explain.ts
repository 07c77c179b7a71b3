import { showValue } from "../core/check.ts";
import type { Conditioned } from "../model/condition.ts";

/** Which sites make a log density non-finite at a point: "observed "y" is −∞ there"; empty where all are finite. */
export const explain =
  (conditioned: Conditioned<unknown>) =>
  (z: Float64Array): string => {
    const wrong = Object.entries(conditioned.terms(z)).filter(([, term]) => !Number.isFinite(term));
    return wrong.length === 0 ? "" : `${wrong.map(([site, term]) => `${site} is ${showValue(term)}`).join(", ")} there`;
  };
