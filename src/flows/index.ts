import { blockNaf } from "./blockNaf.ts";
import { glow } from "./glow.ts";
import { iaf } from "./iaf.ts";
import { linearFlow } from "./linear.ts";
import { made } from "./made.ts";
import { maf } from "./maf.ts";
import { nice } from "./nice.ts";
import { planar } from "./planar.ts";
import { radial } from "./radial.ts";
import { realNvp } from "./realNvp.ts";
import { residual } from "./residual.ts";
import type { FlowSpec } from "./spec.ts";
import { spline, splineCoupling } from "./spline.ts";
import { sylvester } from "./sylvester.ts";

/** Every flow by the name that files, the command line and the tables of the documentation use. A new flow is a new row. */
export const flowSpecs: Readonly<Record<string, (options?: Record<string, never>) => FlowSpec>> = {
  planar,
  radial,
  iaf,
  made,
  maf,
  "block-naf": blockNaf,
  linear: linearFlow,
  nice,
  "real-nvp": realNvp,
  glow,
  residual,
  spline,
  "spline-coupling": splineCoupling,
  sylvester,
};

export { type BlockNafOptions, blockNaf } from "./blockNaf.ts";
export { type GlowOptions, glow } from "./glow.ts";
export { type IafOptions, iaf } from "./iaf.ts";
export { linearFlow } from "./linear.ts";
export { type MadeOptions, made } from "./made.ts";
export { type MafOptions, maf } from "./maf.ts";
export { type NiceOptions, nice } from "./nice.ts";
export { planar } from "./planar.ts";
export { radial } from "./radial.ts";
export { type RealNvpOptions, realNvp } from "./realNvp.ts";
export { type ResidualSettings, residual } from "./residual.ts";
export type { FlowSpec } from "./spec.ts";
export { type SplineOptions, spline, splineCoupling } from "./spline.ts";
export { type SylvesterOptions, sylvester } from "./sylvester.ts";
