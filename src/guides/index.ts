import type { GuideSpec } from "../core/density.ts";
import { flowSpecs } from "../flows/index.ts";
import { fullRank } from "./fullRank.ts";
import { lowRank } from "./lowRank.ts";
import { meanField } from "./meanField.ts";

/** Every guide by the name that files and the command line use: the Gaussian ones, and every flow. */
export const guideSpecs: Readonly<Record<string, (options?: Record<string, never>) => GuideSpec>> = {
  "mean-field": meanField,
  "full-rank": fullRank,
  "low-rank": lowRank,
  ...flowSpecs,
};

/** "planar:layers=8": a guide as it is written on the command line, options at their defaults too. */
export const guideLabel = ({ name, options }: Pick<GuideSpec, "name" | "options">): string =>
  [name, ...Object.entries(options).map(([option, value]) => `${option}=${[value].flat().join("x")}`)].join(":");

export { fullRank, lowRank, meanField };
