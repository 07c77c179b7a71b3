import { checkCount, checkOptions, fail, suggest } from "../core/check.ts";
import type { Gaussian, Guide, GuideSpec, HostTarget } from "../core/density.ts";
import type { Precision } from "../core/double.ts";
import type { HostGradient } from "../core/hostGradient.ts";
import { fromHost } from "../core/tensor.ts";
import { type Searches, searchModes } from "./climbs.ts";
import { curvatureAt } from "./curvature.ts";
import { type FactorParameters, factorNormal } from "./factorNormal.ts";
import type { FoundNormal, NormalFinder } from "./found.ts";
import { dot, factorOfInverse, lowerSolve, lowerTimes, transposedTimes } from "./hostLinear.ts";

export interface LaplaceOptions {
  /** Searches for the mode from this many starts and keeps the highest; 4 unless said. */
  readonly restarts?: number;
  /** "full" unless said; "diagonal" takes 1 / curvature along each coordinate, the others held: too narrow where they are correlated. */
  readonly covariance?: "full" | "diagonal";
}

const covariances: readonly string[] = ["full", "diagonal"] satisfies LaplaceOptions["covariance"][];

/** Of the curvatures scaled to a diagonal of 1, what is added to it, the least that helps. */
const dampings: readonly number[] = [0, 1e-8, 1e-6, 1e-4, 1e-3, 1e-2];
/** Nats that a Newton step may still gain where the curvature of the mode is taken; elsewhere it is taken anew. */
const leastGains = { f64: 1e-6, f32: 1e-3 } as const;
/** How many times more it may gain at what passes for a mode at last. */
const slack = 100;
const mostNewtonSteps = 3;
const mostRounds = 20;
const shortestStep = 1e-6;
/** Nats that a Newton step may gain where a search ended at a mode: one of one standard deviation gains a half. */
const mostGainAtModes = 0.01;
/** Nats between modes that are told. */
const leastTold = 0.005;

const counted = (gradient: HostGradient): HostGradient & { readonly calls: () => number } => {
  let calls = 0;
  return {
    size: gradient.size,
    at: (position, out) => {
      calls++;
      return gradient.at(position, out);
    },
    calls: () => calls,
  };
};

/** "z[3] and z[5]": unconstrained coordinates as users count them. */
const coordinates = (indices: readonly number[]): string => {
  const shown = indices.slice(0, 5).map((i) => `z[${i}]`);
  return indices.length > 5 ? `${shown.join(", ")} and ${indices.length - 5} more` : shown.join(", ");
};

/** @throws FluvialError where the log density does not bend down along some coordinate. */
const checkCurvatures = (curvature: Float64Array, size: number, { best }: Searches): void => {
  const flat: number[] = [];
  for (let i = 0; i < size; i++) if (!(curvature[i * size + i] > 0)) flat.push(i);
  if (flat.length === 0) return;
  const broken = flat.some((i) => !Number.isFinite(curvature[i * size + i]));
  const what = broken
    ? "is not finite right beside the highest point found, which lies at an edge, along"
    : "does not fall off on both sides of the highest point found, along";
  const search = best.converged ? "" : ` (the search had not ended: ${best.why})`;
  fail(
    `laplace: the log density ${what} ${coordinates(flat)} of the unconstrained scale${search}: there is no mode to approximate it at, ` +
      `and the posterior may be improper or without a bound; give proper priors, reparametrise as by noncentred(), or take another guide`,
  );
};

interface Factored {
  readonly factor: Float64Array;
  readonly damping: number;
}

/** The factor of the covariance, damped where the curvature is not positive definite. */
const factored = (curvature: Float64Array, size: number): Factored | undefined => {
  const scale = Float64Array.from({ length: size }, (_, i) => Math.sqrt(curvature[i * size + i]));
  const unit = curvature.map((value, k) => value / (scale[Math.floor(k / size)] * scale[k % size]));
  for (const damping of dampings) {
    const damped = unit.slice();
    for (let i = 0; i < size; i++) damped[i * size + i] = 1 + damping;
    const factor = factorOfInverse(damped, size)?.map((value, k) => value / scale[Math.floor(k / size)]);
    if (factor?.every(Number.isFinite)) return { factor, damping };
  }
  return undefined;
};

const diagonalOf = (curvature: Float64Array, size: number): Float64Array =>
  curvature.map((value, k) => (k % (size + 1) === 0 ? value : 0));

/** A place with the factor of the covariance that the curvature there stands for, and the nats that a Newton step would still gain. */
interface Settled extends Factored {
  readonly position: Float64Array;
  readonly curvature: Float64Array;
  readonly gain: number;
}

interface Tried {
  readonly position: Float64Array;
  readonly value: number;
  readonly along: Float64Array;
  readonly gain: number;
}

const tryAt = (gradient: HostGradient, position: Float64Array, factor: Float64Array): Tried => {
  const slope = new Float64Array(position.length);
  const value = gradient.at(position, slope);
  const along = transposedTimes(factor, slope);
  return { position, value, along, gain: dot(along, along) / 2 };
};

/** A Newton step, shortened until it does not lead down; undefined where rounding leaves none. */
const newtonStep = (
  gradient: HostGradient,
  from: Tried,
  factor: Float64Array,
  leastGain: number,
): Tried | undefined => {
  const move = lowerTimes(factor, from.along);
  for (let length = 1; length > shortestStep; length /= 2) {
    const next = tryAt(
      gradient,
      from.position.map((x, i) => x + length * move[i]),
      factor,
    );
    if (next.value >= from.value && Number.isFinite(next.gain)) return next;
    if (next.gain < from.gain && from.gain < leastGain) return next;
  }
  return undefined;
};

/**
 * The last bit of the way by Newton's method: a quasi-Newton search ends early on long ridges. The curvature is taken anew until it is
 * that of the mode.
 */
const settle = (gradient: HostGradient, searches: Searches, precision: Precision): Settled => {
  const leastGain = leastGains[precision];
  const { best } = searches;
  const size = best.position.length;
  let start = best.position;
  for (let round = 0; ; round++) {
    const curvature = curvatureAt(gradient, start, precision);
    checkCurvatures(curvature, size, searches);
    const found = factored(curvature, size) ?? fail(noMode(best));
    const first = tryAt(gradient, start, found.factor);
    let last = first;
    for (let step = 0; step < mostNewtonSteps && last.gain > 0; step++) {
      const next = newtonStep(gradient, last, found.factor, leastGain);
      if (!next || (first.gain < leastGain && next.gain >= last.gain)) break;
      last = next;
    }
    if (first.gain < leastGain || round === mostRounds)
      return { ...found, curvature, position: last.position, gain: last.gain };
    start = last.position;
  }
};

const noMode = ({ converged, why }: Searches["best"]): string =>
  `laplace: the highest point found is no mode but a saddle or a ridge: the log density rises along some direction${converged ? "" : ` (the search had not ended: ${why})`}; the posterior may be improper, see that every parameter is identified, or take another guide`;

/** Standard deviations between two places, by the factor of a covariance. */
const distance = (factor: Float64Array, from: Float64Array, to: Float64Array): number => {
  const apart = lowerSolve(
    factor,
    to.map((x, i) => x - from[i]),
  );
  return Math.sqrt(dot(apart, apart));
};

/** How many of the others ended at another mode, and not on the way to this one, where a Newton step would still gain. */
const elsewhere = (gradient: HostGradient, { others }: Searches, { position, factor }: Settled): string | undefined => {
  const away = others.filter(
    (other) =>
      distance(factor, position, other.position) > 1 && tryAt(gradient, other.position, factor).gain < mostGainAtModes,
  );
  if (away.length === 0) return undefined;
  const lower = gradient.at(position, new Float64Array(position.length)) - away[0].value;
  const much = lower < leastTold ? "that are as high" : `whose log density is lower by ${lower.toPrecision(2)} or more`;
  return `${away.length} of ${others.length + 1} searches ended at other modes, ${much}: the normal stands at one alone`;
};

const findLaplace = (host: HostTarget, { restarts, covariance }: Required<LaplaceOptions>): FoundNormal => {
  const gradient = counted(host.gradient);
  const { precision = "f64" } = host;
  const { size } = gradient;
  const searches = searchModes("laplace", host, restarts);
  const { best } = searches;
  const settled = settle(gradient, searches, precision);
  const { position, curvature, gain } = settled;
  if (!(gain < slack * leastGains[precision]))
    fail(
      `laplace: the search ended where a step would still gain ${gain.toPrecision(2)} nats (${best.why}): the log density has an edge there, or no mode; take another guide`,
    );
  const { factor } = covariance === "full" ? settled : (factored(diagonalOf(curvature, size), size) as Factored);
  const damped =
    settled.damping > 0
      ? `the curvature at the mode is not positive definite and was damped by ${settled.damping}: along some direction the posterior is flat, and its sd there is a guess`
      : undefined;
  const notes = [damped, elsewhere(gradient, searches, settled)].filter((note) => note !== undefined);
  return {
    loc: position,
    factor,
    prepared: {
      gradients: searches.gradients + gradient.calls(),
      converged: settled.damping === 0,
      ...(notes.length > 0 && { note: notes.join("; ") }),
    },
  };
};

/** The guide that a normal found on the host is: nothing is left to train. */
export const foundGuide = ({ loc, factor, prepared }: FoundNormal): Guide<FactorParameters, Gaussian> => {
  const size = loc.length;
  return {
    prepared,
    init: () => ({ loc: fromHost(loc, [size]), factor: fromHost(factor, [size, size]) }),
    at: (parameters) => factorNormal(size, parameters),
  };
};

/**
 * The normal with the mean at the highest mode found and the covariance that the curvature there stands for, on the unconstrained scale;
 * nothing is trained. The mode by L-BFGS from several dispersed starts and Newton steps, the curvature by central differences of the
 * gradient: 2 · size gradients or a few times that. Tierney & Kadane 1986; MacKay 2003, chapter 27.
 * @throws FluvialError on bad options; of `for`, where it is not given the host's view, and where no mode is found.
 */
export const laplaceGuide = (options: LaplaceOptions = {}): NormalFinder & GuideSpec<Gaussian, FactorParameters> => {
  checkOptions("laplace", options, ["restarts", "covariance"]);
  const { restarts = 4, covariance = "full" } = options;
  checkCount("laplace: restarts", restarts);
  if (!covariances.includes(covariance))
    fail(
      `laplace: covariance: expected "full" or "diagonal", got ${String(covariance)}${suggest(String(covariance), covariances)}`,
    );
  const find = (host: HostTarget): FoundNormal => findLaplace(host, { restarts, covariance });
  return {
    name: "laplace",
    options: { restarts, covariance },
    ready: true,
    find,
    for: (_, host) => foundGuide(find(host ?? fail("laplace: it looks at the posterior, which is given by fit alone"))),
  };
};
