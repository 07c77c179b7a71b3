import * as tf from "#tfjs";
import { range } from "../core/shape.ts";
import type { Tensor } from "../core/tensor.ts";
import { diagonalOf, triangularSolve } from "../ops/linalg.ts";
import { diag } from "../ops/matrices.ts";
import { increasingRoot } from "../ops/root.ts";
import { scan } from "../ops/scan.ts";
import { stopGradient } from "../ops/stopGradient.ts";
import { transposed } from "../ops/transposed.ts";
import { excessOf, liftOf, logSlopeAt } from "./lift.ts";
import type { Frame } from "./linear/frame.ts";
import { times } from "./linear/vectors.ts";
import type { Bijection } from "./transform.ts";
import { belowDiagonal } from "./triangle.ts";

/** outer, inner [rank, rank], of which the upper triangles count; bias [rank]; or, each row of a batch its own, [...batch, …]. */
export interface SylvesterParameters {
  readonly outer: Tensor;
  readonly inner: Tensor;
  readonly bias: Tensor;
}

/** What acts inside the frame: v ↦ v + R tanh(R̃ v + b). */
interface Core {
  /** R and R̃, upper triangular; lift = 1 + diag(R) diag(R̃), above 0. */
  readonly r: Tensor;
  readonly inner: Tensor;
  readonly bias: Tensor;
  readonly lift: Tensor;
}

const upperOf = (a: Tensor): Tensor => a.mul(transposed(belowDiagonal(a.shape[a.rank - 1])));

const coreOf = ({ outer, inner, bias }: SylvesterParameters): Core => {
  const [out, into] = [diagonalOf(outer), diagonalOf(inner)];
  const lift = liftOf(out.mul(into));
  const moved = out.add(into.mul(excessOf(out.mul(into), lift, into.square())));
  return { r: upperOf(outer).add(diag(moved)), inner: upperOf(inner).add(diag(into)), bias, lift };
};

const bendAt = ({ inner, bias }: Core, v: Tensor): Tensor => times(inner, v).add(bias).tanh();

const through = (core: Core, v: Tensor): Tensor => v.add(times(core.r, bendAt(core, v)));

/** The rows of a matrix, or the elements of a vector, each with what batch there is behind: [rank, ...batch, …]. */
const firstAxis = (a: Tensor, axis: number): Tensor =>
  axis === 0 ? a : a.transpose([axis, ...range(a.rank).filter((other) => other !== axis)]);

const backwards = (a: Tensor, axis: number): Tensor => firstAxis(a, axis).reverse(0);

interface Row {
  readonly own: Tensor;
  readonly r: Tensor;
  readonly inner: Tensor;
  readonly bias: Tensor;
  readonly lift: Tensor;
}

interface Solved {
  readonly v: Tensor;
  readonly bend: Tensor;
}

/** The coordinates of v from the last to the first: each is a root by itself once those behind it are known. */
const solveRows = (core: Core, y: Tensor): Tensor => {
  const rank = y.shape[y.rank - 1];
  const rows: Row = {
    own: tf.eye(rank).reverse(0),
    r: backwards(core.r, core.r.rank - 2),
    inner: backwards(core.inner, core.inner.rank - 2),
    bias: backwards(core.bias, core.bias.rank - 1),
    lift: backwards(core.lift, core.lift.rank - 1),
  };
  const turn = ({ v, bend }: Solved, { own, r, inner, bias, lift }: Row): readonly [Solved, Record<never, never>] => {
    const along = (row: Tensor, values: Tensor): Tensor => row.mul(values).sum(-1);
    const [out, into] = [along(r, own), along(inner, own)];
    const shift = along(inner, v).add(bias);
    const target = along(own, y).sub(along(r, bend));
    const bendOf = (s: Tensor): Tensor => s.mul(into).add(shift).tanh();
    const map = (s: Tensor) => {
      const bent = bendOf(s);
      return { value: s.add(bent.mul(out)), logDet: logSlopeAt(bent, lift) };
    };
    const root = increasingRoot(map, target, { near: target });
    const placed = (s: Tensor): Tensor => s.expandDims(-1).mul(own);
    return [{ v: v.add(placed(root)), bend: bend.add(placed(bendOf(root))) }, {}];
  };
  return scan(turn, { v: tf.zerosLike(y), bend: tf.zerosLike(y) }, rows)[0].v;
};

/** The Jacobian of `through` at v, upper triangular. */
const jacobianAt = (core: Core, v: Tensor): Tensor => {
  const bend = bendAt(core, v);
  const whole = [...v.shape, v.shape[v.rank - 1]];
  const left = core.r.mul(bend.square().neg().add(1).expandDims(-2));
  return upperOf(tf.matMul(left.broadcastTo(whole), core.inner.broadcastTo(whole))).add(
    diag(logSlopeAt(bend, core.lift).exp()),
  );
};

/** The v that `through` takes to y. Its gradient is implicit, of first order: one step of Newton's from where v is. */
const solved = (core: Core, y: Tensor): Tensor => {
  const still: Core = {
    r: stopGradient(core.r),
    inner: stopGradient(core.inner),
    bias: stopGradient(core.bias),
    lift: stopGradient(core.lift),
  };
  const v = stopGradient(solveRows(still, stopGradient(y)));
  const gap = through(core, v).sub(y);
  return v.sub(triangularSolve(stopGradient(jacobianAt(still, v)), gap.expandDims(-1), { lower: false }).squeeze([-1]));
};

/**
 * x + Q R tanh(R̃ Qᵀ x + b), x [..., n], Q orthonormal columns, R and R̃ upper triangular with diag(R) diag(R̃) > −1, which makes the map
 * invertible: diag(R) is `outer`'s moved as û is in a planar map, which it is where the rank is 1. log det = Σ log(1 + tanh′ r r̃). The
 * inverse finds one root after another, rank of them, within the span of Q. Van den Berg, Hasenclever, Tomczak & Welling 2018.
 */
export const sylvesterMap = (frame: Frame, parameters: SylvesterParameters): Bijection => {
  const core = coreOf(parameters);
  const logDetAt = (bend: Tensor): Tensor => logSlopeAt(bend, core.lift).sum(-1);
  return {
    rank: 1,
    forward: (x) => {
      const bend = bendAt(core, frame.into(x));
      return { value: x.add(frame.outOf(times(core.r, bend))), logDet: logDetAt(bend) };
    },
    inverse: (y) => {
      const along = frame.into(y);
      const v = solved(core, along);
      return { value: y.add(frame.outOf(v.sub(along))), logDet: logDetAt(bendAt(core, v)).neg() };
    },
    domain: (shape) => shape,
  };
};
