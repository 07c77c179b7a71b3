import type { GuideSpec } from "../core/density.ts";
import { fullRank } from "./fullRank.ts";
import { iaf } from "./iaf.ts";
import { lowRank } from "./lowRank.ts";
import { meanField } from "./meanField.ts";
import { planar } from "./planar.ts";
import { radial } from "./radial.ts";

/** Every guide by the name that files and the command line use. */
export const guideSpecs: Readonly<Record<string, (options?: Record<string, never>) => GuideSpec>> = {
  "mean-field": meanField,
  "full-rank": fullRank,
  "low-rank": lowRank,
  planar,
  radial,
  iaf,
};

/** "planar:layers=8": a guide as it is written on the command line, options at their defaults too. */
export const guideLabel = ({ name, options }: Pick<GuideSpec, "name" | "options">): string =>
  [name, ...Object.entries(options).map(([option, value]) => `${option}=${[value].flat().join("x")}`)].join(":");

export { fullRank, iaf, lowRank, meanField, planar, radial };
