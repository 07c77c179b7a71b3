/** Draws by inversion where a quantile has no closed form: bisection, each number compared within the smaller of its two tails. */
import * as tf from "#tfjs";
import type { Tensor } from "../core/tensor.ts";
import { loop } from "../ops/loop.ts";
import type { Support } from "../transforms/support.ts";
import type { Cumulative } from "./distribution.ts";

type Tails = Pick<Cumulative, "logCdf" | "logSurvival">;

/** Whether P(X ≤ x) < p. */
const isBelow = ({ logCdf, logSurvival }: Tails, p: Tensor, x: Tensor): Tensor =>
  tf.where(p.less(0.5), logCdf(x).less(p.log()), logSurvival(x).greater(p.neg().log1p()));

/** Halves the interval between two tensors of one shape, `turns` times; keeps `low` where `middle` is below what is looked for. */
const halve = (
  start: { readonly low: Tensor; readonly high: Tensor },
  turns: number,
  middle: (low: Tensor, high: Tensor) => Tensor,
  below: (at: Tensor) => Tensor,
): { readonly low: Tensor; readonly high: Tensor } =>
  loop(
    {
      while: ({ turn }) => turn.less(turns),
      step: ({ low, high, turn }) => {
        const at = middle(low, high);
        const rises = below(at);
        return { low: tf.where(rises, at, low), high: tf.where(rises, high, at), turn: turn.add(1) };
      },
      most: turns,
    },
    { ...start, turn: tf.scalar(0) as Tensor },
  );

/** Free numbers past which exp and sigmoid say nothing more. */
const reach = 700;

/** The x of a half-line or an interval with P(X ≤ x) = p, element by element of p, to the precision of its free coordinate. */
export const bisectReals = (p: Tensor, support: Support, tails: Tails): Tensor => {
  const falls = support.ends?.low === undefined;
  const place = (t: Tensor): Tensor => support.forward(falls ? t.neg() : t).value;
  const start = { low: tf.fill(p.shape, -reach), high: tf.fill(p.shape, reach) };
  const { low, high } = halve(
    start,
    60,
    (a, b) => a.add(b).div(2),
    (t) => isBelow(tails, p, place(t)),
  );
  return place(low.add(high).div(2));
};

/** The smallest whole number above `before` and up to `last` with P(X ≤ k) ≥ p. Without a last one, up to 2⁵⁰ further. */
export const bisectWhole = (p: Tensor, before: Tensor, last: Tensor | undefined, tails: Tails): Tensor => {
  const far = last ?? before.add(2 ** 50);
  const shape = [...p.shape];
  const { high } = halve(
    { low: before.broadcastTo(shape), high: far.broadcastTo(shape) },
    52,
    (a, b) => a.add(b).div(2).floor().maximum(a.add(1)).minimum(b),
    (k) => isBelow(tails, p, k),
  );
  return high;
};
