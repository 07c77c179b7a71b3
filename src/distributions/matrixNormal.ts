import * as tf from "#tfjs";
import { fail } from "../core/check.ts";
import { range, showShape } from "../core/shape.ts";
import type { Shape, Tensor, TensorLike } from "../core/tensor.ts";
import { normal as standardNormal } from "../ops/random.ts";
import { realMatrices } from "../transforms/realMatrices.ts";
import type { Continuous, Moments } from "./distribution.ts";
import { outsideSupport } from "./guarded.ts";
import { asReal, given, type ParameterSet, reals, shapeOf, spreadShapes } from "./parameters.ts";
import { type GivenSpread, givenSquareSpread, type Matrix, type Root, type SquareSpread } from "./spread.ts";

const transposed = (x: Tensor): Tensor => x.transpose([...range(x.rank - 2), x.rank - 1, x.rank - 2]);

/** A spread's parameters under names of their own: rowCovariance. */
const renamed = <T>(side: "row" | "column", values: Readonly<Record<string, T>>): Record<string, T> =>
  Object.fromEntries(
    Object.entries(values).map(([name, value]) => [side + name[0].toUpperCase() + name.slice(1), value]),
  );

/** Both spreads as square roots, with an axis for the rows or columns that share one. */
const rootOf = (side: "row" | "column", form: GivenSpread<Root>, known: Readonly<Record<string, Tensor>>): Root => {
  const [name] = Object.keys(form.parameters);
  const matrix = known[Object.keys(renamed(side, { [name]: 0 }))[0]];
  return form.from({ [name]: matrix.rank > 2 ? matrix.expandDims(-3) : matrix });
};

/** log-determinants and variances of batches, without the axis that was put in. */
const perMatrix = (x: Tensor, rank: number): Tensor => (x.rank > rank ? x.squeeze([x.rank - 1 - rank]) : x);

/**
 * A normal matrix [..., n, p] with mean `loc`: its rows hang together by `rowSpread` [..., n, n], its columns by `columnSpread`
 * [..., p, p], so that cov(X_ij, X_kl) = row_ik column_jl. Each is given as { covariance }, { precision } or { choleskyFactor }.
 * Only their product is known: fix the scale of one of them. Dawid 1981, "Some matrix-variate distribution theory".
 * @param loc [..., n, p], or a number for all elements.
 * @param shape the shape [..., n, p] of one draw, where it is larger than that of the parameters.
 * @throws FluvialError where a spread has no form or several, a matrix is not square, or a shape does not fit.
 */
export const matrixNormal = (
  loc: TensorLike | Matrix,
  rowSpread: SquareSpread,
  columnSpread: SquareSpread,
  shape: Shape = [],
): Continuous & Moments => {
  const who = "matrixNormal";
  const rows = givenSquareSpread(`${who}: rowSpread`, rowSpread);
  const columns = givenSquareSpread(`${who}: columnSpread`, columnSpread);
  const all: Record<string, readonly [TensorLike, ParameterSet]> = {
    loc: [loc as TensorLike, reals],
    ...renamed("row", rows.parameters),
    ...renamed("column", columns.parameters),
  };
  const { at, parameters } = given(who, all);
  const batches = [rows, columns].map(({ shapes: [own] }) => own.slice(0, -1));
  const full = spreadShapes(who, shape, [
    shapeOf(loc as TensorLike),
    ...batches.map((own) => [...own, rows.size, columns.size]),
  ]);
  if (full[full.length - 2] !== rows.size || full[full.length - 1] !== columns.size)
    fail(
      `${who}: loc and shape must end in [${rows.size}, ${columns.size}], as the spreads do, got ${showShape(full)}`,
    );
  const roots = (): { readonly row: Root; readonly column: Root; readonly loc: Tensor } => {
    const known = at();
    return { row: rootOf("row", rows, known), column: rootOf("column", columns, known), loc: known.loc };
  };
  return {
    name: who,
    rank: 2,
    shape: full,
    support: realMatrices,
    parameters,
    sample: (key, batch = []) => {
      const { row, column, loc } = roots();
      const noise = standardNormal(key, [...batch, ...full]);
      return transposed(row.colour(transposed(column.colour(noise)))).add(loc);
    },
    logProb: (value) => {
      const x = asReal(value);
      const inside = realMatrices.contains(x);
      const { row, column, loc } = roots();
      const residual = tf.where(inside.expandDims(-1).expandDims(-1), x, tf.zerosLike(x)).sub(loc);
      const distance = row
        .whiten(transposed(column.whiten(residual)))
        .square()
        .sum([-2, -1]);
      const logDet = perMatrix(row.logDet(), 0).mul(columns.size).add(perMatrix(column.logDet(), 0).mul(rows.size));
      const density = distance
        .add(logDet)
        .add(rows.size * columns.size * Math.log(2 * Math.PI))
        .mul(-0.5);
      return tf.where(inside, density, outsideSupport(x.max([-2, -1])));
    },
    mean: () => at().loc.broadcastTo([...full]),
    variance: () => {
      const { row, column } = roots();
      const [ofRows, ofColumns] = [row.variance(), column.variance()].map((each) => perMatrix(each, 1));
      return ofRows
        .expandDims(-1)
        .mul(ofColumns.expandDims(-2))
        .broadcastTo([...full]);
    },
  };
};
