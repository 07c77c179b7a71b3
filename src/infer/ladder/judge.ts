import type { GuideSpec } from "../../core/density.ts";
import { disposeTree } from "../../core/tree.ts";
import type { Fit } from "../../posterior/posterior.ts";
import { fittedGuide } from "../fitting/fittedGuide.ts";
import type { Ground } from "../fitting/ground.ts";
import { type Agreement, agreementOf } from "./agreement.ts";
import type { Check } from "./check.ts";
import { type Coverage, coverageOf } from "./coverage.ts";

/** What the independent check makes of one fit. */
export interface Judgement {
  readonly agreement: Agreement;
  /** Undefined for guides whose density is not known anywhere. */
  readonly coverage?: Coverage;
  /** Whether the guide reaches all of the mass that the chains found. */
  readonly covers: boolean;
  /** Whether the chains have nothing against it. */
  readonly agrees: boolean;
  /** Whether they know enough to vouch for it, besides. */
  readonly sure: boolean;
}

/** Mass that may be missed: a share, and standard errors of it. */
const tolerated = { share: 0.02, errors: 4 };

const isCovering = ({ missed, missedError, believed }: Coverage): boolean =>
  missed - believed <= Math.max(tolerated.share, tolerated.errors * missedError) || missed <= tolerated.share;

/** Holds a fit against the chains. @param spec the guide of the fit, which makes it again. */
export const judge = async (ground: Ground<unknown>, spec: GuideSpec, fit: Fit, check: Check): Promise<Judgement> => {
  const fitted = await fittedGuide("fit", fit, ground, spec);
  try {
    const coverage = coverageOf(ground, fitted, fit, check.walk, check.basins);
    const agreement = agreementOf(fit.rows, check.references);
    const covers = coverage === undefined || isCovering(coverage);
    const agrees = covers && agreement.off.length === 0;
    return { agreement, coverage, covers, agrees, sure: agrees && agreement.unsure.length === 0 };
  } finally {
    disposeTree(fitted.parameters);
  }
};
