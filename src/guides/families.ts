import * as tf from "#tfjs";
import { fail } from "../core/check.ts";
import type { Density, Guide, GuideSpec, LatentPlace } from "../core/density.ts";
import { range, showShape } from "../core/shape.ts";
import { fromHost, type Shape, type Tensor } from "../core/tensor.ts";
import { gamma } from "../distributions/gamma.ts";
import { weibull as weibullOf } from "../distributions/weibull.ts";
import { normal, split } from "../ops/random.ts";
import { logGamma } from "../ops/sampling.ts";
import { exp, logBeta, softplus } from "../ops/special.ts";
import { interval, positive } from "../transforms/bounds.ts";
import { realLine, realVectors } from "../transforms/real.ts";
import { simplex } from "../transforms/simplex.ts";
import type { ValueSet } from "../transforms/support.ts";
import { fullRank } from "./fullRank.ts";
import { meanField } from "./meanField.ts";

/** A family that a latent may have in a factorised guide: over the free numbers of the latent, [size]. */
export interface Family {
  /** The sets that it covers. */
  readonly supports: readonly ValueSet[];
  guide(place: LatentPlace): Guide<unknown, Density>;
}

/** What tells a family of independent elements from another, on the free scale. */
interface Elements<P> {
  /** Parameters where the guide starts, [size] each. */
  readonly start: Readonly<Record<keyof P, number>>;
  /** Which of them are moved at random at the start. */
  readonly moved: keyof P;
  draw(key: Parameters<Density["draw"]>[0], shape: Shape, params: P): Tensor;
  /** z [...batch, size] → the same. */
  logProb(z: Tensor, params: P): Tensor;
}

const elements = <P extends Readonly<Record<string, Tensor>>>(
  supports: readonly ValueSet[],
  { start, moved, draw, logProb }: Elements<P>,
): Family => ({
  supports,
  guide: ({ size }) => ({
    init: (key) =>
      Object.fromEntries(
        Object.entries<number>(start).map(([name, at]) => {
          const fresh = tf.fill([size], at);
          return [name, name === moved ? fresh.add(normal(key, [size]).mul(0.1)) : fresh];
        }),
      ),
    at: (params) => {
      const density = (z: Tensor): Tensor => logProb(z, params as P).sum(-1);
      return {
        draw: (key, batch = []) => {
          const value = draw(key, [...batch, size], params as P);
          return { value, logQ: density(value) };
        },
        logProb: density,
      };
    },
  }),
});

/** Normals are guides already. */
const ofGuide = (supports: readonly ValueSet[], spec: GuideSpec<Density>): Family => ({
  supports,
  guide: ({ size }) => spec.for({ size, logDensity: (z) => z, constrain: (z) => z }) as Guide<unknown, Density>,
});

/** A fresh factor is about as wide on the free scale as other guides: half a unit. */
const freshConcentration = Math.log(4);

interface GammaParameters extends Readonly<Record<string, Tensor>> {
  readonly logMean: Tensor;
  readonly logConcentration: Tensor;
}

const gammaAt = ({ logMean, logConcentration }: GammaParameters) => {
  const concentration = exp(logConcentration);
  return { concentration, rate: concentration.div(exp(logMean)), logRate: logConcentration.sub(logMean) };
};

/** log of a gamma: its mean and concentration are orthogonal, unlike its rate and concentration. */
const logOfGamma: Elements<GammaParameters> = {
  start: { logMean: 0, logConcentration: freshConcentration },
  moved: "logMean",
  draw: (key, shape, params) => {
    const { concentration, logRate } = gammaAt(params);
    return logGamma(key, concentration.broadcastTo([...shape])).sub(logRate);
  },
  logProb: (z, params) => {
    const { concentration, rate } = gammaAt(params);
    return gamma(concentration, rate).logProb(exp(z)).add(z);
  },
};

/** log of the reciprocal of a gamma. */
const logOfInverseGamma: Elements<GammaParameters> = {
  ...logOfGamma,
  draw: (key, shape, params) => logOfGamma.draw(key, shape, params).neg(),
  logProb: (z, params) => logOfGamma.logProb(z.neg(), params),
};

/** The density of logit x where x is beta(a, b): exact near both ends. */
const logitOfBeta = (z: Tensor, a: Tensor, b: Tensor): Tensor =>
  a
    .mul(softplus(z.neg()))
    .add(b.mul(softplus(z)))
    .add(logBeta(a, b))
    .neg();

const drawLogit = (key: Parameters<Density["draw"]>[0], shape: Shape, a: Tensor, b: Tensor): Tensor => {
  const [one, other] = split(key, 2);
  return logGamma(one, a.broadcastTo([...shape])).sub(logGamma(other, b.broadcastTo([...shape])));
};

interface BetaParameters extends Readonly<Record<string, Tensor>> {
  readonly logitMean: Tensor;
  readonly logTotal: Tensor;
}

const betaAt = ({ logitMean, logTotal }: BetaParameters) => ({
  a: exp(logTotal.sub(softplus(logitMean.neg()))),
  b: exp(logTotal.sub(softplus(logitMean))),
});

const beta: Elements<BetaParameters> = {
  start: { logitMean: 0, logTotal: Math.log(16) },
  moved: "logitMean",
  draw: (key, shape, params) => {
    const { a, b } = betaAt(params);
    return drawLogit(key, shape, a, b);
  },
  logProb: (z, params) => {
    const { a, b } = betaAt(params);
    return logitOfBeta(z, a, b);
  },
};

interface WeibullParameters extends Readonly<Record<string, Tensor>> {
  readonly logScale: Tensor;
  readonly logConcentration: Tensor;
}

const weibull: Elements<WeibullParameters> = {
  start: { logScale: 0, logConcentration: Math.log(2.5) },
  moved: "logScale",
  draw: (key, shape, { logScale, logConcentration }) =>
    weibullOf(exp(logConcentration), 1, shape).sample(key).log().add(logScale),
  logProb: (z, { logScale, logConcentration }) => {
    const u = z.sub(logScale);
    return weibullOf(exp(logConcentration), 1).logProb(exp(u)).add(u);
  },
};

/**
 * Dirichlet vectors on the free scale, where a stick is broken: its pieces are independent betas, of a_k and the sum of the a that follow.
 */
const dirichlet: Family = {
  supports: [simplex],
  guide: ({ name, shape, size }) => {
    const outcomes = shape[shape.length - 1];
    const rows = size / (outcomes - 1);
    if (shape.length === 0 || !Number.isInteger(rows)) fail(`"${name}" of shape ${showShape(shape)} holds no shares`);
    const centres = fromCentres(outcomes);
    const pieces = (logConcentration: Tensor): { readonly a: Tensor; readonly b: Tensor } => {
      const all = exp(logConcentration);
      const after = all.cumsum(1, true, true);
      const kept = (x: Tensor): Tensor => x.slice([0, 0], [rows, outcomes - 1]).reshape([size]);
      return { a: kept(all), b: kept(after) };
    };
    return {
      init: (key) => ({ logConcentration: normal(key, [rows, outcomes]).mul(0.1).add(Math.log(8)) }),
      at: (params) => {
        const { a, b } = pieces((params as { readonly logConcentration: Tensor }).logConcentration);
        const shift = tf.tile(centres(), [rows]);
        const logProb = (z: Tensor): Tensor => logitOfBeta(z.sub(shift), a, b).sum(-1);
        return {
          draw: (key, batch = []) => {
            const value = drawLogit(key, [...batch, size], a, b).add(shift);
            return { value, logQ: logProb(value) };
          },
          logProb,
        };
      },
    };
  },
};

/** log(K − k), k = 1 … K − 1: where the free scale of a simplex has its zeros. */
const fromCentres = (outcomes: number) => (): Tensor =>
  fromHost(
    range(outcomes - 1).map((k) => Math.log(outcomes - 1 - k)),
    [outcomes - 1],
  );

/** Every family by the name of its distribution. */
export const families: Readonly<Record<string, Family>> = {
  normal: ofGuide([realLine, realVectors], meanField()),
  multivariateNormal: ofGuide([realLine, realVectors], fullRank()),
  logNormal: ofGuide([positive], meanField()),
  gamma: elements([positive], logOfGamma),
  inverseGamma: elements([positive], logOfInverseGamma),
  weibull: elements([positive], weibull),
  beta: elements([interval(0, 1)], beta),
  dirichlet,
};
