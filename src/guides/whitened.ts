import { checkOptions, fail, showAny } from "../core/check.ts";
import type { Density, Guide, GuideOf, GuideSpec, HostTarget, Preparation, Sampler, Target } from "../core/density.ts";
import { fromHost, type Tensor } from "../core/tensor.ts";
import { stopGradient } from "../ops/stopGradient.ts";
import { type FittedDraws, isFittedDraws, normalOfDraws } from "./drawsNormal.ts";
import { type FactorParameters, factorMap } from "./factorNormal.ts";
import type { FoundNormal, NormalFinder } from "./found.ts";
import { lowerSolve, lowerTimes, transposedTimes } from "./hostLinear.ts";
import { pathfinder } from "./pathfinder.ts";

export interface WhitenedOptions {
  /** What finds the normal: `pathfinder()`, which is the default, `laplaceGuide()`, or a fit, whose draws are taken. */
  readonly by?: NormalFinder | FittedDraws;
}

/** guide: the parameters of the guide inside; loc [size], factor [size, size]: the normal found, which training leaves as it is. */
export interface WhitenedParameters<P> extends FactorParameters {
  readonly guide: P;
}

type Draw = ReturnType<Sampler["draw"]>;
type Map = ReturnType<typeof factorMap>;

/** A sampler of x as one of z = loc + L x. */
const moved = (inner: Sampler & Partial<Density>, { forward, inverse, logDet }: Map): Sampler => {
  const drawn = <T extends Draw>(draw: T): T => ({
    ...draw,
    value: forward(draw.value).value,
    logQ: draw.logQ.sub(logDet()),
  });
  const { drawExactly, stratified, through, logProb, retrace, drawPath, indexUse } = inner;
  return {
    draw: (key, batch) => drawn(inner.draw(key, batch)),
    ...(drawExactly && { drawExactly: (key, batch) => drawn(drawExactly(key, batch)) }),
    ...(stratified && { stratified: (key, draws) => drawn(stratified(key, draws)) }),
    ...(through && {
      through: (noise: Tensor) => {
        const { value, logDet: inside } = through(noise);
        return { value: forward(value).value, logDet: inside.add(logDet()) };
      },
    }),
    ...(logProb && { logProb: (z: Tensor) => logProb(inverse(z).value).sub(logDet()) }),
    ...(retrace && { retrace: (z, key) => retrace(inverse(z).value, key).sub(logDet()) }),
    ...(drawPath && {
      drawPath: (key, batch) => {
        const path = drawPath(key, batch);
        return { ...path, value: forward(path.value).value, logJoint: path.logJoint.sub(logDet()) };
      },
    }),
    ...(indexUse && { indexUse }),
  } satisfies Sampler & Partial<Density>;
};

/** The density of x, of which z = loc + L x has the target's. */
const targetInside = ({ size, logDensity, constrain }: Target, { loc, factor }: FoundNormal): Target => {
  const map = (): Map => factorMap(size, { loc: fromHost(loc, [size]), factor: fromHost(factor, [size, size]) });
  return {
    size,
    logDensity: (x) => {
      const { value, logDet } = map().forward(x);
      return logDensity(value).add(logDet);
    },
    constrain: (x) => constrain(map().forward(x).value),
  };
};

const hostInside = (host: HostTarget, { loc, factor }: FoundNormal): HostTarget => {
  const size = loc.length;
  const logDet = loc.reduce((sum, _, i) => sum + Math.log(Math.abs(factor[i * (size + 1)])), 0);
  return {
    ...host,
    gradient: {
      size,
      at: (x, out) => {
        const slope = new Float64Array(size);
        const value = host.gradient.at(
          lowerTimes(factor, x).map((each, i) => each + loc[i]),
          slope,
        );
        out.set(transposedTimes(factor, slope));
        return value + logDet;
      },
    },
    start: (index) =>
      lowerSolve(
        factor,
        host.start(index).map((each, i) => each - loc[i]),
      ),
  };
};

/** Both preparations as one. */
const together = (first: Preparation, second?: Preparation): Preparation => {
  const notes = [first.note, second?.note].filter((note) => note !== undefined);
  return {
    gradients: first.gradients + (second?.gradients ?? 0),
    converged: first.converged && (second?.converged ?? true),
    ...(notes.length > 0 && { note: notes.join("; ") }),
  };
};

const guideAround = <P>(inner: Guide<P>, { loc, factor, prepared }: FoundNormal): Guide<WhitenedParameters<P>> => {
  const size = loc.length;
  return {
    prepared: together(prepared, inner.prepared),
    init: (key) => ({
      guide: inner.init(key),
      loc: fromHost(loc, [size]),
      factor: fromHost(factor, [size, size]),
    }),
    at: (params) => {
      const fixed = { loc: stopGradient(params.loc), factor: stopGradient(params.factor) };
      return moved(inner.at(params.guide), factorMap(size, fixed));
    },
  };
};

/** Guides in the coordinates of a normal found first. */
export interface Whitened {
  (guide: GuideOf<Density>, options?: WhitenedOptions): GuideSpec<Density, WhitenedParameters<unknown>>;
  (guide: GuideOf, options?: WhitenedOptions): GuideSpec<Sampler, WhitenedParameters<unknown>>;
}

const checkBy = (by: WhitenedOptions["by"]): void => {
  if (!isFittedDraws(by) && typeof (by as NormalFinder | undefined)?.find !== "function")
    fail(`whitened: by: expected laplaceGuide(), pathfinder() or a fit, got ${showAny(by)}`);
};

/**
 * Any guide in the coordinates x of a normal that is found first, z = loc + L x: what it has to learn is how the posterior differs from
 * that normal, whatever its scales and correlations. `whitened(meanField(), { by: laplaceGuide() })`. The normal stays as it was found; the
 * guide inside is trained as it always is.
 * @throws FluvialError on bad options; of `for`, where it is not given the host's view, or no normal is found.
 */
export const whitened: Whitened = ((guide: GuideOf, options: WhitenedOptions = {}) => {
  if (typeof guide?.for !== "function") fail(`whitened: expected a guide such as meanField(), got ${showAny(guide)}`);
  checkOptions("whitened", options, ["by"]);
  const { by = pathfinder() } = options;
  checkBy(by);
  const named = isFittedDraws(by)
    ? { name: "fit", options: { method: by.method } }
    : { name: by.name, options: by.options };
  const { name, options: own, rate, draws, strata, plainBound, gradientsPerDraw, ready } = guide as GuideSpec;
  // Not what else it may be, such as a flow: that would pass for this guide without its coordinates.
  const course = { rate, draws, strata, plainBound, gradientsPerDraw, ready };
  return {
    ...(Object.fromEntries(Object.entries(course).filter(([, value]) => value !== undefined)) as typeof course),
    name: "whitened",
    options: { guide: { name, options: own }, by: named },
    for: (target: Target, host?: HostTarget) => {
      if (!host) return fail("whitened: it looks at the posterior, which is given by fit alone");
      const found = isFittedDraws(by) ? normalOfDraws("whitened", by, target.size) : by.find(host);
      const inner = guide.for(targetInside(target, found), hostInside(host, found));
      return inner instanceof Promise ? inner.then((made) => guideAround(made, found)) : guideAround(inner, found);
    },
  };
}) as unknown as Whitened;
