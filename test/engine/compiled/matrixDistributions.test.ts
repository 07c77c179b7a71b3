import { describe, it } from "vitest";
import type { Tensor } from "../../../src/core/tensor.ts";
import type { Continuous } from "../../../src/distributions/distribution.ts";
import * as d from "../../../src/distributions/index.ts";
import type { HostArray } from "../../../src/engine/interpret/array.ts";
import * as supports from "../../../src/transforms/supports.ts";
import { matrices } from "../../distributions/matrixTable.ts";
import type { VectorRow } from "../../distributions/vectorTable.ts";
import { int, real } from "../trace/both.ts";
import { expectEnginesAgree } from "./agreement.ts";
import { expectDifferences, withSlopesIn } from "./differences.ts";

type Nested = VectorRow["parameters"][number];

const shapeOf = (x: Nested): number[] => (typeof x === "number" ? [] : [x.length, ...shapeOf(x[0])]);
const flat = (x: Nested): number[] => (typeof x === "number" ? [x] : x.flatMap(flat));
const hostOf = (x: Nested): HostArray => real(shapeOf(x), flat(x));
const precisions = ["f64", "f32"] as const;

describe.each(Object.entries(matrices))("%s", (name, row) => {
  const { parameters, points, outside = [] } = row;
  const inputs = [hostOf(points as Nested), ...parameters.map(hostOf)];
  const logProbs = ([x, ...all]: readonly Tensor[]): Tensor => row.make(all).logProb(x);
  const slopes = (row.real ?? parameters.map((_, i) => i)).map((i) => i + 1);

  it.each(precisions)("has one log density and gradient in both engines, %s", (precision) => {
    const total = (all: readonly Tensor[]): Tensor => logProbs(all).sum();
    expectEnginesAgree(name, withSlopesIn(total, [0, ...slopes]), inputs, { precision });
    const beside = [hostOf([...points, ...outside] as Nested), ...parameters.map(hostOf)];
    expectEnginesAgree(`${name}, outside`, logProbs, beside, { precision });
  });

  it("has the gradient of finite differences along its support", () => {
    const along = ([z, ...all]: readonly Tensor[]): Tensor => {
      const one = row.make(all) as Continuous;
      const { value, logDet } = one.support.forward(z);
      return one.logProb(value).sum().add(logDet.sum());
    };
    const size = (row.make(parameters as never) as Continuous).shape;
    const free = (row.make(parameters as never) as Continuous).support.domain(size);
    const z = real(
      free,
      Array.from({ length: free.reduce((a, b) => a * b, 1) }, (_, i) => 0.6 * Math.sin(1 + 2 * i)),
    );
    expectDifferences(name, along, [z, ...parameters.map(hostOf)], [0, ...slopes]);
    expectEnginesAgree(name, withSlopesIn(along, [0, ...slopes]), [z, ...parameters.map(hostOf)]);
  });

  it("draws the same in both engines", () => {
    const draw = ([key, ...all]: readonly Tensor[]): Tensor => row.make(all).sample(key as never, [20]);
    expectEnginesAgree(name, draw, [int([2], [3, 9]), ...parameters.map(hostOf)]);
  });
});

it("improper and spherical ones have one log density in both engines", () => {
  const x = real([2, 3], [0.2, 0.3, 0.5, 0.6, 0, 0.8]);
  const all = ([at]: readonly Tensor[]): Tensor[] => [
    d.flat({ lower: 0.25, upper: at.slice([0, 0], [1, 1]).add(0.4) }).logProb(at),
    d.flatOn(supports.simplex, [3]).logProb(at),
    d.uniformSphere(3).logProb(at),
  ];
  expectEnginesAgree("flat and uniformSphere", all, [x]);
  expectEnginesAgree("draws", ([key]) => d.uniformSphere(3).sample(key as never, [10]), [int([2], [3, 9])]);
});
