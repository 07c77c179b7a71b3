import { checkCount, checkOptions, FluvialError, fail } from "../core/check.ts";
import { hostCholesky } from "../core/cholesky.ts";
import type { Density, Gaussian, Guide, GuideSpec, HostTarget, Preparation } from "../core/density.ts";
import { foldHostKey, type HostKey, hostUniforms } from "../core/key.ts";
import { normalQuantile } from "../core/special/normal.ts";
import { fromHost } from "../core/tensor.ts";
import { lbfgs, type Place } from "../optimise/lbfgs.ts";
import type { FoundNormal, NormalFinder } from "./found.ts";
import { dot } from "./hostLinear.ts";
import { mixtureDensity } from "./mixtureDensity.ts";
import {
  covarianceOf,
  drawFrom,
  type HostSpiked,
  logDetOf,
  nextDiagonal,
  normalAt,
  type Secant,
  secantOf,
} from "./quasiNewton.ts";
import { type SpikedParameters, spikedNormal } from "./spikedNormal.ts";

export interface PathfinderOptions {
  /** Searches, each of which gives a normal; 4 unless said. */
  readonly paths?: number;
  /** Draws that the bound at every place of a path is estimated from; 25 unless said. */
  readonly elboDraws?: number;
  /** Steps that an inverse Hessian is made of; 6 unless said. */
  readonly memory?: number;
  /** Steps of a search at the most; 1000 unless said. */
  readonly maxIterations?: number;
}

type Settings = Required<PathfinderOptions>;

/** The best normal of a path. */
interface Path {
  readonly normal: HostSpiked;
  readonly elbo: number;
  /** Whether its search ended at a mode. */
  readonly converged: boolean;
}

/** Places without a better bound after which the rest of a path is left: it leads into a spike, or has long arrived. */
const patience = 50;

const halfLog2Pi = 0.5 * Math.log(2 * Math.PI);

/** E[log p − log q] over a few draws; −∞ where one of them has no log density. */
const boundOf = (host: HostTarget, normal: HostSpiked, draws: number, key: HostKey): number => {
  const uniform = hostUniforms(key);
  const size = normal.loc.length;
  const slope = new Float64Array(size);
  let sum = 0;
  for (let n = 0; n < draws; n++) {
    const noise = Float64Array.from({ length: size }, () => normalQuantile(uniform()));
    sum += host.gradient.at(drawFrom(normal, noise), slope) + 0.5 * dot(noise, noise);
  }
  const bound = sum / draws + size * halfLog2Pi + logDetOf(normal);
  return Number.isFinite(bound) ? bound : Number.NEGATIVE_INFINITY;
};

const gainTolerance = { f64: 1e-12, f32: 1e-7 } as const;

/** The normals along a path, one for every place behind the start. Zhang et al. 2022, algorithm 3. */
function* normalsAlong(places: readonly Place[], memory: number): Generator<HostSpiked> {
  let alpha: Float64Array = new Float64Array(places[0].position.length).fill(1);
  let secants: readonly Secant[] = [];
  for (let l = 1; l < places.length; l++) {
    const secant = secantOf(places[l - 1], places[l]);
    if (secant) {
      alpha = nextDiagonal(alpha, secant);
      secants = [...secants, secant].slice(-memory);
    }
    const normal = normalAt(places[l], alpha, secants);
    if (normal) yield normal;
  }
}

/** One path with what it cost. Zhang et al. 2022, algorithm 1. */
const walk = (
  host: HostTarget,
  index: number,
  { elboDraws, memory, maxIterations }: Settings,
): { readonly best?: Path; readonly gradients: number } => {
  const places: Place[] = [];
  const { gradients, converged } = lbfgs(host.gradient, host.start(index), {
    memory,
    maxIterations,
    gainTolerance: gainTolerance[host.precision ?? "f64"],
    onPlace: (place) => places.push(place),
  });
  const key = foldHostKey(foldHostKey(host.key, index), -1);
  let best: Path | undefined;
  let [looked, bestAt] = [0, 0];
  for (const normal of normalsAlong(places, memory)) {
    const elbo = boundOf(host, normal, elboDraws, foldHostKey(key, looked++));
    if (elbo > (best?.elbo ?? Number.NEGATIVE_INFINITY)) [best, bestAt] = [{ normal, elbo, converged }, looked];
    if (best && looked - bestAt >= patience) break;
  }
  return { best, gradients: gradients + 1 + looked * elboDraws };
};

/** Nats between the bounds of two paths from which on they did not find the same. */
const apart = 5;

const noteOf = (paths: readonly Path[], asked: number): string | undefined => {
  const [most, least] = [paths[0].elbo, paths[paths.length - 1].elbo];
  const lost = asked - paths.length;
  const notes = [
    lost > 0 && `${lost} of ${asked} paths found nothing of finite bound and are left out`,
    most - least > apart &&
      `the bounds of the paths lie between ${least.toFixed(1)} and ${most.toFixed(1)}: there are several modes, or paths that were stuck`,
    !paths.some(({ converged }) => converged) &&
      "no search ended at a mode: the log density may be without a bound, which the normals keep away from",
  ].filter((note) => note !== false);
  return notes.length > 0 ? notes.join("; ") : undefined;
};

/** The normals of all paths, that of the highest bound first. */
const findPaths = (
  host: HostTarget,
  settings: Settings,
): { readonly paths: readonly Path[]; readonly prepared: Preparation } => {
  const found: Path[] = [];
  const failures: string[] = [];
  let gradients = 0;
  for (let i = 0; i < settings.paths; i++)
    try {
      const walked = walk(host, i, settings);
      gradients += walked.gradients;
      if (walked.best) found.push(walked.best);
    } catch (error) {
      if (!(error instanceof FluvialError)) throw error;
      failures.push(error.message);
    }
  if (found.length === 0)
    fail(
      `pathfinder: ${failures[0] ?? "no place of any path has a normal of finite bound: the log density may be flat, or −∞ on much of the space; give proper priors, or take another guide"}`,
    );
  const paths = found.toSorted((a, b) => b.elbo - a.elbo);
  const note = noteOf(paths, settings.paths);
  return { paths, prepared: { gradients, converged: true, ...(note && { note }) } };
};

const parametersOf = ({ loc, scale, basis, inner }: HostSpiked): SpikedParameters => {
  const [size, rank] = [loc.length, basis.length];
  return {
    loc: fromHost(loc, [size]),
    logScale: fromHost(scale.map(Math.log), [size]),
    basis: fromHost(
      Float64Array.from({ length: size * rank }, (_, k) => basis[k % rank][Math.floor(k / rank)]),
      [size, rank],
    ),
    inner: fromHost(inner, [rank, rank]),
  };
};

/** The normal as the whitening of others takes it. */
const dense = ({ loc, ...rest }: HostSpiked, prepared: Preparation): FoundNormal => ({
  loc,
  factor:
    hostCholesky(covarianceOf({ loc, ...rest }), loc.length) ??
    fail("pathfinder: the covariance that it found is not positive definite within rounding; take laplaceGuide()"),
  prepared,
});

const guideOf = (
  size: number,
  paths: readonly Path[],
  prepared: Preparation,
): Guide<PathfinderParameters, Density> => ({
  prepared,
  init: () => ({ paths: paths.map(({ normal }) => parametersOf(normal)) }),
  at: ({ paths: all }) => {
    const normals = all.map((each) => spikedNormal(size, each));
    if (normals.length === 1) return normals[0];
    return mixtureDensity(
      fromHost(
        all.map(() => -Math.log(all.length)),
        [all.length],
      ),
      normals,
    );
  },
});

/** One normal a path, all of equal weight. */
export interface PathfinderParameters {
  readonly paths: readonly SpikedParameters[];
}

/** Normals along quasi-Newton searches. */
export interface Pathfinder {
  /** A single path gives one normal. */
  (options: PathfinderOptions & { readonly paths: 1 }): NormalFinder & GuideSpec<Gaussian, PathfinderParameters>;
  (options?: PathfinderOptions): NormalFinder & GuideSpec<Density, PathfinderParameters>;
}

/**
 * Pathfinder: L-BFGS from dispersed starts towards the modes; at every place it comes to, the normal that its inverse Hessian stands for,
 * and of those along a path the one with the highest bound; several paths are mixed in equal parts, and `fit` weights the draws by
 * importance. Nothing is trained. Good far from where a mode would mislead, and cheap in many dimensions: some hundreds of gradients for
 * the search and `elboDraws` log densities for each of its places, which count as gradients too. Zhang, Carpenter, Gelman & Vehtari 2022.
 * @throws FluvialError on bad options; of `for`, where it is not given the host's view, or no path finds anything.
 */
export const pathfinder: Pathfinder = ((options: PathfinderOptions = {}) => {
  checkOptions("pathfinder", options, ["paths", "elboDraws", "memory", "maxIterations"]);
  const { paths = 4, elboDraws = 25, memory = 6, maxIterations = 1000 } = options;
  const settings = { paths, elboDraws, memory, maxIterations };
  for (const [name, value] of Object.entries(settings)) checkCount(`pathfinder: ${name}`, value);
  return {
    name: "pathfinder",
    options: settings,
    ready: true,
    find: (host: HostTarget) => {
      const found = findPaths(host, settings);
      return dense(found.paths[0].normal, found.prepared);
    },
    for: ({ size }: { readonly size: number }, host?: HostTarget) => {
      if (!host) return fail("pathfinder: it looks at the posterior, which is given by fit alone");
      const found = findPaths(host, settings);
      return guideOf(size, found.paths, found.prepared);
    },
  };
}) as unknown as Pathfinder;
