import * as tf from "#tfjs";
import { fail } from "../core/check.ts";
import type { Key } from "../core/key.ts";
import { range, showShape, splitShape } from "../core/shape.ts";
import type { Shape, Tensor } from "../core/tensor.ts";
import { split, uniform } from "../ops/random.ts";
import { exp } from "../ops/special.ts";
import type { Cumulative, Distribution, Moments, Parameter } from "./distribution.ts";
import { mixtureSupport } from "./mixtureSupport.ts";
import { asReal, spreadShapes } from "./parameters.ts";
import { logSumOf, logSumOfParts, outcomes, pick, probsOf, type Weights, weighing } from "./probabilities.ts";
import { sampleShaped } from "./sampleShaped.ts";

/** What a mixture of such components is: as much as all of them are. */
export type Mixture<C extends Distribution> = Distribution &
  Pick<C, "support"> &
  ([C] extends [Moments] ? Moments : unknown) &
  ([C] extends [Cumulative] ? Cumulative : unknown);

/** The components as one: every function gives all of them along one axis, which stands behind the batch axes. */
interface Components {
  readonly count: number;
  readonly rank: number;
  readonly batch: Shape;
  readonly event: Shape;
  readonly name: string;
  readonly parts: readonly Distribution[];
  readonly parameters: Readonly<Record<string, Parameter>>;
  /** f of every component, whose result has `rank` event axes: [..., K, ...event]. */
  each(f: (component: Distribution, x: Tensor) => Tensor, x: Tensor, rank: number): Tensor;
  /** The same of components that were given apart, whose results are scalars an event: K tensors. */
  apart?(f: (component: Distribution, x: Tensor) => Tensor, x: Tensor): readonly Tensor[];
  /** A moment of every one: [..., K, ...event]. */
  moment(f: (component: Distribution & Moments) => Tensor): Tensor;
  /** One draw of each, of this shape: [...batch, K, ...event]. */
  sample(key: Key, batch: Shape): Tensor;
}

/** Tensors of shapes that broadcast, along a new axis in front of the last `rank`. */
const stackedAt = (parts: readonly Tensor[], rank: number): Tensor => {
  const shape = spreadShapes(
    "mixture",
    [],
    parts.map((part) => part.shape),
  );
  return tf.stack(
    parts.map((part) => part.broadcastTo([...shape])),
    shape.length - rank,
  );
};

const ofList = (list: readonly Distribution[]): Components => {
  const [{ rank, shape }] = list;
  const { event } = splitShape(shape, rank);
  for (const [i, each] of list.entries())
    if (each.rank !== rank || showShape(splitShape(each.shape, rank).event) !== showShape(event))
      fail(
        `mixture: its components must have events of one shape, got ${showShape(event)} and, of component ${i}, ${showShape(splitShape(each.shape, each.rank).event)}`,
      );
  const batch = spreadShapes(
    "mixture",
    [],
    list.map((each) => splitShape(each.shape, rank).batch),
  );
  return {
    count: list.length,
    rank,
    batch,
    event,
    name: [...new Set(list.map(({ name }) => name))].join(", "),
    parts: list,
    parameters: Object.fromEntries(
      list.flatMap(({ name: own, parameters }, i) =>
        Object.entries(parameters).map(([name, each]) => [`component ${i} (${own}) ${name}`, each]),
      ),
    ),
    each: (f, x, axes) =>
      stackedAt(
        list.map((one) => f(one, x)),
        axes,
      ),
    apart: (f, x) => list.map((one) => f(one, x)),
    moment: (f) =>
      stackedAt(
        list.map((one) => f(one as Distribution & Moments)),
        rank,
      ),
    sample: (key, leading) =>
      stackedAt(
        split(key, list.length).map((own, i) => sampleShaped(list[i], own, [...leading, ...event])),
        rank,
      ),
  };
};

const ofOne = (all: Distribution): Components => {
  const { batch, event } = splitShape(all.shape, all.rank);
  const count = batch[batch.length - 1];
  if (count === undefined)
    return fail(
      `mixture: give a list of components, or one distribution whose last batch axis has them, got ${all.name} of shape ${showShape(all.shape)}`,
    );
  return {
    count,
    rank: all.rank,
    batch: batch.slice(0, -1),
    event,
    name: all.name,
    parts: [all],
    parameters: Object.fromEntries(
      Object.entries(all.parameters).map(([name, each]) => [`components' (${all.name}) ${name}`, each]),
    ),
    each: (f, x) => f(all, x.expandDims(x.rank - all.rank)),
    moment: (f) => f(all as Distribution & Moments),
    sample: (key, leading) => sampleShaped(all, key, [...leading, count, ...event]),
  };
};

const isDistribution = (x: unknown): x is Distribution =>
  typeof x === "object" && x !== null && typeof (x as Distribution).logProb === "function";

const componentsOf = (components: unknown): Components => {
  if (isDistribution(components)) return ofOne(components);
  if (!Array.isArray(components) || components.length === 0 || !components.every(isDistribution))
    return fail(
      "mixture: its components must be a list of distributions, or one distribution whose last batch axis has them",
    );
  return ofList(components);
};

const hasMoments = (x: Distribution): boolean => typeof (x as Partial<Moments>).mean === "function";
const hasTails = (x: Distribution): boolean => typeof (x as Partial<Cumulative>).logCdf === "function";

/** Axes of length 1 behind the last: for what goes along with events. */
const before = (x: Tensor, rank: number): Tensor => x.reshape([...x.shape, ...range(rank).map(() => 1)]);

/**
 * A mixture: a draw of one of K components, each with its probability; the choice is summed out of the log-density.
 *
 * `weights` [..., K] are probabilities, or { logits }. The components are a list of K distributions with events of one shape, whose
 * batch axes broadcast; or one distribution whose last batch axis has them: `mixture(weights, normal(loc, scale))` with loc [K]. One
 * draw has the batch axes of weights and components, broadcast, and then the event. All components must have the same support; where one
 * of continuous ones has the whole real line, that is it, and discrete ones have what any of them has. There are moments and cumulative
 * functions where all components have them. A component of weight 0 is left out, and its slopes are numbers. Draws carry the gradient
 * of the components' parameters, none of the weights.
 * @param shape the shape of one draw, where it is larger.
 * @throws FluvialError where weights are no probabilities, or components do not fit the weights or each other.
 */
export const mixture = <C extends Distribution>(
  weights: Weights,
  components: readonly C[] | C,
  shape: Shape = [],
): Mixture<C> => {
  const own = weighing("mixture: weights", weights);
  const all = componentsOf(components);
  const { rank, event, count } = all;
  if (own.count !== count) fail(`mixture: ${own.count} weights for ${count} components; expected one weight for each`);
  const full = spreadShapes("mixture", splitShape(shape, rank).batch, [own.shape.slice(0, -1), all.batch]);
  const mask = (index: Tensor): Tensor => before(index.expandDims(-1).equal(outcomes(count)), rank);
  const logMixed =
    (name: "logProb" | "logCdf" | "logSurvival") =>
    (value: Tensor): Tensor => {
      const term = (one: Distribution, x: Tensor): Tensor => (one as Distribution & Cumulative)[name](x);
      return all.apart
        ? logSumOfParts(own.at(), all.apart(term, asReal(value)))
        : logSumOf(own.at(), all.each(term, asReal(value), 0));
    };
  const averaged = (each: Tensor): Tensor => {
    const probs = before(probsOf(own.at()), rank);
    const axis = Math.max(each.rank, probs.rank) - rank - 1;
    return tf
      .where(probs.equal(0), 0, probs.mul(each))
      .sum(axis)
      .broadcastTo([...full, ...event]);
  };
  const mean = (): Tensor => averaged(all.moment((one) => one.mean()));
  const moments: Moments = {
    mean,
    variance: () => {
      const away = all.moment((one) => one.mean()).sub(mean().expandDims(full.length));
      return averaged(all.moment((one) => one.variance()).add(away.square()));
    },
  };
  const logCdf = logMixed("logCdf");
  const tails: Cumulative = { logCdf, logSurvival: logMixed("logSurvival"), cdf: (x) => exp(logCdf(x)) };
  return {
    name: "mixture",
    rank,
    shape: [...full, ...event],
    support: mixtureSupport(all.parts, all.name, count),
    parameters: { weights: { value: own.value, within: own.set }, ...all.parameters },
    sample: (key: Key, batch: Shape = []) => {
      const [forChoice, forDraws] = split(key, 2);
      const leading = [...batch, ...full];
      const chosen = mask(pick(probsOf(own.at()), uniform(forChoice, leading)));
      return tf.where(chosen, all.sample(forDraws, leading), 0).sum(leading.length);
    },
    logProb: logMixed("logProb"),
    ...(all.parts.every(hasMoments) ? moments : {}),
    ...(rank === 0 && all.parts.every(hasTails) ? tails : {}),
  } as unknown as Mixture<C>;
};
