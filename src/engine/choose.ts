import { fail } from "../core/check.ts";
import type { Precision } from "../core/double.ts";
import { compiledEngine } from "./compiled.ts";
import { eagerEngine } from "./eager.ts";
import type { Engine } from "./engine.ts";

const engines = { compiled: compiledEngine, eager: eagerEngine } as const;

/** The value of an environment variable, where there are any. */
const environment = (name: string): string | undefined =>
  (globalThis as { process?: { env?: Record<string, string | undefined> } }).process?.env?.[name];

/**
 * The engine that runs where the user names none: the compiled one, or the one that the environment variable FLUVIAL_ENGINE names.
 * @throws FluvialError where that is neither "compiled" nor "eager".
 */
export const defaultEngine = (precision: Precision = "f64"): Engine => {
  const name = environment("FLUVIAL_ENGINE") || "compiled";
  if (!Object.hasOwn(engines, name)) fail(`FLUVIAL_ENGINE: expected "compiled" or "eager", got "${name}"`);
  return engines[name as keyof typeof engines](precision);
};
