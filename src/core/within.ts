import { hostValues, type Tensor } from "./tensor.ts";
import { leaves } from "./tree.ts";

/** A non-finite value and where it was made. */
export interface NonFinite {
  /** The labels from outside in: ["guide", "layer 3"]. */
  readonly where: readonly string[];
  readonly value: number;
}

const labels: string[] = [];

/** The labels in force, outermost first: "guide › layer 3"; "" where there are none. */
export const currentLabel = (): string => labels.join(" › ");

let watching: { found: NonFinite | undefined } | undefined;

const firstNonFinite = (x: Tensor): number | undefined => hostValues(x).find((v) => !Number.isFinite(v));

/** Labels what is built inside `f`: errors and non-finite values name it. */
export const within = <T>(name: string, f: () => T): T => {
  labels.push(name);
  try {
    const made = f();
    if (watching && !watching.found)
      for (const leaf of leaves(made)) {
        const value = firstNonFinite(leaf);
        if (value === undefined) continue;
        watching.found = { where: [...labels], value };
        break;
      }
    return made;
  } catch (error) {
    if (error instanceof Error && !located.has(error)) {
      located.add(error);
      error.message = `${currentLabel()}: ${error.message}`;
    }
    throw error;
  } finally {
    labels.pop();
  }
};

/** Errors that already say where they arose. */
const located = new WeakSet<Error>();

/** Runs `f` eagerly and reports the first labelled part whose value is NaN or infinite. */
export const findNonFinite = (f: () => unknown): NonFinite | undefined => {
  const outer = watching;
  const watch: { found: NonFinite | undefined } = { found: undefined };
  watching = watch;
  try {
    f();
    return watch.found;
  } finally {
    watching = outer;
  }
};
