import type { Tensor } from "../core/tensor.ts";
import { defineOp } from "./define.ts";

const apply = defineOp<Record<string, never>>({
  name: "StopGradient",
  run: ([x]) => ({ shape: x.shape, dtype: "float32", fill: (out) => out.set(x.values) }),
  gradient: () => [null],
});

/** x itself, taken for a constant by every gradient. */
export const stopGradient = (x: Tensor): Tensor => apply([x], {});
