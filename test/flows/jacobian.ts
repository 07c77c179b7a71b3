import { range } from "../../src/core/shape.ts";
import { fromHost, hostValues } from "../../src/core/tensor.ts";
import { tidy } from "../../src/core/tidy.ts";
import type { Transform } from "../../src/transforms/transform.ts";

/** ∂ value_i / ∂ x_j of a map at one point, by a fourth-order formula of central differences. */
export const jacobianOf = (map: Transform, x: readonly number[], step = 1e-3): number[][] => {
  const at = (j: number, offset: number): Float64Array =>
    tidy(() => {
      const moved = x.map((v, k) => (k === j ? v + offset * step : v));
      return hostValues(map.forward(fromHost(moved, [x.length])).value);
    });
  const columns = x.map((_, j) => {
    const [far, near, back, farBack] = [2, 1, -1, -2].map((offset) => at(j, offset));
    return range(x.length).map((i) => (8 * (near[i] - back[i]) - (far[i] - farBack[i])) / (12 * step));
  });
  return range(x.length).map((i) => columns.map((column) => column[i]));
};

/** log |det| by elimination with row pivots. */
export const logAbsDet = (matrix: readonly (readonly number[])[]): number => {
  const rows = matrix.map((row) => [...row]);
  let sum = 0;
  for (let j = 0; j < rows.length; j++) {
    const pivot = rows.reduce((best, row, i) => (i >= j && Math.abs(row[j]) > Math.abs(rows[best][j]) ? i : best), j);
    [rows[j], rows[pivot]] = [rows[pivot], rows[j]];
    sum += Math.log(Math.abs(rows[j][j]));
    for (const row of rows.slice(j + 1)) {
      const factor = row[j] / rows[j][j];
      for (let k = j; k < row.length; k++) row[k] -= factor * rows[j][k];
    }
  }
  return sum;
};
