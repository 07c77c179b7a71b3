import * as tf from "#tfjs";
import { checkCount, checkOptions, checkPositive, fail, suggest } from "../../core/check.ts";
import { sameShape, showShape } from "../../core/shape.ts";
import { asTensor, type Scalar, type Tensor, type TensorLike } from "../../core/tensor.ts";
import { within } from "../../core/within.ts";
import { scan } from "../scan.ts";
import { stopGradient } from "../stopGradient.ts";
import { type Control, chooseSteps } from "./adaptive.ts";
import { explicitStep, type Slope } from "./step.ts";
import { adaptiveMethods, type Embedded, fixedMethods, type Tableau } from "./tableaux.ts";

export type { Slope } from "./step.ts";

/** How `solveOde` goes about it. */
export interface OdeOptions {
  /** "dopri5" unless said, "bosh3": steps chosen by their error; "rk4", "heun", "midpoint", "euler": steps of equal length. */
  readonly method?: keyof typeof adaptiveMethods | keyof typeof fixedMethods;
  /** The time at which y is `initial`: 0 unless said. */
  readonly start?: number;
  /** Of a method with equal steps: how many lie between two times; 10 unless said. */
  readonly steps?: number;
  /** Of a method that chooses its steps: the local error allowed, relative to y (1e-6 unless said) … */
  readonly relative?: number;
  /** … and beside that (1e-6 unless said). */
  readonly absolute?: number;
  /** Steps at the most over all times, 256 unless said. What they do not reach is NaN. A gradient costs as much as they would all. */
  readonly maxSteps?: number;
}

const optionNames = ["method", "start", "steps", "relative", "absolute", "maxSteps"];

const who = "solveOde";

const own = <T>(table: Readonly<Record<string, T>>, name: string): T | undefined =>
  Object.hasOwn(table, name) ? table[name] : undefined;

/** Refuses what belongs to the other kind of method. */
const checkKind = (options: OdeOptions, method: string, foreign: readonly (keyof OdeOptions)[], kind: string): void => {
  const odd = foreign.find((name) => options[name] !== undefined);
  if (odd) fail(`${who}: ${odd} has no meaning for ${method}, whose steps are ${kind}`);
};

/** f with its slope held to the shape of y. */
const checked =
  (f: Slope): Slope =>
  (t, y) => {
    const slope = within(`${who}: slope`, () => f(t, y));
    if (!(slope instanceof tf.Tensor)) fail(`${who}: expected the slope as a tensor, got ${typeof slope}`);
    if (!sameShape(slope.shape, y.shape))
      fail(`${who}: expected a slope of y's shape ${showShape(y.shape)}, got ${showShape(slope.shape)}`);
    return slope;
  };

const checkTimes = (times: TensorLike, start: number): Tensor => {
  if (!(Array.isArray(times) || (times as unknown) instanceof tf.Tensor))
    fail(`${who}: expected a vector of times, got ${typeof times}`);
  if (Array.isArray(times))
    (times as readonly number[]).reduce((before, time, i) => {
      const rises = i === 0 ? time >= before : time > before;
      return rises ? time : fail(`${who}: expected times that ascend from ${start} on, got ${time} after ${before}`);
    }, start);
  const made = asTensor(times);
  if (made.rank !== 1 || made.shape[0] < 1)
    fail(`${who}: expected a vector of times, got shape ${showShape(made.shape)}`);
  return made.dtype === "float32" ? made : made.cast("float32");
};

/** The states after steps of these lengths: [steps, ...y]. */
const march = (f: Slope, method: Tableau, y: Tensor, start: Scalar, lengths: Tensor): Tensor => {
  const step = ({ t, y }: { t: Scalar; y: Tensor }, h: Scalar): readonly [{ t: Scalar; y: Tensor }, Tensor] => {
    const next = explicitStep(f, method, t, y, h).y;
    return [{ t: t.add(h) as Scalar, y: next }, next];
  };
  return scan(step, { t: start, y }, lengths as Scalar)[1];
};

const rows = (x: Tensor, event: readonly number[]): Tensor => x.reshape([x.shape[0], ...event.map(() => 1)]);

const withEqualSteps = (f: Slope, method: Tableau, y: Tensor, start: Scalar, times: Tensor, steps: number): Tensor => {
  const count = times.shape[0];
  const before = count === 1 ? start.reshape([1]) : tf.concat([start.reshape([1]), times.slice([0], [count - 1])]);
  const lengths = times
    .sub(before)
    .div(steps)
    .expandDims(1)
    .tile([1, steps])
    .reshape([count * steps]);
  const all = march(f, method, y, start, lengths);
  return all
    .reshape([count, steps, ...y.shape])
    .slice([0, steps - 1], [count, 1])
    .reshape([count, ...y.shape]);
};

const withChosenSteps = (
  f: Slope,
  method: Embedded,
  y: Tensor,
  start: Scalar,
  times: Tensor,
  control: Control,
): Tensor => {
  const { lengths, landed } = chooseSteps(f, method, stopGradient(y), start, stopGradient(times), control);
  const all = march(f, method, y, start, stopGradient(lengths));
  const last = stopGradient(landed).sub(1);
  const made = all.gather(tf.maximum(last, 0).cast("int32"));
  return tf.where(rows(last.less(0), y.shape).broadcastTo(made.shape), Number.NaN, made);
};

/**
 * Solves y′ = f(t, y) from y(start) = initial: y at each of `times`, [times, ...y]. Gradients flow to the initial state and to whatever f
 * is made from; they are those of the steps taken, exact but for rounding. Where steps are chosen by their error, none flows to the times.
 * For systems that are not stiff: what `maxSteps` do not reach is NaN, which a sampler takes as impossible.
 * Hairer, Nørsett & Wanner 1993, "Solving Ordinary Differential Equations I".
 * @param f pure: a compiled program calls it once. @param times ascending, from `start` on.
 * @throws FluvialError on unknown options, times that do not ascend, or a slope that has not the shape of y.
 * @example solveOde((t, y) => y.mul(rate).neg(), tf.tensor1d([1]), [1, 2, 5]) // decay
 */
export const solveOde = (f: Slope, initial: TensorLike, times: TensorLike, options: OdeOptions = {}): Tensor => {
  checkOptions(who, options, optionNames);
  const { method = "dopri5", start = 0, steps = 10, relative = 1e-6, absolute = 1e-6, maxSteps = 256 } = options;
  if (typeof f !== "function") fail(`${who}: expected the slope, a function (t, y) => …, got ${typeof f}`);
  if (initial === undefined || initial === null) fail(`${who}: the initial state is missing`);
  if (!Number.isFinite(start)) fail(`${who}: start must be a finite number, got ${start}`);
  const y = asTensor(initial);
  const at = checkTimes(times, start);
  const from = tf.scalar(start) as Scalar;
  const fixed = own<Tableau>(fixedMethods, method);
  if (fixed) {
    checkKind(options, method, ["relative", "absolute", "maxSteps"], "of equal length");
    checkCount(`${who}: steps`, steps);
    return withEqualSteps(checked(f), fixed, y, from, at, steps);
  }
  const names = [...Object.keys(adaptiveMethods), ...Object.keys(fixedMethods)];
  const adaptive =
    own<Embedded>(adaptiveMethods, method) ??
    fail(`${who}: there is no method "${method}"${suggest(method, names)}; there are ${names.join(", ")}`);
  checkKind(options, method, ["steps"], "chosen by their error");
  checkPositive(`${who}: relative`, relative);
  checkPositive(`${who}: absolute`, absolute);
  checkCount(`${who}: maxSteps`, maxSteps);
  return withChosenSteps(checked(f), adaptive, y, from, at, { relative, absolute, maxSteps });
};
