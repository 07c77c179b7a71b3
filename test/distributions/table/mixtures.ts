import * as d from "../../../src/distributions/index.ts";
import type { Row } from "./row.ts";

type Given = Parameters<typeof d.normal>[0];

/** Mixtures of scalars: of two normals, with weights 0.25 and 0.75. */
export const mixtures: Readonly<Record<string, Row>> = {
  mixture: {
    make: (one: Given, scaleOne: Given, other: Given, scaleOther: Given, shape?: readonly number[]) =>
      d.mixture([0.25, 0.75], [d.normal(one, scaleOne), d.normal(other, scaleOther)], shape),
    parameters: [-1, 0.6, 2, 1.3],
    points: [-3, -0.9, 0.4, 2.5],
    hard: [[-1e6, 1e-3, 1e6, 1e3]],
  },
};
