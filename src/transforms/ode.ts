import * as tf from "#tfjs";
import { sizeOf } from "../core/shape.ts";
import type { Scalar, Tensor } from "../core/tensor.ts";
import { leaves, rebuild } from "../core/tree.ts";
import { gradient } from "../ops/gradient.ts";
import type { Control } from "../ops/ode/adaptive.ts";
import { finalState } from "../ops/ode/final.ts";
import { type Slope, solveOde } from "../ops/ode/solve.ts";
import { withGradient } from "../ops/withGradient.ts";
import type { Bijection, Mapped } from "./transform.ts";

/** dx/dt at x [rows, size], with its divergence [rows]: of the time, a scalar. */
export type Velocity = (t: Scalar, x: Tensor) => { readonly value: Tensor; readonly divergence: Tensor };

/** Steps of equal length, or steps chosen by their error: of x and log-determinant of all rows together. */
export type Solver =
  | { readonly method: "euler" | "midpoint" | "heun" | "rk4"; readonly steps: number }
  | ({ readonly method: "bosh3" | "dopri5" } & Control);

/** What a map by an ordinary differential equation is made of. */
export interface OdeParts<P> {
  /** A tree of tensors: all that the velocity is made from. */
  readonly params: P;
  velocity(params: P): Velocity;
  readonly solver: Solver;
  /**
   * How gradients are formed: "direct", through every step that was taken, exact for what was computed; "adjoint", by a second equation
   * that runs back, in memory that does not grow with the steps, as exact as the solver.
   */
  readonly gradient: "direct" | "adjoint";
}

type Way = "forward" | "inverse";

/** [x, log-determinant], [rows, size + 1]: with time running the other way for the inverse. */
const slopeOf =
  (velocity: Velocity, way: Way, size: number): Slope =>
  (s, y) => {
    const t = way === "forward" ? s : (s.neg().add(1) as Scalar);
    const { value, divergence } = velocity(t, y.slice([0, 0], [y.shape[0], size]));
    const slope = tf.concat([value, divergence.expandDims(-1)], -1);
    return way === "forward" ? slope : slope.neg();
  };

/** y(1) from y(0), through which gradients flow. */
const solved = (f: Slope, y: Tensor, solver: Solver): Tensor => solveOde(f, y, [1], solver).reshape(y.shape);

/** y(1) from y(0) where no gradient is asked for: with chosen steps, only as many as it takes. */
const solvedStill = (f: Slope, y: Tensor, solver: Solver): Tensor =>
  solver.method === "dopri5" || solver.method === "bosh3"
    ? finalState(f, solver.method, y, solver)
    : solved(f, y, solver);

const flat = (tensors: readonly Tensor[]): Tensor => tf.concat(tensors.map((tensor) => tensor.reshape([-1])));

/** A vector cut up into tensors of these forms. */
const cut = (vector: Tensor, forms: readonly Tensor[]): Tensor[] => {
  let used = 0;
  return forms.map(({ shape }) => {
    const piece = vector.slice([used], [sizeOf(shape)]).reshape([...shape]);
    used += sizeOf(shape);
    return piece;
  });
};

/** All that the result depends on. */
interface From<P> {
  readonly y: Tensor;
  readonly params: P;
}

/**
 * y(1), with the adjoint's gradient: back from the end run y, a = ∂/∂y and its integral over the parameters,
 * da/ds = −aᵀ ∂f/∂y. Pontryagin et al. 1962; Chen, Rubanova, Bettencourt & Duvenaud 2018, algorithm 1.
 */
const byAdjoint = <P>(slopeFor: (params: P) => Slope, from: From<P>, solver: Solver): Tensor => {
  const run = withGradient<From<P>>(
    ({ y, params }) => solvedStill(slopeFor(params), y, solver),
    (arriving, start) => {
      const end = solvedStill(slopeFor(start.params), start.y, solver);
      const forms = [end, arriving, ...leaves(start.params)];
      const back: Slope = (s, state) => {
        const [y, adjoint] = cut(state, forms);
        const t = s.neg().add(1) as Scalar;
        const pull = ({ y: at, params }: From<P>): Scalar => slopeFor(params)(t, at).mul(adjoint).sum() as Scalar;
        const slopes = gradient(pull)({ y, params: start.params }).gradient;
        const moved = slopeFor(start.params)(t, y).neg();
        return flat([moved, slopes.y, ...leaves(slopes.params)]);
      };
      const first = flat([end, arriving, ...leaves(start.params).map((leaf) => tf.zerosLike(leaf))]);
      const [, y, ...params] = cut(solvedStill(back, first, solver), forms);
      return { y, params: rebuild(start.params, params) };
    },
  );
  return run(from);
};

/**
 * x(1) of dx/dt = f(t, x) from x(0), x [rows, size], with the log-determinant ∫ tr ∂f/∂x dt; the inverse runs the same equation back.
 * Both are as exact as the solver: inverse(forward(x)) is x to its error, not to rounding.
 * Chen, Rubanova, Bettencourt & Duvenaud 2018, theorem 1.
 */
export const odeMap = <P>({ params, velocity, solver, gradient: way }: OdeParts<P>): Bijection => {
  const through = (x: Tensor, direction: Way): Mapped => {
    const [rows, size] = x.shape;
    const y = tf.concat([x, tf.zeros([rows, 1])], -1);
    const slopeFor = (at: P): Slope => slopeOf(velocity(at), direction, size);
    const end = way === "direct" ? solved(slopeFor(params), y, solver) : byAdjoint(slopeFor, { y, params }, solver);
    return { value: end.slice([0, 0], [rows, size]), logDet: end.slice([0, size], [rows, 1]).reshape([rows]) };
  };
  return {
    rank: 1,
    forward: (x) => through(x, "forward"),
    inverse: (y) => through(y, "inverse"),
    domain: (shape) => shape,
  };
};
