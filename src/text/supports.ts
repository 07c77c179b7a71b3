import type { Support } from "../transforms/support.ts";
import * as all from "../transforms/supports.ts";
import type { Part } from "./item.ts";

/** Supports that are complete as they are; those made from numbers have distributions of their own, such as flat(lower = 0). */
const supports: Readonly<Record<string, Support>> = Object.fromEntries(
  Object.entries(all).filter((entry): entry is [string, Support] => typeof entry[1] === "object"),
);

export const supportNames: readonly string[] = Object.keys(supports);

/** The support of this name, if there is one. */
export const supportOf = (name: string): (Support & Part) | undefined =>
  Object.hasOwn(supports, name) ? (supports[name] as Support & Part) : undefined;
