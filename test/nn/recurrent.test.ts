import { describe, expect, it } from "vitest";
import * as tf from "#tfjs";
import { inDouble } from "../../src/core/double.ts";
import { range } from "../../src/core/shape.ts";
import { fromHost, hostValues, type Tensor } from "../../src/core/tensor.ts";
import { cells } from "../../src/nn/recurrent.ts";
import known from "../known/flows/autoregressive.json" with { type: "json" };

const matrix = (rows: readonly (readonly number[])[]): Tensor => fromHost(rows.flat(), [rows.length, rows[0].length]);

describe.each(["gru", "lstm"] as const)("%s", (name) => {
  const { w, u, b, outputs } = known.cells[name];

  it("does with two rows at once, step by step, what its equations written out unit by unit do", () =>
    inDouble(() =>
      tf.tidy(() => {
        const cell = cells[name];
        const params = { w: matrix(w), u: matrix(u), b: fromHost(b, [b.length]) };
        const width = u.length;
        let state: readonly Tensor[] = range(cell.states).map(() => tf.zeros([2, width]));
        for (const [i, x] of known.cells.x.entries()) {
          // The second row sees other inputs, which must not reach the first.
          state = cell.step(params, state, matrix([x, x.map((v) => v + i)]));
          const first = [...hostValues(state[0].slice([0, 0], [1, width]))];
          for (const [k, want] of outputs[i].entries()) expect(Math.abs(first[k] - want)).toBeLessThan(1e-14);
        }
      }),
    ));
});
