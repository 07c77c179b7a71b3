import * as tf from "#tfjs";
import { fail } from "../core/check.ts";
import { showShape } from "../core/shape.ts";
import type { Shape, Tensor } from "../core/tensor.ts";
import { everyLast, type Support } from "./support.ts";

/** How far a squared length may be from 1: what single precision leaves. */
const slack = 1e-4;

const domain = (shape: Shape): Shape => {
  const size = shape[shape.length - 1];
  if (shape.length === 0 || size < 2)
    fail(`unitVector: expected a vector of at least two elements, got shape ${showShape(shape)}`);
  return [...shape.slice(0, -1), size - 1];
};

/** n log(2/√n) − n log(1 + q): the log of the area per volume at squared distance q. */
const logArea = (q: Tensor, n: number): Tensor =>
  q
    .log1p()
    .mul(-n)
    .add(n * Math.log(2 / Math.sqrt(n)));

/** The free vector of a point: its head over 1 + last, formed so that nothing cancels near the pole that is left out. */
const project = (y: Tensor, n: number): Tensor => {
  const [head, last] = tf.split(y, [n, 1], -1);
  const below = last.less(0);
  const square = head.square().sum(-1, true);
  const fromPole = tf.where(below, last.neg().add(1), 0).div(tf.where(below, square, 1));
  const fromCentre = tf.where(below, 1, last.add(1)).reciprocal();
  return head.mul(tf.where(below, fromPole, fromCentre)).mul(Math.sqrt(n));
};

/**
 * Vectors [..., n + 1] of length 1, from ℝⁿ by stereographic projection: with q = |x|²/n, y = (2x/√n, 1 − q)/(1 + q). Zero goes to
 * (0, …, 0, 1); only (0, …, 0, −1) is left out, at infinity. Log-determinants are with respect to area on the sphere. A uniform
 * direction is, on the free scale, a standard Student t vector with n degrees of freedom; in three dimensions or more no cut divides
 * the sphere, as one of an angle would. Chain rule: dA = (2/(1 + q))ⁿ n^(−n/2) dx.
 */
export const unitVector: Support = {
  name: "vectors of length 1",
  rank: 1,
  contains: (y) => tf.logicalAnd(everyLast(tf.isFinite(y)), y.square().sum(-1).sub(1).abs().lessEqual(slack)),
  forward: (x) => {
    const n = x.shape[x.rank - 1];
    const q = x.square().sum(-1, true).div(n);
    const value = tf.concat([x.mul(2 / Math.sqrt(n)), q.neg().add(1)], -1).div(q.add(1));
    return { value, logDet: logArea(q.squeeze([-1]), n) };
  },
  inverse: (y) => {
    const n = y.shape[y.rank - 1] - 1;
    const x = project(y, n);
    return { value: x, logDet: logArea(x.square().sum(-1).div(n), n).neg() };
  },
  domain,
};
