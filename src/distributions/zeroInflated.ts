import * as tf from "#tfjs";
import { fail } from "../core/check.ts";
import type { Key } from "../core/key.ts";
import type { Shape, Tensor } from "../core/tensor.ts";
import { logDiffExp } from "../ops/logExp.ts";
import { split, uniform } from "../ops/random.ts";
import { exp, log1mexp } from "../ops/special.ts";
import type { ValueSet } from "../transforms/support.ts";
import type { Cumulative, Distribution, Moments } from "./distribution.ts";
import { drawAbove } from "./drawAbove.ts";
import { type Gate, type Gating, gating } from "./gate.ts";
import { guarded } from "./guarded.ts";
import { asReal, given, shapeOf, spreadShapes } from "./parameters.ts";
import { sampleShaped } from "./sampleShaped.ts";

/** As much as the distribution that it is made from is. */
export type Inflated<B extends Distribution> = Distribution &
  ([B] extends [Moments] ? Moments : unknown) &
  ([B] extends [Cumulative] ? Cumulative : unknown);

/** The numbers of a set, and 0. */
const withZero = (set: ValueSet): ValueSet => ({
  name: set.name,
  rank: 0,
  contains: (x) => tf.logicalOr(set.contains(x), asReal(x).equal(0)),
  bounds: set.bounds ?? [],
  range: set.range?.[0] === 0 ? set.range : undefined,
});

/** 0 where x satisfies the condition, −∞ elsewhere: a certainty. */
const certain = (here: Tensor): Tensor => tf.where(here, tf.zeros(here.shape), Number.NEGATIVE_INFINITY);

const checkBase = (name: string, base: Distribution): void => {
  if (typeof base?.logProb !== "function")
    fail(`${name}: expected a distribution such as poisson(3), got ${typeof base}`);
  if ("forward" in base.support || base.rank > 0)
    fail(
      `${name}: expected a distribution of whole numbers, got ${base.name}, ${base.rank > 0 ? "which is one of vectors" : "which is continuous: no value of it is 0"}`,
    );
};

const hasMoments = (x: Distribution): x is Distribution & Moments => typeof (x as Partial<Moments>).mean === "function";
const hasTails = (x: Distribution): x is Distribution & Cumulative =>
  typeof (x as Partial<Cumulative>).logSurvival === "function";

/** What passes a gate: with probability 1 − gate the value is drawn from this, else it is 0. */
interface Passing {
  readonly base: Distribution;
  draw(key: Key, shape: Shape): Tensor;
  logProb(x: Tensor): Tensor;
  /** Its first two moments. */
  readonly moments?: () => readonly [Tensor, Tensor];
  readonly tails?: Pick<Cumulative, "logCdf" | "logSurvival">;
}

const momentsOf = (gate: Gating, full: Shape, moments: () => readonly [Tensor, Tensor]): Moments => {
  const passed = (power: 0 | 1): Tensor =>
    tf
      .sub(1, gate.probs())
      .mul(moments()[power])
      .broadcastTo([...full]);
  return { mean: () => passed(0), variance: () => passed(1).sub(passed(0).square()) };
};

const tailsOf = (gate: Gating, { logCdf, logSurvival }: Pick<Cumulative, "logCdf" | "logSurvival">): Cumulative => {
  const below = (value: Tensor): Tensor => {
    const x = asReal(value);
    return gate.mix(certain(x.greaterEqual(0)), logCdf(x));
  };
  return {
    cdf: (x) => exp(below(x)),
    logCdf: below,
    logSurvival: (value) => {
      const x = asReal(value);
      return gate.mix(certain(x.less(0)), logSurvival(x));
    },
  };
};

const gated = (name: string, chosen: Gate, shape: Shape, passing: Passing): Distribution => {
  const { base } = passing;
  const gate = gating(chosen);
  const { parameters } = given(name, { gate: gate.parameter });
  const full = spreadShapes(name, shape, [base.shape, shapeOf(gate.parameter[0])]);
  const ofBase = Object.entries(base.parameters).map(([each, value]) => [`${base.name}'s ${each}`, value]);
  return {
    name,
    rank: 0,
    shape: full,
    support: withZero(base.support),
    parameters: { ...parameters, ...Object.fromEntries(ofBase) },
    sample: (key, batch = []) => {
      const [forGate, forRest] = split(key, 2);
      const all = [...batch, ...full];
      return tf.where(uniform(forGate, all).less(gate.probs()), 0, passing.draw(forRest, all));
    },
    logProb: (value) => {
      const x = asReal(value);
      const formula = (at: Tensor): Tensor => gate.mix(certain(at.equal(0)), passing.logProb(at));
      return guarded(tf.isNaN(x).logicalNot(), x, 0, formula, Number.NaN);
    },
    ...(passing.moments ? momentsOf(gate, full, passing.moments) : {}),
    ...(passing.tails ? tailsOf(gate, passing.tails) : {}),
  };
};

/**
 * A distribution of whole numbers with more zeros: 0 with probability `gate`, else a draw from `base`, which may be 0 too.
 * Lambert 1992, "Zero-inflated Poisson regression".
 * @param gate a probability, or { logits }.
 * @param shape the shape of one draw, where it is larger than that of base and gate.
 * @throws FluvialError unless the base is a distribution of whole numbers.
 */
export const zeroInflated = <B extends Distribution>(base: B, gate: Gate, shape: Shape = []): Inflated<B> => {
  checkBase("zeroInflated", base);
  const moments = (of: Distribution & Moments) => (): readonly [Tensor, Tensor] => {
    const mean = of.mean();
    return [mean, of.variance().add(mean.square())];
  };
  return gated("zeroInflated", gate, shape, {
    base,
    draw: (key, all) => sampleShaped(base, key, all),
    logProb: (x) => base.logProb(x),
    moments: hasMoments(base) ? moments(base) : undefined,
    tails: hasTails(base) ? base : undefined,
  }) as unknown as Inflated<B>;
};

/** The formulas of X given X > 0, for X with this distribution of whole numbers from 0. */
const givenPositive = (base: Distribution & Cumulative): Passing => {
  const logZero = (): Tensor => base.logProb(tf.scalar(0));
  const logPositive = (): Tensor => log1mexp(logZero());
  const moments = (of: Distribution & Moments) => (): readonly [Tensor, Tensor] => {
    const [mean, positive] = [of.mean(), exp(logPositive())];
    return [mean.div(positive), of.variance().add(mean.square()).div(positive)];
  };
  /** log P(X ≤ x | X > 0) for x ≥ 1, from the side where less is lost. */
  const logCdf = (x: Tensor): Tensor => {
    const above = base.logSurvival(x).sub(logPositive());
    const isNear = above.greater(-Math.LN2);
    const near = logDiffExp(base.logCdf(x), logZero()).sub(logPositive());
    return tf.where(isNear, near, log1mexp(tf.where(isNear, -1, above)));
  };
  return {
    base,
    draw: (key, all) => {
      const target = uniform(key, all).log().add(logPositive());
      return drawAbove((k) => base.logSurvival(k), target);
    },
    logProb: (x) => tf.where(x.equal(0), Number.NEGATIVE_INFINITY, base.logProb(x).sub(logPositive())),
    moments: hasMoments(base) ? moments(base) : undefined,
    tails: {
      logCdf: (x) => {
        const isPositive = x.greaterEqual(1);
        const below = tf.where(tf.isNaN(x), Number.NaN, tf.fill(x.shape, Number.NEGATIVE_INFINITY));
        return tf.where(isPositive, logCdf(tf.where(isPositive, x, 1)), below);
      },
      logSurvival: (x) => tf.where(x.less(0), 0, base.logSurvival(x).sub(logPositive())),
    },
  };
};

/**
 * A hurdle: 0 with probability `gate`, else a draw from `base` given that it is not 0. Mullahy 1986, "Specification and testing of
 * some modified count data models".
 * @param base a distribution of whole numbers from 0 with cumulative functions.
 * @param gate a probability, or { logits }.
 * @param shape the shape of one draw, where it is larger than that of base and gate.
 * @throws FluvialError unless the base is a distribution of whole numbers with cumulative functions.
 */
export const hurdle = <B extends Distribution & Cumulative>(base: B, gate: Gate, shape: Shape = []): Inflated<B> => {
  checkBase("hurdle", base);
  if (!hasTails(base))
    fail(`hurdle: ${(base as Distribution).name} has no cumulative distribution function to draw by`);
  return gated("hurdle", gate, shape, givenPositive(base)) as unknown as Inflated<B>;
};
