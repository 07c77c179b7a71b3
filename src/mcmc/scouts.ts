import { FluvialError } from "../core/check.ts";
import { foldHostKey, type HostKey, splitHostKey } from "../core/key.ts";
import type { Gradient } from "../engine/engine.ts";
import { type CompiledTunable, warmUpCompiled } from "./compiledChain.ts";
import type { Point } from "./kernel.ts";
import { nuts } from "./nuts.ts";
import { type ExplainStart, findStart } from "./start.ts";
import { stepSizeSearch } from "./stepSize.ts";
import { warmUp } from "./warmup.ts";

/** What a look around costs at the most: so many starts, transitions and doublings of each; none in more dimensions than these. */
const effort = { starts: 3, transitions: 20, treeDepth: 4, mostCoordinates: 100 };

/**
 * How far a start must lie below another, in nats, to be given up: beyond what the volumes of two regions of one posterior can
 * make up for.
 */
const hopeless = (size: number): number => Math.max(50, 10 * size);

const result = <T>(run: Generator<unknown, T>): T => {
  for (;;) {
    const step = run.next();
    if (step.done) return step.value;
  }
};

/** Where a few short transitions lead from a start. */
const settled = (gradient: Gradient, key: HostKey, start: Point): Point => {
  const kernelOf = nuts(gradient, { maxTreeDepth: effort.treeDepth, metric: "unit" });
  const plan = { warmup: effort.transitions, draws: 0, targetAcceptance: 0.8 };
  const { compiled } = kernelOf;
  if (!compiled) return result(warmUp(kernelOf, stepSizeSearch(gradient), key, start, plan)).point;
  result(warmUpCompiled(gradient, { ...kernelOf, compiled } as CompiledTunable, key, start, plan));
  return compiled.nuts.place();
};

/** A look around that finds no start or no step size has seen nothing: that is for the chain itself to say. */
const unlessRefused = <T>(look: () => T): T | undefined => {
  try {
    return look();
  } catch (error) {
    if (error instanceof FluvialError) return undefined;
    throw error;
  }
};

/**
 * A start for a chain: the first of three dispersed ones, each followed for a few transitions; another where the first has settled in a
 * region of hopelessly low density, such as a mixture with both components on one cluster, which a chain would never leave. Regions whose
 * masses could be alike stay as likely as they were: chains that do not mix still show.
 * @throws FluvialError where no start has a finite log density.
 */
export const scoutStart = (gradient: Gradient, key: HostKey, explain?: ExplainStart): Point => {
  const first = findStart(gradient, key, explain);
  if (gradient.size > effort.mostCoordinates) return first;
  const [own = first, ...others] = Array.from({ length: effort.starts }, (_, i) =>
    unlessRefused(() => {
      const [startKey, runKey] = splitHostKey(foldHostKey(key, 1 + i), 2);
      return settled(gradient, runKey, i === 0 ? first : findStart(gradient, startKey));
    }),
  );
  const best = others.reduce<Point>((a, b) => (b && b.logDensity > a.logDensity ? b : a), own);
  return best.logDensity - own.logDensity > hopeless(gradient.size) ? best : own;
};
