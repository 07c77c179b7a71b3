import { iaf } from "./iaf.ts";
import { planar } from "./planar.ts";
import { radial } from "./radial.ts";
import type { FlowSpec } from "./spec.ts";

/** Every flow by the name that files, the command line and the tables of the documentation use. A new flow is a new row. */
export const flowSpecs: Readonly<Record<string, (options?: Record<string, never>) => FlowSpec>> = {
  planar,
  radial,
  iaf,
};

export { iaf } from "./iaf.ts";
export { planar } from "./planar.ts";
export { radial } from "./radial.ts";
export type { FlowSpec } from "./spec.ts";
