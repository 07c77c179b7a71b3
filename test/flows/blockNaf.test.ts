import { describe, expect, it } from "vitest";
import * as tf from "#tfjs";
import { inDouble } from "../../src/core/double.ts";
import { hostKey } from "../../src/core/key.ts";
import { range } from "../../src/core/shape.ts";
import { fromHost, hostValues, type Tensor } from "../../src/core/tensor.ts";
import { blockNaf } from "../../src/flows/blockNaf.ts";
import { blockAutoregressive } from "../../src/flows/parts/blockAutoregressive.ts";
import { blockLayer, blockWeights, logMatMulExp } from "../../src/nn/blockMasked.ts";
import { key, normal } from "../../src/ops/random.ts";
import { moved } from "../guides/table.ts";
import { jacobianOf } from "./jacobian.ts";

const exactly = (f: () => void): void => inDouble(() => tf.tidy(f));
const size = 4;

describe("the weights of a block-masked layer", () => {
  const shape = { size: 3, inputs: 2, outputs: 4, context: 2 };

  it("are above 0 within blocks, 0 above them, and of one length into each unit", () =>
    exactly(() => {
      const layer = moved(blockLayer(key(hostKey(1)), shape, 1, 1), 0.7, 2);
      const { w, within } = blockWeights(layer, shape);
      const [all, blocks, length] = [w, within, layer.logLength].map((x) => hostValues(x));
      const columns = shape.size * shape.outputs;
      const at = (row: number, column: number): number => all[row * columns + column];
      for (const column of range(columns)) {
        const block = Math.floor(column / shape.outputs);
        const rows = range(shape.size * shape.inputs + shape.context);
        const own = rows.map((row) => (row >= shape.size * shape.inputs ? -1 : Math.floor(row / shape.inputs)));
        for (const row of rows) {
          if (own[row] === block) {
            const inside = (block * shape.inputs + (row % shape.inputs)) * shape.outputs + (column % shape.outputs);
            expect(at(row, column)).toBeGreaterThan(0);
            expect(at(row, column)).toBe(blocks[inside]);
          } else if (own[row] > block) expect(at(row, column)).toBe(0);
          else expect(at(row, column)).not.toBe(0);
        }
        expect(Math.hypot(...rows.map((row) => at(row, column)))).toBeCloseTo(Math.exp(length[column]), 12);
      }
    }));
});

it("a product of exponentials neither overflows nor underflows in its log", () =>
  exactly(() => {
    const w = fromHost([0.5, 2, 0.25, 1], [2, 2]);
    const x = [0, 1, -2000, -2001, 900, 895];
    const got = hostValues(logMatMulExp(fromHost(x, [3, 2]), w));
    for (const row of range(3))
      for (const column of range(2)) {
        const [a, b] = [x[2 * row], x[2 * row + 1]];
        const [v, u] = [hostValues(w)[column], hostValues(w)[2 + column]];
        const want = Math.max(a, b) + Math.log(v * Math.exp(a - Math.max(a, b)) + u * Math.exp(b - Math.max(a, b)));
        expect(Math.abs(got[2 * row + column] - want) / Math.abs(want)).toBeLessThan(1e-14);
      }
  }));

describe.each([true, false])("a block autoregressive layer, gate %s", (gate) => {
  const flow = blockAutoregressive({ size, hidden: [3, 5], gate });
  const layer = () => flow.at(moved(flow.init(key(hostKey(4))), 0.7, 5));

  it("lets each coordinate see all before it, and increases in its own", () =>
    exactly(() => {
      const x = [0.4, -1.2, 0.7, 2];
      const jacobian = jacobianOf(layer(), x);
      for (const i of range(size)) {
        expect(jacobian[i][i]).toBeGreaterThan(0);
        for (const j of range(size)) {
          if (j > i) expect(jacobian[i][j]).toBe(0);
          else expect(jacobian[i][j]).not.toBe(0);
        }
      }
    }));

  it("reaches every y, however far", () =>
    exactly(() => {
      const map = layer();
      const y = normal(key(hostKey(8)), [3, size]).mul(fromHost([1, 30, 1000], [3, 1]));
      const { value, logDet } = map.inverse(y);
      const back: { readonly value: Tensor; readonly logDet: Tensor } = map.forward(value);
      expect(hostValues(back.value.sub(y).abs().div(y.abs().add(1)).max())[0]).toBeLessThan(1e-11);
      expect(hostValues(back.logDet.add(logDet).abs().max())[0]).toBeLessThan(1e-11);
    }));
});

it("says what is wrong with its options", () => {
  expect(() => blockNaf({ hidden: [] })).toThrow(/blockNaf: hidden: expected at least 1 hidden layer/);
  expect(() => blockNaf({ hidden: 0 })).toThrow(/blockNaf: hidden: expected a whole number from 1, got 0/);
  expect(() => blockNaf({ widths: 3 } as never)).toThrow(/unknown option "widths"/);
});
