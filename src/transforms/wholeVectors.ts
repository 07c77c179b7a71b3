import * as tf from "#tfjs";
import { asTensor, type TensorLike } from "../core/tensor.ts";
import { wholeNumbers } from "./discrete.ts";
import { everyLast, type ValueSet } from "./support.ts";

/** Vectors of whole numbers from 0 whose sum is `total`, which broadcasts against the vectors' leading axes. */
export const wholeVectors = (total: TensorLike): ValueSet => ({
  name: `vectors of whole numbers that sum to ${typeof total === "number" ? total : "their total"}`,
  rank: 1,
  contains: (x) => {
    const sum = x.cast("float32").sum(-1);
    return tf.logicalAnd(everyLast(wholeNumbers.contains(x)), sum.equal(asTensor(total)));
  },
  bounds: [total],
});
