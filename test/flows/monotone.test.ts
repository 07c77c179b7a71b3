import { describe, expect, expectTypeOf, it } from "vitest";
import * as tf from "#tfjs";
import type { Density, Sampler } from "../../src/core/density.ts";
import { inDouble } from "../../src/core/double.ts";
import { hostKey } from "../../src/core/key.ts";
import { range } from "../../src/core/shape.ts";
import { fromHost, hostValues } from "../../src/core/tensor.ts";
import { elementwise, type FlowSpec, flowSpecs, monotoneIntegral, naf, sumOfSquares } from "../../src/flows/index.ts";
import { key } from "../../src/ops/random.ts";
import { guideFor, moved } from "../guides/table.ts";
import { jacobianOf } from "./jacobian.ts";

const exactly = (f: () => void): void => inDouble(() => tf.tidy(f));

describe.each([
  ["naf", naf({ layers: 1, hidden: 9 })],
  ["sumOfSquares", sumOfSquares({ layers: 1, hidden: 9 })],
  ["monotoneIntegral", monotoneIntegral({ layers: 1, hidden: 9, embedding: 3, integrand: 4 })],
] as readonly (readonly [string, FlowSpec])[])("%s", (_, spec) => {
  it("gives each coordinate what those before it say: a triangle with increasing maps on its diagonal", () =>
    exactly(() => {
      const flow = spec.flow(4);
      const map = flow.at(moved(flow.init(key(hostKey(1))), 0.5, 2));
      const jacobian = jacobianOf(map, [0.4, -0.7, 1.2, 0.1]);
      for (const i of range(4)) {
        expect(jacobian[i][i]).toBeGreaterThan(0);
        for (const j of range(4).slice(i + 1)) expect(jacobian[i][j]).toBe(0);
        for (const j of range(i)) expect(jacobian[i][j]).not.toBe(0);
      }
    }));
});

describe("elementwise", () => {
  it("leaves coordinates apart", () =>
    exactly(() => {
      const flow = elementwise({ map: "sigmoid-mixture", units: 2 }).flow(3);
      const jacobian = jacobianOf(flow.at(moved(flow.init(key(hostKey(1))), 1, 2)), [0.4, -0.7, 1.2]);
      for (const i of range(3)) for (const j of range(3)) if (i !== j) expect(jacobian[i][j]).toBe(0);
    }));

  it("knows its density anywhere where its inverse is a formula, by type too", () => {
    expectTypeOf(elementwise()).toExtend<FlowSpec<Density>>();
    expectTypeOf(elementwise({ map: "leaky-relu" })).toExtend<FlowSpec<Density>>();
    expectTypeOf(elementwise({ map: "sum-of-squares" })).toExtend<FlowSpec<Sampler>>();
    expectTypeOf(elementwise({ map: "sum-of-squares" })).not.toExtend<FlowSpec<Density>>();
    const has = (spec: FlowSpec): boolean => {
      const guide = guideFor({ spec }, 2);
      return "logProb" in guide.at(guide.init(key(hostKey(1))));
    };
    expect([has(elementwise()), has(elementwise({ map: "piecewise-linear" }))]).toEqual([true, true]);
    expect([has(elementwise({ map: "sigmoid-mixture" })), has(elementwise({ map: "sum-of-squares" }))]).toEqual([
      false,
      false,
    ]);
  });

  it("of sigmoids turns a mixture of logistic distributions into one: the logit of its distribution function", () =>
    exactly(() => {
      const flow = elementwise({ map: "sigmoid-mixture", units: 2 }).flow(1);
      const numbers = fromHost([0, Math.log(3), Math.log(2), 0, 4, -3], [6, 1]).sub(
        fromHost([0, 0, 0, 0, -1, 1], [6, 1]),
      );
      const map = flow.at({ numbers });
      const a = [Math.exp(4 * Math.tanh(Math.log(2) / 4)), 1];
      const sigmoid = (c: number): number => 1 / (1 + Math.exp(-c));
      for (const x of [-6, -2, -1, 0, 0.5, 3, 5]) {
        const parts = [sigmoid(a[0] * x + 4), sigmoid(a[1] * x - 3)];
        const share = 0.25 * parts[0] + 0.75 * parts[1];
        const slope = 0.25 * a[0] * parts[0] * (1 - parts[0]) + 0.75 * a[1] * parts[1] * (1 - parts[1]);
        const { value, logDet } = map.forward(fromHost([x], [1]));
        expect(hostValues(value)[0]).toBeCloseTo(Math.log(share / (1 - share)), 10);
        expect(hostValues(logDet)[0]).toBeCloseTo(Math.log(slope / (share * (1 - share))), 10);
      }
    }));
});

describe("a monotone integral", () => {
  it("has log-slopes that fit its values the better the more nodes it has", () =>
    exactly(() => {
      const gap = (nodes: number): number => {
        const flow = monotoneIntegral({ layers: 1, hidden: 6, embedding: 2, integrand: 8, nodes }).flow(1);
        const map = flow.at(moved(flow.init(key(hostKey(1))), 1, 2));
        return Math.max(
          ...[-4, -2.5, -1, 0.7, 2, 4.5].map((x) =>
            Math.abs(Math.log(jacobianOf(map, [x])[0][0]) - hostValues(map.forward(fromHost([x], [1])).logDet)[0]),
          ),
        );
      };
      const gaps = [4, 8, 12, 24].map(gap);
      expect(gaps[1]).toBeLessThan(gaps[0] / 5);
      expect(gaps[3]).toBeLessThan(1e-9);
    }));
});

describe("what is wrong is said", () => {
  it.each([
    [() => naf({ units: 0 }), "naf: units"],
    [() => naf({ layers: 0.5 }), "naf: layers"],
    [() => naf({ unit: 2 } as never), 'naf: unknown option "unit"'],
    [() => sumOfSquares({ degree: 0 }), "sumOfSquares: degree"],
    [() => sumOfSquares({ bound: 0 }), "sumOfSquares: bound"],
    [() => monotoneIntegral({ nodes: 1 }), "monotoneIntegral: nodes"],
    [() => monotoneIntegral({ integrand: [3, 0] }), "monotoneIntegral: integrand"],
    [() => elementwise({ map: "cubic" as never }), 'elementwise: map: expected "affine"'],
    [() => elementwise({ map: "affine", bins: 3 }), 'unknown option "bins"'],
    [() => elementwise({ bins: 1 }), "elementwise: bins"],
    [() => elementwise({ map: "sigmoid-mixture", units: 0 }), "elementwise: units"],
    [() => elementwise({ form: "affine" } as never), 'elementwise: unknown option "form"'],
  ] as const)("%s", (make, message) => {
    expect(make).toThrow(message);
  });

  it("and options are plain values with defaults filled in, from which the same flow comes again", () => {
    for (const spec of [naf(), sumOfSquares(), monotoneIntegral(), elementwise(), elementwise({ map: "leaky-relu" })]) {
      const options = JSON.parse(JSON.stringify(spec.options));
      expect(flowSpecs[spec.name](options).options).toEqual(spec.options);
    }
    expect(elementwise({ map: "sum-of-squares" }).options).toEqual({
      map: "sum-of-squares",
      polynomials: 2,
      degree: 3,
      bound: 5,
    });
  });
});
