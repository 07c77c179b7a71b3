import { fail } from "../core/check.ts";
import { type HostKey, hostUniforms } from "../core/key.ts";
import type { Gradient } from "../engine/engine.ts";
import { isFinitePoint, type Point, pointAt } from "./kernel.ts";

const tries = 100;
const halfWidth = 2;

/** A sentence on what is wrong at a position, for errors: the sites at fault. */
export type ExplainStart = (position: Float64Array) => string;

const whatIsWrong = ({ logDensity }: Point): string => {
  if (Number.isNaN(logDensity)) return "NaN";
  if (Number.isFinite(logDensity)) return "finite with a gradient that is not";
  return logDensity < 0 ? "−∞" : "+∞";
};

const tally = (words: readonly string[]): string =>
  [...new Set(words)]
    .map((word) => {
      const times = words.filter((other) => other === word).length;
      return times === words.length ? word : `${word} at ${times} of them`;
    })
    .join(", ");

const explained = (explain: ExplainStart | undefined, { position }: Point): string => {
  const words = explain?.(position);
  return words ? `; ${words}` : "";
};

/**
 * A start drawn from uniform(−2, 2) in every coordinate, tried again until log density and gradient are finite.
 * @throws FluvialError after 100 tries, saying what the log density was.
 */
export const findStart = (gradient: Gradient, key: HostKey, explain?: ExplainStart): Point => {
  const uniform = hostUniforms(key);
  const failed: Point[] = [];
  while (failed.length < tries) {
    const position = new Float64Array(gradient.size);
    for (let i = 0; i < position.length; i++) position[i] = halfWidth * (2 * uniform() - 1);
    const point = pointAt(gradient, position);
    if (isFinitePoint(point)) return point;
    failed.push(point);
  }
  return fail(
    `sampling cannot start: at all ${tries} starts tried (uniform on (−${halfWidth}, ${halfWidth}), unconstrained scale) ` +
      `the log density was ${tally(failed.map(whatIsWrong))}${explained(explain, failed[failed.length - 1])}`,
  );
};

/**
 * The caller's own start.
 * @throws FluvialError if its length is not the size of the density, or log density or gradient are not finite there.
 */
export const checkStart = (
  gradient: Gradient,
  position: Float64Array,
  chain: number,
  explain?: ExplainStart,
): Point => {
  if (position.length !== gradient.size)
    fail(`start of chain ${chain + 1}: expected ${gradient.size} numbers, got ${position.length}`);
  const point = pointAt(gradient, position);
  if (!isFinitePoint(point))
    fail(`start of chain ${chain + 1}: the log density is ${whatIsWrong(point)} there${explained(explain, point)}`);
  return point;
};
