import { blockNaf } from "./blockNaf.ts";
import { cif } from "./cif.ts";
import { continuous } from "./continuous.ts";
import { elementwise } from "./elementwise.ts";
import { glow } from "./glow.ts";
import { iaf } from "./iaf.ts";
import { langevin } from "./langevin.ts";
import { linearFlow } from "./linear.ts";
import { made } from "./made.ts";
import { maf } from "./maf.ts";
import { monotoneIntegral } from "./monotoneIntegral.ts";
import { naf } from "./naf.ts";
import { nice } from "./nice.ts";
import { planar } from "./planar.ts";
import { radial } from "./radial.ts";
import { realNvp } from "./realNvp.ts";
import { recurrent } from "./recurrent.ts";
import { residual } from "./residual.ts";
import type { FlowSpec } from "./spec.ts";
import { spline, splineCoupling } from "./spline.ts";
import type { StochasticFlowSpec } from "./stochastic.ts";
import { sumOfSquares } from "./sumOfSquares.ts";
import { sylvester } from "./sylvester.ts";

/** Every flow by the name that files, the command line and the tables of the documentation use. A new flow is a new row. */
export const flowSpecs: Readonly<Record<string, (options?: Record<string, never>) => FlowSpec>> = {
  planar,
  radial,
  elementwise,
  iaf,
  made,
  maf,
  naf,
  "sum-of-squares": sumOfSquares,
  "monotone-integral": monotoneIntegral,
  "block-naf": blockNaf,
  recurrent,
  linear: linearFlow,
  nice,
  "real-nvp": realNvp,
  glow,
  residual,
  spline,
  "spline-coupling": splineCoupling,
  sylvester,
  continuous,
};

/** Those whose density is known by a bound alone, by name: they have noise of their own. */
export const stochasticFlowSpecs: Readonly<Record<string, (options?: Record<string, never>) => StochasticFlowSpec>> = {
  cif: cif as (options?: Record<string, never>) => StochasticFlowSpec,
  langevin: langevin as (options?: Record<string, never>) => StochasticFlowSpec,
};

export { type BlockNafOptions, blockNaf } from "./blockNaf.ts";
export { type CifOptions, type CifParameters, cif } from "./cif.ts";
export { type ContinuousOptions, continuous } from "./continuous.ts";
export { type ElementwiseOptions, elementwise } from "./elementwise.ts";
export { type GlowOptions, glow } from "./glow.ts";
export { type IafOptions, iaf } from "./iaf.ts";
export { type LangevinOptions, langevin } from "./langevin.ts";
export { type LinearFlowOptions, linearFlow } from "./linear.ts";
export { type MadeOptions, made } from "./made.ts";
export { type MafOptions, maf } from "./maf.ts";
export {
  type MonotoneIntegralOptions,
  type MonotoneIntegralParameters,
  monotoneIntegral,
} from "./monotoneIntegral.ts";
export { type NafOptions, naf } from "./naf.ts";
export { type NiceOptions, nice } from "./nice.ts";
export { type PlanarOptions, planar } from "./planar.ts";
export { type RadialOptions, radial } from "./radial.ts";
export { type RealNvpOptions, realNvp } from "./realNvp.ts";
export { type RecurrentOptions, recurrent } from "./recurrent.ts";
export { type ResidualOptions, residual } from "./residual.ts";
export type { FlowSpec } from "./spec.ts";
export { type SplineCouplingOptions, type SplineOptions, spline, splineCoupling } from "./spline.ts";
export { type Stack, stack } from "./stack.ts";
export type { StochasticFlow, StochasticFlowSpec, StochasticMap } from "./stochastic.ts";
export { type SumOfSquaresOptions, sumOfSquares } from "./sumOfSquares.ts";
export { type SylvesterOptions, sylvester } from "./sylvester.ts";
