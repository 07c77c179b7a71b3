import { describe, expect, it } from "vitest";
import * as tf from "#tfjs";
import eightSchools, { data } from "../../models/eight-schools-noncentred.ts";
import type { Sampler, Target } from "../../src/core/density.ts";
import { inDouble } from "../../src/core/double.ts";
import { hostKey } from "../../src/core/key.ts";
import { hostValues, type Tensor } from "../../src/core/tensor.ts";
import type { FlowGuideParameters } from "../../src/flows/guide.ts";
import { iaf, planar, radial } from "../../src/flows/index.ts";
import { meanField } from "../../src/guides/index.ts";
import { condition } from "../../src/model/condition.ts";
import { key } from "../../src/ops/random.ts";
import { standardLogProb } from "../../src/ops/standardNormal.ts";
import { guideFor } from "./table.ts";

const specs = {
  "planar, 2 layers": planar({ layers: 2 }),
  "planar, 8 layers": planar({ layers: 8 }),
  "planar, 32 layers": planar({ layers: 32 }),
  "radial, 8 layers": radial(),
  "radial, 32 layers": radial({ layers: 32 }),
  iaf: iaf(),
  "iaf, 8 layers of two": iaf({ layers: 8, hidden: [32, 32] }),
};

const meanBound = (guide: Sampler, target: Target, seed: number, draws: number): number => {
  const { value, logQ } = guide.draw(key(hostKey(seed + 1000)), [draws]);
  return hostValues(target.logDensity(value).sub(logQ).mean())[0];
};

/** The bound of a fresh flow guide less that of the mean-field guide with the same location and scale, on the same noise. */
const gain = (spec: (typeof specs)[keyof typeof specs], target: Target, seed: number, draws: number): number => {
  const guide = guideFor({ spec: spec as never }, target.size);
  const params = guide.init(key(hostKey(seed))) as FlowGuideParameters<unknown>;
  const base = guideFor({ spec: meanField() as never }, target.size).at(params);
  return meanBound(guide.at(params), target, seed, draws) - meanBound(base, target, seed, draws);
};

const standard = (size: number): Target => ({ size, logDensity: standardLogProb, constrain: (z: Tensor) => z });

describe.each(Object.entries(specs))("a fresh %s guide", (_, spec) => {
  it.each([2, 10])("is within half a nat of its base on a standard normal, size %i", (size) =>
    inDouble(() =>
      tf.tidy(() => {
        for (let seed = 1; seed <= 6; seed++)
          expect(Math.abs(gain(spec, standard(size), seed, 400)), `seed ${seed}`).toBeLessThan(0.5);
      }),
    ),
  );

  it("is within half a nat of its base on eight schools", () =>
    inDouble(() =>
      tf.tidy(() => {
        const conditioned = condition(eightSchools, data);
        const target = conditioned.at(conditioned.tensors());
        for (let seed = 1; seed <= 3; seed++)
          expect(Math.abs(gain(spec, target, seed, 100)), `seed ${seed}`).toBeLessThan(0.5);
      }),
    ));
});
