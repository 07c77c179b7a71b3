import { range } from "../../core/shape.ts";
import type { Tensor } from "../../core/tensor.ts";
import { normal } from "../../ops/random.ts";
import type { Monotone } from "../../transforms/monotone/monotone.ts";
import type { Mapped } from "../../transforms/transform.ts";
import type { Flow } from "../flow.ts";

/** The numbers of each coordinate, less those it starts at: [count, size]. */
export interface ElementwiseParameters {
  readonly numbers: Tensor;
}

/** An increasing map for each coordinate by itself. */
export const elementwise = (size: number, monotone: Monotone): Flow<ElementwiseParameters> => {
  const { start } = monotone;
  return {
    init: (key) => ({ numbers: normal(key, [start.length, size]).mul(0.01) }),
    at: ({ numbers }) => {
      const batch = numbers.shape.slice(0, -2);
      const own = range(start.length).map((i) =>
        numbers
          .slice([...batch.map(() => 0), i, 0], [...batch, 1, size])
          .reshape([...batch, size])
          .add(start[i]),
      );
      const map = monotone.at(own);
      const summed = ({ value, logDet }: Mapped): Mapped => ({ value, logDet: logDet.sum(-1) });
      return {
        rank: 1,
        forward: (x) => summed(map.forward(x)),
        inverse: (y) => summed(map.inverse(y)),
        domain: (shape) => shape,
      };
    },
  };
};
