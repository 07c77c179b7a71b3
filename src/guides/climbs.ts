import { FluvialError, fail } from "../core/check.ts";
import type { HostTarget } from "../core/density.ts";
import { lbfgs, type Maximum } from "../optimise/lbfgs.ts";

/** Where searches from several starts ended. */
export interface Searches {
  readonly best: Maximum;
  readonly others: readonly Maximum[];
  readonly gradients: number;
}

const gainTolerance = { f64: 1e-12, f32: 1e-7 } as const;

const isUsable = ({ value, position }: Maximum): boolean => Number.isFinite(value) && position.every(Number.isFinite);

/**
 * Climbs from several dispersed starts; the best of those that came to an end, or of all where none did.
 * @throws FluvialError where no start is finite, or every search leaves the finite numbers.
 */
export const searchModes = (who: string, host: HostTarget, starts: number): Searches => {
  const { gradient, precision = "f64" } = host;
  const found: Maximum[] = [];
  const failures: string[] = [];
  for (let i = 0; i < starts; i++)
    try {
      found.push(lbfgs(gradient, host.start(i), { gainTolerance: gainTolerance[precision] }));
    } catch (error) {
      if (!(error instanceof FluvialError)) throw error;
      failures.push(error.message);
    }
  const usable = found.filter(isUsable);
  if (usable.length === 0)
    return fail(
      found.length > 0
        ? `${who}: every search left the finite numbers: the log density has no highest point, the posterior may be improper`
        : `${who}: ${failures[0]}`,
    );
  const ended = usable.filter(({ converged }) => converged);
  const [best, ...others] = (ended.length > 0 ? ended : usable).toSorted((a, b) => b.value - a.value);
  return { best, others, gradients: found.reduce((sum, { gradients }) => sum + gradients + 1, 0) + failures.length };
};
