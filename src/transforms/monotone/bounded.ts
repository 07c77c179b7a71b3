import type { Tensor } from "../../core/tensor.ts";
import { tanh } from "../../ops/special.ts";

/** How far a log-slope that a network gives can go: slopes lie between e⁻⁴ and e⁴. */
const limit = 4;

/** x, softly bounded to ±4; with slope 1 at 0. */
export const bounded = (x: Tensor): Tensor => tanh(x.div(limit)).mul(limit);

/** The number that `bounded` takes to y, |y| < 4. */
export const unbounded = (y: number): number => limit * Math.atanh(y / limit);
