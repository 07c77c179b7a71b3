import * as tf from "#tfjs";
import { fail } from "../core/check.ts";
import { range, sameShape, showShape } from "../core/shape.ts";
import type { Shape, Tensor } from "../core/tensor.ts";
import type { Distribution, Parameter } from "../distributions/distribution.ts";
import { checkFits } from "../model/layout.ts";
import { sampleShaped } from "../model/simulate.ts";
import { split } from "../ops/random.ts";
import type { ValueSet } from "../transforms/support.ts";

/** A rectangular part of an array: along each axis a place, from 0, which takes the axis away, or a start and a length. */
export type Span = { readonly begin: number; readonly length: number; readonly single: boolean };

export interface ObservedPart {
  readonly spans: readonly Span[];
  readonly distribution: Distribution;
}

const shapeOf = (spans: readonly Span[]): Shape => spans.filter(({ single }) => !single).map(({ length }) => length);

/** The part of x, [...shape] → the part's own shape. */
const partOf = (x: Tensor, spans: readonly Span[]): Tensor =>
  x
    .slice(
      spans.map(({ begin }) => begin),
      spans.map(({ length }) => length),
    )
    .reshape([...shapeOf(spans)]);

/** A part among zeros: its own shape → [...shape]. */
const among = (part: Tensor, spans: readonly Span[], shape: Shape): Tensor =>
  part.reshape(spans.map(({ length }) => length)).pad(
    spans.map(({ begin, length }, i) => [begin, shape[i] - begin - length]),
    0,
  );

/** 1 where the part is, 0 elsewhere. */
const maskOf = (spans: readonly Span[], shape: Shape): Tensor => among(tf.ones([...shapeOf(spans)]), spans, shape);

const merged = (parts: readonly ObservedPart[]): Record<string, Parameter> =>
  Object.fromEntries(
    parts.flatMap(({ distribution: { parameters } }, i) =>
      Object.entries(parameters).map(([name, parameter]) => [
        parts.length === 1 ? name : `${name} of part ${i + 1}`,
        parameter,
      ]),
    ),
  );

const supportOf = (parts: readonly ObservedPart[], shape: Shape): ValueSet => ({
  name: [...new Set(parts.map(({ distribution }) => distribution.support.name))].join(" and "),
  rank: 0,
  contains: (x) =>
    parts
      .map(({ spans, distribution }) => {
        const outside = distribution.support.contains(partOf(x, spans)).logicalNot().cast("float32");
        return among(outside.broadcastTo([...shapeOf(spans)]), spans, shape);
      })
      .reduce((a, b) => a.add(b))
      .equal(0),
});

/**
 * An array of which only parts have a distribution; the rest is given. Log density 0 where nothing is said.
 * @param given the array as it is observed: what a draw keeps outside the parts.
 * @throws FluvialError where a distribution does not fit its part, or a draw of it is more than a number.
 */
export const partlyObserved = (given: Tensor, parts: readonly ObservedPart[]): Distribution => {
  const { shape } = given;
  for (const { spans, distribution } of parts) {
    checkFits(distribution, shapeOf(spans));
    if (distribution.rank > 0)
      fail(
        `${distribution.name} is a distribution of ${showShape(distribution.shape)} at once; define the part that is observed as data`,
      );
  }
  const spread = (x: Tensor, spans: readonly Span[]): Tensor => x.broadcastTo([...shapeOf(spans)]);
  const one = (key: Tensor): Tensor =>
    parts.reduce((x, { spans, distribution }, i) => {
      const drawn = sampleShaped(distribution, split(key as never, parts.length)[i], shapeOf(spans));
      return x.mul(tf.sub(1, maskOf(spans, shape))).add(among(drawn, spans, shape));
    }, given);
  return {
    name: [...new Set(parts.map(({ distribution }) => distribution.name))].join(" and "),
    rank: 0,
    shape,
    support: supportOf(parts, shape),
    parameters: merged(parts),
    sample: (key, batch = []) => (batch.length === 0 ? one(key) : fail("parts of data are drawn one array at a time")),
    logProb: (x) => {
      if (!sameShape(x.shape, shape)) fail(`expected all of the data, ${showShape(shape)}, got ${showShape(x.shape)}`);
      return parts
        .map(({ spans, distribution }) => among(spread(distribution.logProb(partOf(x, spans)), spans), spans, shape))
        .reduce((a, b) => a.add(b));
    },
  };
};

/** All of an axis. */
export const wholeSpans = (shape: Shape): readonly Span[] =>
  range(shape.length).map((i) => ({ begin: 0, length: shape[i], single: false }));
