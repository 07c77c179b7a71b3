import { fail } from "../core/check.ts";
import type { Shape } from "../core/tensor.ts";
import type { Distribution } from "../distributions/distribution.ts";
import { indexOf, locatedAt, type Scope } from "./evaluate.ts";
import type { Expression } from "./expression.ts";
import { type ObservedPart, type Span, wholeSpans } from "./parts.ts";
import type { Observation } from "./variables.ts";

const spanOf = (scope: Scope, index: Expression, length: number): Span =>
  locatedAt(scope, index.at, () => {
    const made = indexOf(index, length, scope);
    if (made.kind === "places") return fail("on the left of ~ an index is a number, a range or a name for all rows");
    const [from, to] = made.kind === "place" ? [made.place, made.place] : [made.from, made.to];
    if (!Number.isInteger(from) || from < 1 || to > length || to < from)
      fail(`expected places from 1 to ${length}, got ${from === to ? from : `${from}:${to}`}`);
    return { begin: from - 1, length: to - from + 1, single: made.kind === "place" };
  });

/** The part of an array that an observation is of, with its distribution. */
export const observedPart = (
  scope: Scope,
  { part = [] }: Observation,
  shape: Shape,
  distributionFor: (shape: Shape) => Distribution,
): ObservedPart => {
  const spans = wholeSpans(shape).map((span, i) => (part[i] ? spanOf(scope, part[i], shape[i]) : span));
  const lengths = spans.filter(({ single }) => !single).map(({ length }) => length);
  return { spans, distribution: distributionFor(lengths) };
};
